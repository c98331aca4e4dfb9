/// How frames wait for company, and that nothing else waits with them. One thread
/// runs the loop by hand, so that what is delivered when is known.

#include "api/http/lane.hpp"

#include <gmock/gmock.h>

namespace troupe::api::http {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

/// Takes as long as a thousand members would.
class Crowd final : public FrameGroup {
 public:
  explicit Crowd(std::vector<std::string>& log) : log_(log) {}
  void deliver(std::span<const Frame> frames) override {
    std::string round;
    for (const auto& frame : frames) round += *frame;
    log_.push_back(round);
    for (const auto until = Clock::now() + cost; Clock::now() < until;) {
    }
  }
  Clock::duration cost{0};

 private:
  std::vector<std::string>& log_;
};

struct LaneTest : ::testing::Test {
  void publish(const std::string& text) {
    ASSERT_TRUE(mailbox->publish(crowd, std::make_shared<const std::string>(text)));
  }
  void run_ready() {
    context.restart();
    context.poll();
  }

  std::vector<std::string> log;
  boost::asio::io_context context{1};
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>(context);
  std::shared_ptr<Crowd> crowd = std::make_shared<Crowd>(log);
};

TEST_F(LaneTest, WhereARoundIsQuickFramesLeaveAtOnce) {
  for (const auto* text : {"a", "b"}) {
    publish(text);
    run_ready();
  }
  EXPECT_THAT(log, ElementsAre("a", "b"));
}

TEST_F(LaneTest, WhereARoundTakesLongTheNextWaitsForCompany) {
  crowd->cost = 20ms;
  publish("a");
  run_ready();
  publish("b");
  run_ready();
  EXPECT_THAT(log, ElementsAre("a")) << "b waits";
  publish("c");
  context.restart();
  context.run();
  EXPECT_THAT(log, ElementsAre("a", "bc"));
}

TEST_F(LaneTest, ATaskDoesNotWaitAndTakesTheFramesAlong) {
  crowd->cost = 20ms;
  publish("a");
  run_ready();
  publish("b");
  run_ready();
  mailbox->post([&] { log.emplace_back("task"); });
  run_ready();
  EXPECT_THAT(log, ElementsAre("a", "b", "task"));
}

TEST_F(LaneTest, ClosingDeliversWhatWaits) {
  crowd->cost = 20ms;
  publish("a");
  run_ready();
  publish("b");
  run_ready();
  mailbox->close();
  EXPECT_THAT(log, ElementsAre("a", "b"));
  EXPECT_FALSE(mailbox->publish(crowd, std::make_shared<const std::string>("c")));
}

}  // namespace
}  // namespace troupe::api::http
