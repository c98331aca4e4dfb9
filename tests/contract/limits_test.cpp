/// Limits, memory that runs out, statistics.

#include "contract_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

constexpr const char* kFillMemory = "exec dd if=/dev/zero of=/dev/shm/much bs=1M count=60";

TEST_F(ContractTest, RunningOutOfMemoryIsTold) {
  auto spec = world_.shell("c", kFillMemory);
  spec.limits.memory_bytes = 32 << 20;
  spec.limits.swap_bytes = 0;
  const auto ended = world_.run(spec);
  EXPECT_NE(ended.exit.exit_code, 0);
  EXPECT_TRUE(ended.exit.out_of_memory);
}

TEST_F(ContractTest, TheSandboxesMemoryBindsItsContainers) {
  auto sandbox = world_.sandbox_spec("limited");
  sandbox.limits.memory_bytes = 32 << 20;
  sandbox.limits.swap_bytes = 0;
  const auto made = world_.runtime().create_sandbox(sandbox);
  ASSERT_TRUE(made) << made.error().message;
  auto spec = world_.shell("c", kFillMemory);
  spec.sandbox = "limited";
  const auto ended = world_.run(spec);
  EXPECT_EQ(ended.exit.exit_code, 137) << ended.err;
}

TEST_F(ContractTest, StatisticsTellWhatIsUsed) {
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
