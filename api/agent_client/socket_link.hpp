#pragma once

/// One session over a WebSocket, on the thread that all sessions of the process share. It pings a
/// server that says nothing, and ends when that does not answer.

#include "api/agent_client/uplink.hpp"
#include "api/agent_client/uplink_threads.hpp"
#include "api/http/client.hpp"
#include "api/http/sigv4.hpp"

#include <atomic>
#include <chrono>
#include <deque>
#include <optional>

namespace troupe::api::agent_client {

class SocketLink : public Link, public std::enable_shared_from_this<SocketLink> {
 public:
  /// @param silence_max  Of the server; it is pinged after half of it.
  SocketLink(UplinkThreads& threads, std::string url, Framing framing, http::SigningIdentity signer,
             std::chrono::milliseconds silence_max, LinkHandlers handlers);
  ~SocketLink() override;

  /// Connects; once. `on_end` follows, now or later.
  void open();
  void send(std::string frame) override;
  void close() override;
  [[nodiscard]] bool is_over() const { return over_; }

 private:
  struct Connection;

  // On the sessions' thread.
  void connected(const http::NetworkResult<int>& fd);
  void opened(const boost::system::error_code& error);
  void read();
  void received(const boost::system::error_code& error);
  void write();
  void part();
  void end(LinkEnd why);

  [[nodiscard]] LinkEnd end_of(const boost::system::error_code& error) const;
  [[nodiscard]] std::string framed(const std::string& frame) const;
  [[nodiscard]] http::Request signed_request(const std::string& body) const;

  UplinkThreads& threads_;
  std::string target_;
  std::optional<http::Endpoint> endpoint_;
  Framing framing_;
  http::SigningIdentity signer_;
  std::chrono::milliseconds silence_max_;
  LinkHandlers handlers_;
  std::unique_ptr<Connection> connection_;
  std::deque<std::string> waiting_;
  std::string outgoing_;  ///< While it is written.
  bool open_ = false;
  bool writing_ = false;
  bool closing_ = false;  ///< Asked for.
  bool parting_ = false;  ///< Under way: whatever else ends the session, this has the last word.
  std::atomic<bool> over_{false};
};

}  // namespace troupe::api::agent_client
