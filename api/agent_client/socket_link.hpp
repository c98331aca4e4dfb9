#pragma once

/// One session over a WebSocket: a blocking client, run by a thread that its owner gives.

#include "api/agent_client/uplink.hpp"
#include "api/http/client.hpp"
#include "api/http/sigv4.hpp"

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>

namespace troupe::api::agent_client {

class SocketLink : public Link {
 public:
  SocketLink(std::string url, Framing framing, http::SigningIdentity signer, LinkHandlers handlers);

  void send(std::string frame) override;
  void close() override;

  /// Connects, reads and writes until the session ends; calls `on_end` last. Never throws.
  void run();
  [[nodiscard]] bool is_over() const { return over_; }

 private:
  LinkEnd connect(std::unique_ptr<http::WebSocketClient>& client);
  LinkEnd serve(http::WebSocketClient& client);
  std::optional<LinkEnd> write_waiting(http::WebSocketClient& client);
  [[nodiscard]] std::string framed(const std::string& frame) const;
  [[nodiscard]] http::Request signed_request(const std::string& body) const;
  void attach(http::WebSocketClient* client);

  std::string target_;
  std::optional<http::Endpoint> endpoint_;
  Framing framing_;
  http::SigningIdentity signer_;
  LinkHandlers handlers_;
  std::mutex mutex_;
  std::deque<std::string> waiting_;
  bool closing_ = false;
  http::WebSocketClient* client_ = nullptr;  ///< While it can be interrupted.
  std::atomic<bool> over_{false};
};

}  // namespace troupe::api::agent_client
