/// The gateway over real sockets: nothing is lost, nothing doubled, a gap is told,
/// and a client that does not read is left behind.

#include "tests/stream/gateway_fixture.hpp"

#include <gmock/gmock.h>

#include <numeric>
#include <thread>

namespace troupe::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> out(last + 1 - first);
  std::iota(out.begin(), out.end(), first);
  return out;
}

TEST_F(GatewayTest, AClientIsGreetedAndShownWhatThereIs) {
  open({});
  emit(20, 3);
  const auto client = join();
  ASSERT_TRUE(client->read_until(20));
  EXPECT_THAT(client->told.types, ElementsAre("hello", "snapshot"));
  EXPECT_EQ(client->told.snapshot_sequence, 20U);
  EXPECT_THAT(client->told.snapshot, ::testing::UnorderedElementsAre(18, 19, 20));
  emit(1);
  ASSERT_TRUE(client->read_until(21));
  EXPECT_THAT(client->told.events, ElementsAre(21));
}

TEST_F(GatewayTest, AnEmptyWorldHasASnapshotToo) {
  open({});
  const auto client = join();
  ASSERT_TRUE(client->read_until_type("snapshot"));
  EXPECT_EQ(client->told.last, R"({"type":"snapshot","sequence":0,"more":false,"events":[]})");
}

TEST_F(GatewayTest, WhoeverJoinsWhileEventsFlowMissesNoneAndSeesNoneTwice) {
  open({});
  constexpr std::uint64_t total = 3'000;
  std::thread source{[&] {
    for (int i = 0; i < 100; ++i) {
      emit(total / 100, 10, 3);
      std::this_thread::yield();
    }
  }};
  std::vector<std::unique_ptr<EventClient>> clients;
  for (int i = 0; i < 12; ++i) clients.push_back(join());
  source.join();
  for (const auto& client : clients) {
    ASSERT_TRUE(client->read_until(total)) << "reached " << client->told.reached;
    EXPECT_EQ(client->told.events, range(client->told.snapshot_sequence + 1, total));
    for (const auto sequence : client->told.snapshot) EXPECT_LE(sequence, client->told.snapshot_sequence);
  }
}

TEST_F(GatewayTest, ALargeSnapshotComesInPagesAndWhatHappensMeanwhileFollows) {
  open({.page_bytes = 512, .burst_frames = 2});
  constexpr std::uint64_t tasks = 200;
  emit(tasks, tasks);
  const auto client = join();
  emit(500, tasks);
  ASSERT_TRUE(client->read_until(last_sequence()));
  EXPECT_EQ(client->told.snapshot.size(), tasks);
  EXPECT_EQ(client->told.events, range(client->told.snapshot_sequence + 1, last_sequence()));
  emit(3);
  ASSERT_TRUE(client->read_until(last_sequence()));
  EXPECT_EQ(client->told.events, range(client->told.snapshot_sequence + 1, last_sequence()));
}

TEST_F(GatewayTest, AClientResumesAfterTheEventItNames) {
  open({});
  emit(50);
  const auto client = join("&from=30");
  ASSERT_TRUE(client->read_until(50));
  EXPECT_EQ(client->told.events, range(31, 50));
  EXPECT_THAT(client->told.snapshot, IsEmpty());
  EXPECT_EQ(client->told.types.at(1), "resumed");
  emit(5);
  ASSERT_TRUE(client->read_until(55));
  EXPECT_EQ(client->told.events, range(31, 55));
}

TEST_F(GatewayTest, ResumingAtTheEndMissesNothing) {
  open({});
  emit(5);
  const auto client = join("&from=5");
  ASSERT_TRUE(client->read_until_type("resumed"));
  EXPECT_EQ(client->told.last, R"({"type":"resumed","from":5,"sequence":5})");
  emit(1);
  ASSERT_TRUE(client->read_until(6));
  EXPECT_THAT(client->told.events, ElementsAre(6));
}

TEST_F(GatewayTest, AGapIsToldAndASnapshotFollows) {
  open({.retained = 10});
  emit(100, 4);
  const auto client = join("&from=30");
  ASSERT_TRUE(client->read_until(100));
  EXPECT_THAT(client->told.types, ElementsAre("hello", "gap", "snapshot"));
  EXPECT_EQ(client->told.snapshot.size(), 4U);
}

TEST_F(GatewayTest, ASequenceFromTheFutureIsAGapToo) {
  open({});
  emit(10);
  const auto client = join("&from=99");
  ASSERT_TRUE(client->read_until(10));
  EXPECT_THAT(client->told.types, ElementsAre("hello", "gap", "snapshot"));
}

TEST_F(GatewayTest, AFilteredClientHearsOnlyItsOwn) {
  open({});
  emit(10, 5, 7, "prod");
  emit(10, 5, 7, "test");
  const auto prod = join("&cluster=prod");
  const auto test = join("&cluster=test");
  const auto one = join("&cluster=test&task=00000000000000090000000000000002");
  ASSERT_TRUE(prod->read_until_type("snapshot"));
  ASSERT_TRUE(test->read_until_type("snapshot"));
  ASSERT_TRUE(one->read_until_type("snapshot"));
  EXPECT_THAT(prod->told.snapshot, IsEmpty()) << "the last change of each task was in the other cluster";
  EXPECT_EQ(test->told.snapshot.size(), 5U);
  EXPECT_EQ(one->told.snapshot.size(), 1U);
  emit(5, 5, 1, "prod");
  emit(5, 5, 1, "test");
  ASSERT_TRUE(prod->read_until(25));
  ASSERT_TRUE(test->read_until(30));
  ASSERT_TRUE(one->read_until(27));
  EXPECT_EQ(prod->told.events, range(21, 25));
  EXPECT_EQ(test->told.events, range(26, 30));
  EXPECT_THAT(one->told.events, ElementsAre(27));
}

TEST_F(GatewayTest, HeartbeatsTellHowFarAFilterHasSeen) {
  open({.heartbeat = 1s});
  const auto client = join("&cluster=none");
  ASSERT_TRUE(client->read_until_type("snapshot"));
  emit(7);
  do {
    ASSERT_TRUE(client->read_until_type("heartbeat"));
  } while (client->told.last != R"({"type":"heartbeat","sequence":7})" && client->told.heartbeats < 10);
  EXPECT_EQ(client->told.last, R"({"type":"heartbeat","sequence":7})");
  EXPECT_THAT(client->told.events, IsEmpty());
}

TEST_F(GatewayTest, StrangersAreRefusedBeforeTheHandshake) {
  open({});
  using api::http::NetworkFailure;
  using api::http::WebSocketClient;
  const auto forged = WebSocketClient::connect(endpoint_, "/events?token=bad", {}, 10s);
  ASSERT_FALSE(forged);
  EXPECT_EQ(forged.error().kind, NetworkFailure::Kind::refused);
  EXPECT_THAT(forged.error().message, HasSubstr("403"));
  const auto page =
      WebSocketClient::connect(endpoint_, "/events?token=good", {{"Origin", "http://evil.example"}}, 10s);
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message, HasSubstr("AccessDeniedException"));
  const auto elsewhere = WebSocketClient::connect(endpoint_, "/other?token=good", {}, 10s);
  ASSERT_FALSE(elsewhere);
  EXPECT_THAT(elsewhere.error().message, HasSubstr("404"));
  const auto confused = WebSocketClient::connect(endpoint_, "/events?token=good&from=x", {}, 10s);
  ASSERT_FALSE(confused);
  EXPECT_THAT(confused.error().message, HasSubstr("InvalidParameterException"));
}

TEST_F(GatewayTest, APageOfThisMachineIsAdmitted) {
  open({});
  const auto client =
      join({}, {{"Origin", "http://localhost:3000"}, {"Sec-WebSocket-Protocol", "troupe.events"}});
  ASSERT_TRUE(client);
  EXPECT_TRUE(client->read_until_type("snapshot"));
}

TEST_F(GatewayTest, AReaderThatDoesNotReadIsLeftBehindAndTold) {
  open({.page_bytes = 8 << 10, .burst_frames = 2, .queue_bytes = 64 << 10});
  const auto slow = join();
  const auto quick = join();
  ASSERT_TRUE(slow->read_until_type("snapshot"));
  ASSERT_TRUE(quick->read_until_type("snapshot"));
  // More than the kernel takes on the way; the quick client keeps up.
  for (int i = 0; i < 40; ++i) {
    emit(200, 10, 200);
    ASSERT_TRUE(quick->read_until(last_sequence()));
  }
  while (slow->read(60s)) {
  }
  EXPECT_EQ(slow->socket().close_code(), api::http::close_code::try_again_later);
  EXPECT_LT(slow->told.reached, last_sequence());
  const auto figures = figures_when([](const auto& now) { return now.slow_readers == 1; });
  EXPECT_EQ(figures.slow_readers, 1U);
  EXPECT_EQ(figures.subscribers, 1U);
  EXPECT_GT(figures.frames, 40U);
  // It goes on where it was.
  const auto again = join("&from=" + std::to_string(slow->told.reached));
  ASSERT_TRUE(again->read_until(last_sequence()));
  EXPECT_EQ(again->told.events, range(slow->told.reached + 1, last_sequence()));
}

TEST_F(GatewayTest, ClientsAreSentAwayWhenTheStreamEnds) {
  open({});
  const auto client = join();
  ASSERT_TRUE(client->read_until_type("snapshot"));
  end_stream();
  EXPECT_FALSE(client->read());
  EXPECT_EQ(client->socket().close_code(), api::http::close_code::going_away);
}

}  // namespace
}  // namespace troupe::testing
