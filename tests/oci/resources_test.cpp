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

}  // namespace
}  // namespace troupe::testing
