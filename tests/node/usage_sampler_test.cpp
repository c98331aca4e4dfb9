/// From counters of the runtime to figures, and from a host to its container instance.

#include "actors/node/usage_sampler.hpp"

#include "tests/node/node_world.hpp"

#include <gmock/gmock.h>

using namespace std::chrono_literals;

namespace troupe::node::testing {
namespace {

runtime::Stats stats_at(std::chrono::seconds time) {
  runtime::Stats stats;
  stats.read_at = runtime::Time{time};
  stats.processes = 1;
  return stats;
}

TEST(UsageFigures, AreRatesBetweenTwoLooks) {
  auto before = stats_at(100s);
  before.cpu_ns = 1'000'000'000;
  before.interfaces = {{"eth0", 100, 0, 0, 0, 10, 0, 0, 0}};
  before.block_read_bytes = 50;
  auto now = stats_at(110s);
  now.cpu_ns = 6'000'000'000;
  now.memory_bytes = 4096;
  now.interfaces = {{"eth0", 2100, 0, 0, 0, 1010, 0, 0, 0}};
  now.block_read_bytes = 150;
  now.block_write_bytes = 70;
  const auto figures = figures_between(before, now, 2);
  EXPECT_NEAR(figures.cpu_units.average(), 512, 0.001);
  EXPECT_EQ(figures.memory_bytes.average(), 4096);
  EXPECT_EQ(figures.received_bytes.average(), 100);
  EXPECT_EQ(figures.sent_bytes.average(), 50);
  EXPECT_EQ(figures.read_bytes.average(), 10);
  EXPECT_EQ(figures.written_bytes.average(), 7);
}

TEST(UsageFigures, OfAFirstLookAreMemoryAlone) {
  const auto figures = figures_between(std::nullopt, stats_at(1s), 1);
  EXPECT_EQ(figures.memory_bytes.count, 1U);
  EXPECT_EQ(figures.cpu_units.count, 0U);
  EXPECT_EQ(figures.received_bytes.count, 0U);
}

TEST(UsageFigures, NothingIsSaidOfCountersThatWentBackOrOfNoTime) {
  auto before = stats_at(100s);
  before.cpu_ns = 10;
  auto now = stats_at(110s);
  now.cpu_ns = 9;
  EXPECT_EQ(figures_between(before, now, 1).cpu_units.count, 0U);
  now = before;
  EXPECT_EQ(figures_between(before, now, 1).cpu_units.count, 0U);
}

class UsageOfAHost : public NodeTest {
 protected:
  UsageOfAHost() { options.cpu_units = 4096; }

  void script(std::uint64_t task, const std::string& name, std::uint64_t cpu_ns, std::uint64_t received) {
    runtime::Stats stats;
    stats.read_at = runtime::Time{world.now().time_since_epoch()};
    stats.cpu_ns = cpu_ns;
    stats.memory_bytes = 1'000;
    stats.memory_limit_bytes = 64;
    stats.processes = 3;
    stats.interfaces = {{"eth0", received, 0, 0, 0, 0, 0, 0, 0}};
    host->set_stats(in(task, name), stats);
  }
};

TEST_F(UsageOfAHost, GoesToItsContainerInstance) {
  boot({shared(pending_task(1, definition({container("web"), container("side")})))});
  ASSERT_EQ(status(1), core::TaskStatus::RUNNING);
  plane.notes->usage.clear();
  script(1, "web", 0, 1'000);
  world.advance(10s);
  script(1, "web", 5'000'000'000, 3'000);
  world.advance(10s);
  ASSERT_EQ(plane.notes->usage.size(), 2U);
  const auto& said = *plane.notes->usage.back();
  EXPECT_EQ(said.host_cpu_units, 4096);
  ASSERT_EQ(said.tasks.size(), 1U);
  EXPECT_EQ(said.tasks[0].task, troupe::testing::task_id(1));
  // The other container was not looked at: the runtime has no figures of it.
  ASSERT_EQ(said.tasks[0].containers.size(), 1U);
  const auto& web = said.tasks[0].containers[0];
  EXPECT_EQ(web.name, "web");
  EXPECT_NEAR(web.figures.cpu_units.average(), 512, 0.001);
  EXPECT_EQ(web.figures.received_bytes.average(), 200);
  EXPECT_EQ(web.totals.received_bytes, 2'000U);
  EXPECT_EQ(web.memory_limit_bytes, 64U);
  EXPECT_EQ(web.processes, 3U);
}

TEST_F(UsageOfAHost, PartsOfASharedNetworkAddUpToTheWhole) {
  boot({shared(
      pending_task(1, definition({container("web"), container("side")}, "web", core::NetworkMode::awsvpc)))});
  ASSERT_EQ(status(1), core::TaskStatus::RUNNING);
  for (const std::uint64_t received : {0U, 1'000U}) {
    script(1, "web", 1, received);
    script(1, "side", 1, received);
    world.advance(10s);
  }
  const auto& containers = plane.notes->usage.back()->tasks.at(0).containers;
  ASSERT_EQ(containers.size(), 2U);
  EXPECT_EQ(containers[0].figures.received_bytes.average(), 50);
  EXPECT_EQ(containers[1].totals.received_bytes, 500U);
}

TEST_F(UsageOfAHost, IsNotReadWhenNobodyWants) {
  options.usage_interval = 0ms;
  boot({shared(pending_task(1, definition({container("web")})))});
  world.advance(60s);
  EXPECT_TRUE(plane.notes->usage.empty());
}

TEST_F(UsageOfAHost, ARuntimeThatThrowsIsAskedAgain) {
  boot({shared(pending_task(1, definition({container("web")})))});
  host->throw_on("stats " + in(1, "web"));
  const auto before = plane.notes->usage.size();
  world.advance(30s);
  EXPECT_EQ(plane.notes->usage.size(), before + 3);
  EXPECT_TRUE(plane.notes->usage.back()->tasks.empty());
}

}  // namespace
}  // namespace troupe::node::testing
