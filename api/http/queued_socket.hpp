#pragma once

/// The layer between a WebSocket and its TCP socket: one ordered, bounded queue of
/// everything that goes out. Private to this folder.
///
/// Beast's stream speaks the protocol (handshake, reading, control frames, closing),
/// but its async_write costs about 10 µs per message. Messages therefore go into this
/// queue already framed, and leave many at a time by sendmsg, while Beast's own
/// control frames pass through the same queue, so the two never mix within a frame.

#include "api/http/lane.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace troupe::api::http {

class QueuedSocket {
 public:
  using executor_type = Executor;
  using next_layer_type = Socket;
  using error_code = boost::system::error_code;

  /// @param already_read  What came with the upgrade request; read first.
  QueuedSocket(Socket socket, std::string already_read, const ServerOptions& options);

  /// @param owner    Kept alive while the queue waits for the kernel.
  /// @param drained  Called whenever the queue has become empty.
  void attach(std::weak_ptr<Connection> owner, std::function<void()> drained);

  /// Queues one text message. False on overflow; then nothing more is to be pushed.
  [[nodiscard]] bool push(const Frame& message);
  /// Hands what the kernel takes to the kernel.
  void flush();
  /// Forgets the messages of which no byte has gone yet.
  void drop_unsent();
  void close();

  // Beast's side.
  executor_type get_executor() noexcept { return socket_.get_executor(); }
  Socket& next_layer() noexcept { return socket_; }
  const Socket& next_layer() const noexcept { return socket_; }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    const auto start = [this](auto completion, const Buffers& into) {
      if (already_read_.empty()) return socket_.async_read_some(into, std::move(completion));
      const std::size_t count = boost::asio::buffer_copy(into, boost::asio::buffer(already_read_));
      already_read_.erase(0, count);
      boost::asio::post(get_executor(),
                        boost::beast::bind_handler(std::move(completion), error_code{}, count));
    };
    return boost::asio::async_initiate<Handler, void(error_code, std::size_t)>(start, handler, buffers);
  }

  /// Completes when all bytes have gone to the kernel.
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    const auto start = [this](auto completion, const Buffers& from) {
      std::string bytes(boost::asio::buffer_size(from), '\0');
      boost::asio::buffer_copy(boost::asio::buffer(bytes), from);
      using Erased = Handed<decltype(completion)>;
      push_bytes(std::move(bytes), std::make_unique<Erased>(get_executor(), std::move(completion)));
    };
    return boost::asio::async_initiate<Handler, void(error_code, std::size_t)>(start, handler, buffers);
  }

 private:
  /// A completion handler of Beast's; Boost 1.81 has no type-erased one.
  class Completion {
   public:
    virtual ~Completion() = default;
    virtual void complete(error_code error, std::size_t count) = 0;
  };
  template <class Handler>
  class Handed final : public Completion {
   public:
    Handed(Executor executor, Handler handler)
        : executor_(std::move(executor)), handler_(std::move(handler)) {}
    void complete(error_code error, std::size_t count) override {
      boost::asio::post(executor_, boost::beast::bind_handler(std::move(handler_), error, count));
    }

   private:
    Executor executor_;
    Handler handler_;
  };

  struct Entry {
    std::array<char, 10> head{};  ///< The frame's header; empty before bytes of Beast's.
    std::size_t head_bytes = 0;
    Frame payload;
    std::unique_ptr<Completion> completion;
    [[nodiscard]] std::size_t size() const { return head_bytes + payload->size(); }
  };

  void push_bytes(std::string bytes, std::unique_ptr<Completion> completion);
  void consume(std::size_t count);
  void wait_until_writable();
  void fail(const error_code& error);

  Socket socket_;
  std::string already_read_;
  std::size_t frames_max_;
  std::size_t bytes_max_;
  std::weak_ptr<Connection> owner_;
  std::function<void()> drained_;
  std::deque<Entry> queue_;
  std::size_t queued_bytes_ = 0;
  std::size_t sent_of_first_ = 0;
  bool waiting_ = false;
};

// Beast finds these by argument-dependent lookup when a WebSocket ends.
template <class Handler>
void async_teardown(boost::beast::role_type role, QueuedSocket& socket, Handler&& handler) {
  boost::beast::websocket::async_teardown(role, socket.next_layer(), std::forward<Handler>(handler));
}
inline void teardown(boost::beast::role_type role, QueuedSocket& socket, boost::system::error_code& error) {
  boost::beast::websocket::teardown(role, socket.next_layer(), error);
}

}  // namespace troupe::api::http
