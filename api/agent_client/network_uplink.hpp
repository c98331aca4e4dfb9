#pragma once

/// The uplink over HTTP and WebSockets, every request signed with the host's own key. Plain TCP,
/// as the server speaks it.

#include "api/agent_client/uplink.hpp"
#include "api/http/client.hpp"
#include "api/http/sigv4.hpp"

#include <boost/asio/thread_pool.hpp>

#include <mutex>
#include <thread>
#include <vector>

namespace troupe::api::agent_client {

class SocketLink;

/// Calls run on a few threads, each session on one of its own. Thread-safe.
class NetworkUplink : public Uplink {
 public:
  NetworkUplink(http::Endpoint server, http::SigningIdentity signer);
  ~NetworkUplink() override;

  void call(std::string operation, std::string body, std::function<void(CallAnswer)> done) override;
  std::shared_ptr<Link> open(const std::string& url, Framing framing, LinkHandlers handlers) override;

  /// Ends the sessions and waits for what is under way, at most a call's own deadline.
  void stop();

 private:
  struct Session {
    std::shared_ptr<SocketLink> link;
    std::thread thread;
  };

  CallAnswer perform(const std::string& operation, const std::string& body);
  std::unique_ptr<http::HttpClient> take_client();
  void give_back(std::unique_ptr<http::HttpClient> client);
  void reap();

  http::Endpoint server_;
  http::SigningIdentity signer_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::vector<std::unique_ptr<http::HttpClient>> idle_;
  std::vector<Session> sessions_;
  boost::asio::thread_pool callers_;
};

}  // namespace troupe::api::agent_client
