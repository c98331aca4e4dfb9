/// A released sandbox holds nothing of the host and still tells of its containers.

#include "contract_world.hpp"

#include <csignal>

namespace troupe::testing {
namespace {

using runtime::ContainerState;
using runtime::FailureKind;

TEST_F(ContractTest, AReleasedSandboxKeepsExitCodesAndLogsOnly) {
  EXPECT_EQ(world_.run(world_.shell("c", "echo last words; exit 3")).exit.exit_code, 3);
  const auto released = world_.runtime().release_sandbox("s");
  ASSERT_TRUE(released) << released.error().message;
  EXPECT_EQ(world_.logs("c").out, "last words\n");
  world_.close();
  world_.open();
  const auto status = world_.runtime().status("c");
  ASSERT_TRUE(status && status->exit);
  EXPECT_EQ(status->state, ContainerState::exited);
  EXPECT_EQ(status->exit->exit_code, 3);
  EXPECT_EQ(world_.logs("c").out, "last words\n");
  EXPECT_TRUE(world_.runtime().release_sandbox("s")) << "it may be repeated";
  EXPECT_EQ(world_.runtime().list_sandboxes()->size(), 1U);
  EXPECT_TRUE(world_.runtime().remove_sandbox("s"));
  EXPECT_EQ(world_.runtime().release_sandbox("s").error().kind, FailureKind::not_found);
}

TEST_F(ContractTest, ASandboxInUseIsNotReleased) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 60")));
  ASSERT_TRUE(world_.runtime().start("c"));
  EXPECT_EQ(world_.runtime().release_sandbox("s").error().kind, FailureKind::conflict);
  EXPECT_EQ(world_.runtime().status("c")->state, ContainerState::running);
  ASSERT_TRUE(world_.runtime().signal("c", SIGKILL));
  ASSERT_TRUE(world_.wait("c"));
  EXPECT_TRUE(world_.runtime().release_sandbox("s"));
}

TEST_F(ContractTest, AContainerThatNeverStartedGoesWithTheRelease) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "true")));
  EXPECT_TRUE(world_.runtime().release_sandbox("s"));
  EXPECT_EQ(world_.runtime().status("c").error().kind, FailureKind::not_found);
}

}  // namespace
}  // namespace troupe::testing
