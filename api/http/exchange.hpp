#pragma once

/// The one-shot link from whoever answers to the connection that asked: what
/// `Responder` and `WebSocketAcceptor` share. Private to this folder.

#include "api/http/lane.hpp"

namespace troupe::api::http {

/// The connection's side. Called on its lane's thread.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  virtual void answer(Response response) = 0;
  virtual void accept(WebSocketHandlers handlers, std::shared_ptr<WebSocket> handle) = 0;
};

class Exchange {
 public:
  Exchange(std::shared_ptr<Mailbox> mailbox, std::weak_ptr<AnswerSink> sink)
      : mailbox_(std::move(mailbox)), sink_(std::move(sink)) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  /// True for the first who asks; only they may answer.
  bool claim() { return !claimed_.exchange(true); }
  void answer(Response response);
  std::shared_ptr<WebSocket> accept(WebSocketHandlers handlers);

 private:
  void deliver(Response response);
  std::shared_ptr<Mailbox> mailbox_;
  std::weak_ptr<AnswerSink> sink_;
  std::atomic<bool> claimed_{false};
};

}  // namespace troupe::api::http
