/// Calls and sessions of one host.

#include "api/agent_client/network_uplink.hpp"

#include "api/agent_client/socket_link.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace troupe::api::agent_client {
namespace {

constexpr std::size_t callers = 4;
/// Below the time after which a host gives up on its registration.
constexpr std::chrono::seconds call_deadline{9};
constexpr const char* target_prefix = "AmazonEC2ContainerServiceV20141113.";

}  // namespace

NetworkUplink::NetworkUplink(http::Endpoint server, http::SigningIdentity signer)
    : server_(std::move(server)), signer_(std::move(signer)), callers_(callers) {}

NetworkUplink::~NetworkUplink() {
  stop();
}

void NetworkUplink::call(std::string operation, std::string body, std::function<void(CallAnswer)> done) {
  boost::asio::post(callers_, [this, operation = std::move(operation), body = std::move(body),
                               done = std::move(done)] { done(perform(operation, body)); });
}

CallAnswer NetworkUplink::perform(const std::string& operation, const std::string& body) {
  http::Request request;
  request.method = "POST";
  request.target = "/";
  request.body = body;
  request.headers.push_back({"Host", server_.authority()});
  request.headers.push_back({"Content-Type", "application/x-amz-json-1.1"});
  request.headers.push_back({"X-Amz-Target", target_prefix + operation});
  http::sign(request, signer_, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  auto client = take_client();
  const auto response = client->exchange(request, call_deadline);
  if (!response) return {0, response.error().message};
  give_back(std::move(client));
  return {response->status, response->body};
}

std::unique_ptr<http::HttpClient> NetworkUplink::take_client() {
  const std::lock_guard lock{mutex_};
  if (idle_.empty()) return std::make_unique<http::HttpClient>(server_);
  auto client = std::move(idle_.back());
  idle_.pop_back();
  return client;
}

void NetworkUplink::give_back(std::unique_ptr<http::HttpClient> client) {
  const std::lock_guard lock{mutex_};
  idle_.push_back(std::move(client));
}

std::shared_ptr<Link> NetworkUplink::open(const std::string& url, Framing framing, LinkHandlers handlers) {
  auto link = std::make_shared<SocketLink>(url, framing, signer_, std::move(handlers));
  const std::lock_guard lock{mutex_};
  reap();
  if (stopped_) return link;
  sessions_.push_back({link, std::thread{[link] { link->run(); }}});
  return link;
}

/// Threads of sessions that are over.
void NetworkUplink::reap() {
  std::erase_if(sessions_, [](Session& session) {
    if (!session.link->is_over()) return false;
    session.thread.join();
    return true;
  });
}

void NetworkUplink::stop() {
  std::vector<Session> ending;
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    ending.swap(sessions_);
  }
  for (auto& session : ending) session.link->close();
  callers_.stop();
  callers_.join();
  for (auto& session : ending) session.thread.join();
}

}  // namespace troupe::api::agent_client
