/// Our HTTP client against our server, and against servers that misbehave.

#include "api/http/client.hpp"

#include "api/http/server.hpp"
#include "api/http/sigv4.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace troupe::api::http {
namespace {

using namespace std::chrono_literals;
using Kind = NetworkFailure::Kind;

constexpr auto patience = 10s;

TEST(HttpClient, SignsAndKeepsItsConnection) {
  const SigningIdentity signer{"AKID", "secret", "", "us-east-1", "ecs"};
  const auto credentials = std::make_shared<const Credentials>(Credentials{"secret", "", std::nullopt});
  const SignatureVerifier verifier([&](std::string_view) { return credentials; }, SigningPolicy{});
  const Time now = *from_iso_basic("20260115T120000Z");
  Server server(
      {},
      [&](const std::shared_ptr<const Request>& request, const Responder& out) {
        const auto identity = verifier.verify(*request, now);
        Response response;
        response.body = identity ? identity->access_key : identity.error().message;
        out.reply(identity ? response : error_response(identity.error()));
      },
      nullptr);
  HttpClient client({"127.0.0.1", *server.listen("127.0.0.1", 0)});
  for (int i = 0; i < 20; ++i) {
    Request request;
    request.target = "/?x=a+b%2f&y";
    request.headers = {{"Host", client.endpoint().authority()},
                       {"X-Amz-Target", "T.Op"},
                       {"Content-Type", "application/x-amz-json-1.1"}};
    request.body = std::string(static_cast<std::size_t>(i) * 3000, 'x');
    sign(request, signer, now);
    const auto response = client.exchange(request, patience);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200U) << response->body;
    EXPECT_EQ(response->body, "AKID");
    EXPECT_EQ(response->content_type, "application/x-amz-json-1.1");
    EXPECT_EQ(server.connections(), 1U);
    request.body += '!';
    EXPECT_EQ(client.exchange(request, patience)->status, 400U);
  }
}

TEST(HttpClient, AConnectionThatWasClosedIsReplaced) {
  ServerOptions options;
  options.idle_timeout = 20ms;
  Server server(
      options, [](const std::shared_ptr<const Request>&, const Responder& out) { out.reply({}); }, nullptr);
  HttpClient client({"127.0.0.1", *server.listen("127.0.0.1", 0)});
  ASSERT_TRUE(client.exchange({}, patience));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (server.connections() > 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  ASSERT_EQ(server.connections(), 0U);
  EXPECT_TRUE(client.exchange({}, patience));
}

TEST(HttpClient, FailuresHaveKinds) {
  std::vector<Responder> kept;
  std::uint16_t port = 0;
  {
    ServerOptions options;
    options.stop_timeout = 20ms;  // Nobody answers the one request.
    Server server(
        options, [&](const std::shared_ptr<const Request>&, const Responder& out) { kept.push_back(out); },
        nullptr);
    port = *server.listen("127.0.0.1", 0);
    HttpClient client({"127.0.0.1", port});
    const auto late = client.exchange({}, 30ms);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, Kind::timed_out);
  }
  const auto refused = HttpClient({"127.0.0.1", port}).exchange({}, patience);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::refused);
  EXPECT_EQ(refused.error().message,
            "cannot connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
  EXPECT_FALSE(HttpClient({"no.such.host.invalid", 1}).exchange({}, patience));
}

TEST(HttpClient, AnEarlyRefusalOfALargeBodyIsHeard) {
  Server server(
      {}, [](const std::shared_ptr<const Request>&, const Responder& out) { out.reply({}); }, nullptr);
  HttpClient client({"127.0.0.1", *server.listen("127.0.0.1", 0)});
  Request request;
  request.body.assign(8 << 20, 'x');
  const auto response = client.exchange(request, patience);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 413U);
}

TEST(Endpoint, IsReadFromUrls) {
  const auto text = [](std::string_view url) {
    const auto endpoint = Endpoint::parse(url);
    return endpoint ? endpoint->authority() : "none";
  };
  EXPECT_EQ(text("http://127.0.0.1:4566/path?x"), "127.0.0.1:4566");
  EXPECT_EQ(text("ws://[::1]:9000"), "[::1]:9000");
  EXPECT_EQ(text("localhost"), "localhost");
  EXPECT_EQ(text("http://h:80"), "h");
  for (const char* bad : {"", "http://", "h:x", "h:99999", "[::1", "h:"}) EXPECT_EQ(text(bad), "none") << bad;
}

}  // namespace
}  // namespace troupe::api::http
