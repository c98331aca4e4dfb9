/// Limits, memory that runs out, processes without end, statistics.

#include "tests/oci/world.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

bool is_unified() {
  return text_of("/sys/fs/cgroup/cgroup.controllers").find("memory") != std::string::npos;
}

std::string control(const World& world, const std::string& group, const std::string& v1,
                    const std::string& v2) {
  const std::string below = "/" + world.cgroup_parent() + "/" + group + "/";
  return is_unified() ? text_of("/sys/fs/cgroup" + below + v2)
                      : text_of("/sys/fs/cgroup/" + v1.substr(0, v1.find('.')) + below + v1);
}

TEST_F(OciTest, LimitsOfContainerAndSandboxAreInTheirControlGroups) {
  auto sandbox = world_.sandbox_spec("limited");
  sandbox.limits.memory_bytes = 256 << 20;
  sandbox.limits.cpu_cores = 1.5;
  ASSERT_TRUE(world_.runtime().create_sandbox(sandbox));
  auto spec = world_.shell("c", "sleep 600");
  spec.sandbox = "limited";
  spec.limits.memory_bytes = 64 << 20;
  spec.limits.cpu_shares = 512;
  spec.limits.cpu_cores = 0.25;
  spec.limits.processes = 50;
  const auto created = world_.runtime().create(spec);
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_EQ(control(world_, "limited", "memory.limit_in_bytes", "memory.max"), "268435456\n");
  EXPECT_EQ(control(world_, "limited/c", "memory.limit_in_bytes", "memory.max"), "67108864\n");
  EXPECT_EQ(control(world_, "limited/c", "pids.max", "pids.max"), "50\n");
  if (is_unified()) {
    EXPECT_EQ(control(world_, "limited/c", "", "cpu.max"), "25000 100000\n");
    EXPECT_EQ(control(world_, "limited", "", "cpu.max"), "150000 100000\n");
  } else {
    EXPECT_EQ(control(world_, "limited/c", "cpu.cfs_quota_us", ""), "25000\n");
    EXPECT_EQ(control(world_, "limited/c", "cpu.shares", ""), "512\n");
    EXPECT_EQ(control(world_, "limited", "cpu.cfs_quota_us", ""), "150000\n");
  }
}

TEST_F(OciTest, RunningOutOfMemoryIsTold) {
  auto spec = world_.shell("c", "exec dd if=/dev/zero of=/dev/shm/much bs=1M count=60");
  spec.limits.memory_bytes = 32 << 20;
  spec.limits.swap_bytes = 0;
  const auto ended = world_.run(spec);
  EXPECT_NE(ended.exit.exit_code, 0);
  EXPECT_TRUE(ended.exit.out_of_memory);
  EXPECT_EQ(ended.out, "");
}

TEST_F(OciTest, TheSandboxesMemoryBindsItsContainers) {
  auto sandbox = world_.sandbox_spec("limited");
  sandbox.limits.memory_bytes = 32 << 20;
  sandbox.limits.swap_bytes = 0;
  ASSERT_TRUE(world_.runtime().create_sandbox(sandbox));
  auto spec = world_.shell("c", "exec dd if=/dev/zero of=/dev/shm/much bs=1M count=60");
  spec.sandbox = "limited";
  EXPECT_TRUE(world_.run(spec).exit.out_of_memory);
}

TEST_F(OciTest, AForkBombEndsAtTheLimitAndCanBeRemoved) {
  auto spec = world_.shell("c", "bomb() { bomb | bomb & }; bomb; while :; do sleep 1; done");
  spec.limits.processes = 100;
  spec.limits.cpu_cores = 0.5;
  ASSERT_TRUE(world_.runtime().create(spec));
  ASSERT_TRUE(world_.runtime().start("c"));
  ASSERT_TRUE(eventually([&] { return control(world_, "s/c", "pids.events", "pids.events") != "max 0\n"; }));
  EXPECT_LE(world_.runtime().stats("c")->processes, 100U);
  const auto removed = world_.runtime().remove("c");
  EXPECT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(control(world_, "s/c", "pids.current", "pids.current"), "");
}

TEST_F(OciTest, TheDefaultLimitOfProcessesHolds) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "true")));
  EXPECT_EQ(control(world_, "s/c", "pids.max", "pids.max"), "4096\n");
}

TEST_F(OciTest, StatisticsTellWhatIsUsed) {
  auto spec =
      world_.shell("c", "dd if=/dev/zero of=/dev/shm/much bs=1M count=20; echo ready; sleep 600; true");
  spec.limits.memory_bytes = 512 << 20;
  ASSERT_TRUE(world_.runtime().create(spec));
  ASSERT_TRUE(world_.runtime().start("c"));
  ASSERT_TRUE(eventually([&] { return world_.logs("c").out == "ready\n"; }));
  const auto stats = world_.runtime().stats("c");
  ASSERT_TRUE(stats);
  EXPECT_GT(stats->cpu_ns, 1'000'000U);
  EXPECT_GT(stats->memory_bytes, 15'000'000U);
  EXPECT_GE(stats->memory_max_bytes, stats->memory_bytes);
  EXPECT_EQ(stats->memory_limit_bytes, 512U << 20U);
  EXPECT_GE(stats->processes, 1U);
  EXPECT_FALSE(world_.runtime().stats("none"));
}

}  // namespace
}  // namespace troupe::testing
