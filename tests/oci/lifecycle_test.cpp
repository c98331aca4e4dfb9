/// Containers from creation to removal, with real crun and conmon.

#include "tests/oci/world.hpp"

#include <gmock/gmock.h>

#include <unistd.h>
#include <csignal>

namespace troupe::testing {
namespace {

using runtime::ContainerState;
using runtime::FailureKind;
using ::testing::HasSubstr;

TEST_F(OciTest, AContainerIsCreatedRunsAndEnds) {
  auto spec = world_.shell("c", "echo out; echo err >&2; exit 7");
  spec.labels = {{"a", "b"}};
  ASSERT_TRUE(world_.runtime().create(spec));
  const auto created = world_.runtime().status("c");
  ASSERT_TRUE(created);
  EXPECT_EQ(created->state, ContainerState::created);
  EXPECT_EQ(created->pid, 0);

  const auto started = world_.runtime().start("c");
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_GE(started->started_at, started->created_at);
  const auto exit = world_.wait("c");
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->exit_code, 7);
  EXPECT_FALSE(exit->out_of_memory);
  EXPECT_EQ(world_.logs("c").out, "out\n");
  EXPECT_EQ(world_.logs("c").err, "err\n");

  const auto ended = world_.runtime().status("c");
  ASSERT_TRUE(ended && ended->exit);
  EXPECT_EQ(ended->state, ContainerState::exited);
  EXPECT_EQ(ended->exit->exit_code, 7);
  EXPECT_EQ(ended->labels.at("a"), "b");
  EXPECT_EQ(world_.runtime().list()->size(), 1U);
  EXPECT_TRUE(world_.runtime().remove("c"));
  EXPECT_TRUE(world_.runtime().remove("c"));
  EXPECT_EQ(world_.runtime().status("c").error().kind, FailureKind::not_found);
  EXPECT_EQ(world_.reports("c"), 1);
}

TEST_F(OciTest, ATermSignalMayBeHandled) {
  ASSERT_TRUE(world_.runtime().create(
      world_.shell("c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done")));
  const auto started = world_.runtime().start("c");
  ASSERT_TRUE(started);
  EXPECT_GT(started->pid, 1);
  ASSERT_TRUE(eventually([&] { return world_.logs("c").out == "ready\n"; }));
  EXPECT_TRUE(world_.runtime().signal("c", SIGTERM));
  EXPECT_EQ(world_.wait("c")->exit_code, 5);
  EXPECT_TRUE(world_.runtime().signal("c", SIGTERM));  // It has ended already.
  EXPECT_EQ(world_.runtime().signal("none", SIGTERM).error().kind, FailureKind::not_found);
}

TEST_F(OciTest, AKillCounts137) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 600")));
  ASSERT_TRUE(world_.runtime().start("c"));
  EXPECT_TRUE(world_.runtime().signal("c", SIGKILL));
  const auto exit = world_.wait("c");
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->exit_code, 137);
  EXPECT_FALSE(exit->out_of_memory);
}

TEST_F(OciTest, RemovingARunningContainerEndsIt) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 600 & sleep 600")));
  const auto started = world_.runtime().start("c");
  ASSERT_TRUE(started);
  EXPECT_TRUE(world_.runtime().remove("c"));
  EXPECT_NE(kill(started->pid, 0), 0);
  EXPECT_EQ(world_.wait("c")->exit_code, 137);
}

}  // namespace
}  // namespace troupe::testing
