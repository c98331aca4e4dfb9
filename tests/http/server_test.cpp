/// The server over loopback: what well-behaved clients need and what others must
/// not be able to do.

#include "api/http/server.hpp"

#include "tests/http/loopback.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace troupe::api::http {
namespace {

using namespace std::chrono_literals;
using support::RawClient;

/// Answers with "METHOD path body" after a body of its own.
void echo(const std::shared_ptr<const Request>& request, const Responder& out) {
  Response response;
  response.body = request->method + " " + request->target + " " + request->body;
  out.reply(std::move(response));
}

struct Running {
  explicit Running(ServerOptions options = {}, RequestHandler handler = echo)
      : server(options, std::move(handler), nullptr) {
    const auto result = server.listen("127.0.0.1", 0);
    EXPECT_TRUE(result) << result.error().message;
    port = result ? *result : std::uint16_t{0};
  }
  Server server;
  std::uint16_t port = 0;
};

std::string post(std::string_view body, std::string_view extra = "") {
  return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string{extra} + "\r\n" + std::string{body};
}

std::string status_of(const std::string& response) {
  return response.substr(0, response.find('\r'));
}
std::string body_of(const std::string& response) {
  return response.substr(response.find("\r\n\r\n") + 4);
}

TEST(Server, AnswersCarryTheHeadersOfAwsJson) {
  Running running;
  RawClient client(running.port);
  ASSERT_TRUE(client.send(post("{}")));
  const std::string response = client.read_response();
  EXPECT_EQ(status_of(response), "HTTP/1.1 200 OK");
  EXPECT_EQ(body_of(response), "POST / {}");
  EXPECT_NE(response.find("\r\nContent-Type: application/x-amz-json-1.1\r\n"), std::string::npos);
  const std::size_t id = response.find("x-amzn-RequestId: ");
  ASSERT_NE(id, std::string::npos);
  EXPECT_EQ(response.find('\r', id) - id, 18U + 36U);
  const std::size_t date = response.find("Date: ");
  ASSERT_NE(date, std::string::npos);
  std::tm parts{};
  ASSERT_NE(strptime(response.c_str() + date + 6, "%a, %d %b %Y %H:%M:%S GMT", &parts), nullptr);
  EXPECT_NEAR(static_cast<double>(timegm(&parts)), static_cast<double>(std::time(nullptr)), 5);
}

TEST(Server, OneConnectionServesManyRequests) {
  Running running;
  RawClient client(running.port);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(client.send(post(std::to_string(i))));
    ASSERT_EQ(body_of(client.read_response()), "POST / " + std::to_string(i));
  }
  EXPECT_EQ(running.server.connections(), 1U);
}

TEST(Server, PipelinedRequestsAreAnsweredInOrderThoughAnsweredFromOtherThreads) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  {
    Running running({}, [&](const std::shared_ptr<const Request>& request, const Responder& out) {
      const std::lock_guard lock(mutex);
      threads.emplace_back([request, out] { echo(request, out); });
    });
    RawClient client(running.port);
    std::string all;
    for (int i = 0; i < 50; ++i) all += post(std::to_string(i));
    ASSERT_TRUE(client.send(all));
    for (int i = 0; i < 50; ++i) ASSERT_EQ(body_of(client.read_response()), "POST / " + std::to_string(i));
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Server, AHeadAndABodyMayComeByteByByte) {
  Running running;
  RawClient client(running.port);
  for (const char c : post("slowly")) ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(body_of(client.read_response()), "POST / slowly");
}

TEST(Server, ChunkedBodiesAndOldClientsAreUnderstood) {
  Running running;
  RawClient client(running.port);
  ASSERT_TRUE(client.send(
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  EXPECT_EQ(body_of(client.read_response()), "POST /c abcde");
  ASSERT_TRUE(client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_NE(client.read_until("\r\n\r\n").find("Content-Length: 8\r\n"), std::string::npos);
  ASSERT_TRUE(client.send("GET /old HTTP/1.0\r\n\r\n"));
  const std::string response = client.read_response();
  EXPECT_EQ(status_of(response), "HTTP/1.0 200 OK");
  EXPECT_EQ(body_of(response), "GET /old ");
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(Server, AClientThatAsksIsToldToContinue) {
  Running running;
  RawClient client(running.port);
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send("body"));
  EXPECT_EQ(body_of(client.read_response()), "POST / body");
}

TEST(Server, OversizedBodiesAreRefusedBeforeAndWhileTheyCome) {
  ServerOptions options;
  options.body_bytes_max = 1000;
  Running running(options);
  for (const char* head : {"Content-Length: 100000000", "Transfer-Encoding: chunked"}) {
    RawClient client(running.port);
    ASSERT_TRUE(client.send(std::string{"POST / HTTP/1.1\r\nHost: h\r\n"} + head + "\r\n\r\n"));
    // More than the socket buffers hold: the server must read on or its answer is lost.
    client.send("186a0\r\n" + std::string(100'000, 'x') + "\r\n");
    const std::string response = client.read_response();
    EXPECT_EQ(status_of(response), "HTTP/1.1 413 Payload Too Large");
    EXPECT_EQ(body_of(response),
              R"({"__type":"RequestEntityTooLargeException","message":"Request body exceeds 1000 bytes"})");
    client.shut_down_sending();
    EXPECT_TRUE(client.closed_by_peer());
  }
}

TEST(Server, ABodyAtTheLimitIsServed) {
  Running running;
  RawClient client(running.port);
  const std::string body(1 << 20, 'b');
  ASSERT_TRUE(client.send(post(body)));
  EXPECT_EQ(body_of(client.read_response()), "POST / " + body);
}

TEST(Server, OversizedHeadsAndNonsenseAreRefused) {
  Running running;
  RawClient big(running.port);
  ASSERT_TRUE(big.send("GET / HTTP/1.1\r\nX: "));
  big.send(std::string(70'000, 'h'));
  EXPECT_EQ(status_of(big.read_response()), "HTTP/1.1 431 Request Header Fields Too Large");
  for (const std::string& nonsense :
       {std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS client\r\n\r\n"},
        std::string{"GET\r\n\r\n"},
        std::string{"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"},
        std::string{"GET / HTTP/1.1\r\nno colon\r\n\r\n"},
        std::string{"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        std::string{"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"},
        std::string{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}}) {
    RawClient client(running.port);
    ASSERT_TRUE(client.send(nonsense));
    const std::string response = client.read_response();
    EXPECT_EQ(status_of(response), "HTTP/1.1 400 Bad Request") << nonsense;
    EXPECT_NE(response.find(R"({"__type":"MalformedHttpRequestException","message":)"), std::string::npos);
    client.shut_down_sending();
    EXPECT_TRUE(client.closed_by_peer());
  }
}

TEST(Server, SlowRequestsRunOutOfTimeHoweverTheyTrickle) {
  ServerOptions options;
  options.header_timeout = 60ms;
  options.body_timeout = 60ms;
  Running running(options);
  RawClient head(running.port);
  RawClient body(running.port);
  ASSERT_TRUE(body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n123"));
  // Bytes that keep coming must not buy time.
  const auto until = std::chrono::steady_clock::now() + 5s;
  ASSERT_TRUE(head.send("GET / HTTP/1.1\r\nX-Slow: "));
  auto answer = std::async(std::launch::async, [&] { return head.read_response(); });
  while (answer.wait_for(10ms) == std::future_status::timeout && std::chrono::steady_clock::now() < until) {
    head.send("a");
  }
  EXPECT_EQ(status_of(answer.get()), "HTTP/1.1 408 Request Timeout");
  EXPECT_EQ(status_of(body.read_response()), "HTTP/1.1 408 Request Timeout");
  body.shut_down_sending();
  EXPECT_TRUE(body.closed_by_peer());
}

TEST(Server, IdleConnectionsAreEnded) {
  ServerOptions options;
  options.idle_timeout = 40ms;
  Running running(options);
  RawClient silent(running.port);
  RawClient served(running.port);
  ASSERT_TRUE(served.send(post("x")));
  EXPECT_EQ(status_of(served.read_response()), "HTTP/1.1 200 OK");
  EXPECT_TRUE(silent.closed_by_peer());
  EXPECT_TRUE(served.closed_by_peer());
}

TEST(Server, BeyondTheCapClientsAreThrottled) {
  ServerOptions options;
  options.connections_max = 2;
  Running running(options);
  {
    RawClient first(running.port);
    RawClient second(running.port);
    for (RawClient* client : {&first, &second}) {
      ASSERT_TRUE(client->send(post("x")));
      ASSERT_EQ(status_of(client->read_response()), "HTTP/1.1 200 OK");
    }
    RawClient third(running.port);
    third.send(post("x"));
    const std::string response = third.read_response();
    EXPECT_EQ(status_of(response), "HTTP/1.1 400 Bad Request");
    EXPECT_EQ(body_of(response), R"({"__type":"ThrottlingException","message":"Rate exceeded"})");
    third.shut_down_sending();
    EXPECT_TRUE(third.closed_by_peer());
    ASSERT_TRUE(second.send(post("y")));
    EXPECT_EQ(body_of(second.read_response()), "POST / y");
  }
  // Places come back; the server notices the two ends in its own time.
  const auto until = std::chrono::steady_clock::now() + 5s;
  std::string status;
  while (status != "HTTP/1.1 200 OK" && std::chrono::steady_clock::now() < until) {
    RawClient next(running.port);
    next.send(post("z"));
    status = status_of(next.read_response());
  }
  EXPECT_EQ(status, "HTTP/1.1 200 OK");
}

TEST(Server, AnUnansweredRequestIsAnsweredForTheHandler) {
  ServerOptions options;
  options.answer_timeout = 40ms;
  std::vector<Responder> kept;
  Running running(options, [&](const std::shared_ptr<const Request>& request, const Responder& out) {
    if (request->target == "/keep") kept.push_back(out);
    if (request->target == "/throw") throw std::runtime_error("a bug of a handler");
  });
  RawClient client(running.port);
  for (const char* target : {"/drop", "/throw", "/keep", "/drop"}) {
    ASSERT_TRUE(client.send(std::string{"GET "} + target + " HTTP/1.1\r\nHost: h\r\n\r\n"));
    const std::string response = client.read_response();
    EXPECT_EQ(status_of(response), "HTTP/1.1 500 Internal Server Error") << target;
    EXPECT_EQ(body_of(response).find(R"({"__type":"ServerException",)"), 0U);
  }
  kept.front().reply({});  // Too late: nobody hears it, and nothing breaks.
  ASSERT_TRUE(client.send("GET /drop HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(status_of(client.read_response()), "HTTP/1.1 500 Internal Server Error");
}

TEST(Server, OnlyTheFirstAnswerCounts) {
  Running running({}, [](const std::shared_ptr<const Request>&, const Responder& out) {
    const Responder copy = out;
    Response first;
    first.body = "first";
    first.headers = {{"X-Good", "1"}, {"X-Bad", "a\r\nX-Injected: 1"}};
    copy.reply(first);
    out.reply({});
  });
  RawClient client(running.port);
  ASSERT_TRUE(client.send(post("") + post("")));
  for (int i = 0; i < 2; ++i) {
    const std::string response = client.read_response();
    EXPECT_EQ(body_of(response), "first");
    EXPECT_NE(response.find("X-Good: 1"), std::string::npos);
    EXPECT_EQ(response.find("Injected"), std::string::npos);
  }
}

TEST(Server, ClientsThatLeaveBeforeTheirAnswerHarmNobody) {
  std::promise<Responder> asked;
  Responder late;
  Running running({}, [&](const std::shared_ptr<const Request>& request, const Responder& out) {
    if (request->target == "/") return echo(request, out);
    asked.set_value(out);
  });
  {
    RawClient leaver(running.port);
    ASSERT_TRUE(leaver.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n"));
    late = asked.get_future().get();
  }
  late.reply({});
  RawClient other(running.port);
  ASSERT_TRUE(other.send(post("1")));
  ASSERT_EQ(body_of(other.read_response()), "POST / 1");
}

TEST(Server, APortInUseIsAValue) {
  Running running;
  Server second({}, echo, nullptr);
  const auto taken = second.listen("127.0.0.1", running.port);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, NetworkFailure::Kind::address_in_use);
  EXPECT_EQ(taken.error().message,
            "cannot listen on 127.0.0.1:" + std::to_string(running.port) + ": address already in use");
  EXPECT_FALSE(second.listen("no.such.host.invalid", 0));
  const auto named = second.listen("localhost", 0);
  ASSERT_TRUE(named);
  RawClient client(*named);
  ASSERT_TRUE(client.send(post("n")));
  EXPECT_EQ(body_of(client.read_response()), "POST / n");
}

TEST(Server, StoppingLetsBegunRequestsFinish) {
  std::promise<Responder> asked;
  Running running({},
                  [&](const std::shared_ptr<const Request>&, const Responder& out) { asked.set_value(out); });
  RawClient idle(running.port);
  RawClient busy(running.port);
  ASSERT_TRUE(busy.send(post("x")));
  const Responder out = asked.get_future().get();
  auto stopped = std::async(std::launch::async, [&] { running.server.stop(); });
  EXPECT_TRUE(idle.closed_by_peer());
  Response last;
  last.body = "last";
  out.reply(last);
  const std::string response = busy.read_response();
  EXPECT_EQ(body_of(response), "last");
  EXPECT_NE(response.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(busy.closed_by_peer());
  busy.shut_down_sending();
  EXPECT_FALSE(RawClient(running.port).connected());
}

TEST(Server, StoppingUnderLoadIsBoundedAndLateAnswersGoNowhere) {
  ServerOptions options;
  options.io_threads = 2;
  options.stop_timeout = 100ms;
  std::mutex mutex;
  std::vector<Responder> kept;
  Running running(options, [&](const std::shared_ptr<const Request>& request, const Responder& out) {
    if (request->body == "keep") {
      const std::lock_guard lock(mutex);
      kept.push_back(out);
    } else {
      echo(request, out);
    }
  });
  std::vector<std::thread> clients;
  std::atomic<int> served{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      RawClient client(running.port);
      while (client.connected() && client.send(post(i == 0 ? "keep" : "x")) &&
             !client.read_response().empty())
        ++served;
    });
  }
  const auto until = std::chrono::steady_clock::now() + 5s;
  const auto waits = [&] {
    const std::lock_guard lock(mutex);
    return kept.empty() || served < 100;
  };
  while (waits() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  const auto before = std::chrono::steady_clock::now();
  running.server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  for (std::thread& client : clients) client.join();
  EXPECT_GE(served, 100);
  ASSERT_FALSE(kept.empty());
  kept.front().reply({});
  EXPECT_EQ(running.server.connections(), 0U);
}

}  // namespace
}  // namespace troupe::api::http
