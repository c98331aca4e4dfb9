#pragma once

/// The uplink over HTTP and WebSockets, every request signed with the host's own key. Plain TCP,
/// as the server speaks it.

#include "api/agent_client/uplink.hpp"
#include "api/agent_client/uplink_threads.hpp"
#include "api/http/client.hpp"
#include "api/http/sigv4.hpp"

#include <mutex>
#include <vector>

namespace troupe::api::agent_client {

class SocketLink;

/// Thread-safe; lives in a shared_ptr.
class NetworkUplink : public Uplink, public std::enable_shared_from_this<NetworkUplink> {
 public:
  /// Sessions in which the server says nothing and answers no ping for `silence_max` end.
  NetworkUplink(std::shared_ptr<UplinkThreads> threads, http::Endpoint server, http::SigningIdentity signer,
                std::chrono::milliseconds silence_max);
  ~NetworkUplink() override;

  void call(std::string operation, std::string body, std::function<void(CallAnswer)> done) override;
  std::shared_ptr<Link> open(const std::string& url, Framing framing, LinkHandlers handlers) override;

  /// Takes no more calls and tells the sessions to close.
  void stop();

 private:
  CallAnswer perform(const std::string& operation, const std::string& body);
  std::unique_ptr<http::HttpClient> take_client();
  void give_back(std::unique_ptr<http::HttpClient> client);

  std::shared_ptr<UplinkThreads> threads_;
  http::Endpoint server_;
  http::SigningIdentity signer_;
  std::chrono::milliseconds silence_max_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::vector<std::unique_ptr<http::HttpClient>> idle_;
  std::vector<std::weak_ptr<SocketLink>> sessions_;
};

}  // namespace troupe::api::agent_client
