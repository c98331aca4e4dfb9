/// Calls and sessions of one host.

#include "api/agent_client/network_uplink.hpp"

#include "api/agent_client/socket_link.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace troupe::api::agent_client {
namespace {

/// Below the time after which a host gives up on its registration.
constexpr std::chrono::seconds call_deadline{9};
constexpr const char* target_prefix = "AmazonEC2ContainerServiceV20141113.";

}  // namespace

NetworkUplink::NetworkUplink(std::shared_ptr<UplinkThreads> threads, http::Endpoint server,
                             http::SigningIdentity signer, std::chrono::milliseconds silence_max)
    : threads_(std::move(threads)),
      server_(std::move(server)),
      signer_(std::move(signer)),
      silence_max_(silence_max) {}

NetworkUplink::~NetworkUplink() {
  stop();
}

void NetworkUplink::call(std::string operation, std::string body, std::function<void(CallAnswer)> done) {
  boost::asio::post(threads_->callers(), [me = weak_from_this(), operation = std::move(operation),
                                          body = std::move(body), done = std::move(done)] {
    if (const auto alive = me.lock()) done(alive->perform(operation, body));
  });
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
  auto link =
      std::make_shared<SocketLink>(*threads_, url, framing, signer_, silence_max_, std::move(handlers));
  const std::lock_guard lock{mutex_};
  if (stopped_) return link;
  std::erase_if(sessions_, [](const auto& session) {
    const auto known = session.lock();
    return !known || known->is_over();
  });
  sessions_.push_back(link);
  link->open();
  return link;
}

void NetworkUplink::stop() {
  const std::lock_guard lock{mutex_};
  stopped_ = true;
  for (const auto& session : sessions_) {
    if (const auto link = session.lock()) link->close();
  }
  sessions_.clear();
}

}  // namespace troupe::api::agent_client
