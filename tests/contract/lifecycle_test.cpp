/// Containers from creation to removal.

#include "contract_world.hpp"

#include <gmock/gmock.h>

#include <unistd.h>
#include <csignal>

namespace troupe::testing {
namespace {

using runtime::ContainerState;
using runtime::FailureKind;
using ::testing::HasSubstr;

TEST_F(ContractTest, AContainerIsCreatedRunsAndEnds) {
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

TEST_F(ContractTest, ATermSignalMayBeHandled) {
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

TEST_F(ContractTest, AKillCounts137) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 600")));
  ASSERT_TRUE(world_.runtime().start("c"));
  EXPECT_TRUE(world_.runtime().signal("c", SIGKILL));
  const auto exit = world_.wait("c");
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->exit_code, 137);
  EXPECT_FALSE(exit->out_of_memory);
}

TEST_F(ContractTest, AContainerThatEndedStartsAgainInPlace) {
  const auto spec = world_.shell("c", "echo run >> /runs; cat /runs | wc -l; exit $(cat /runs | wc -l)");
  ASSERT_EQ(world_.run(spec).exit.exit_code, 1);
  const auto first = *world_.runtime().status("c");
  for (int run = 2; run <= 3; ++run) {
    const auto started = world_.runtime().start("c");
    ASSERT_TRUE(started) << started.error().message;
    ASSERT_TRUE(eventually([&] { return world_.reports("c") == run; }));
    EXPECT_EQ(world_.wait("c")->exit_code, run) << "what it wrote before is there";
  }
  const auto last = *world_.runtime().status("c");
  EXPECT_EQ(last.state, ContainerState::exited);
  EXPECT_EQ(last.exit->exit_code, 3);
  EXPECT_GT(last.started_at, first.exit->finished_at);
  EXPECT_EQ(last.created_at, first.created_at);
  EXPECT_EQ(world_.logs("c").out, "1\n2\n3\n") << "its log goes on";
  ASSERT_TRUE(world_.runtime().release_sandbox("s"));
  EXPECT_EQ(world_.runtime().start("c").error().kind, FailureKind::not_found);
  EXPECT_EQ(world_.runtime().status("c")->exit->exit_code, 3);
}

TEST_F(ContractTest, ARunningContainerIsNotStartedTwice) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 600")));
  ASSERT_TRUE(world_.runtime().start("c"));
  EXPECT_EQ(world_.runtime().start("c").error().kind, FailureKind::conflict);
  ASSERT_TRUE(world_.runtime().signal("c", SIGKILL));
  ASSERT_TRUE(world_.wait("c"));
  const auto again = world_.runtime().start("c");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->state, ContainerState::running);
  EXPECT_FALSE(again->exit);
  EXPECT_EQ(kill(again->pid, 0), 0);
  EXPECT_EQ(world_.runtime().start("c").error().kind, FailureKind::conflict);
}

TEST_F(ContractTest, ARestartThatFailsLeavesTheEndAsItWas) {
  ASSERT_EQ(world_.run(world_.shell("c", "rm -f /bin/sh; exit 4")).exit.exit_code, 4);
  const auto again = world_.runtime().start("c");
  ASSERT_FALSE(again) << "its program is not there any more";
  const auto status = world_.runtime().status("c");
  ASSERT_TRUE(status && status->exit);
  EXPECT_EQ(status->exit->exit_code, 4);
  world_.close();
  world_.open();
  ASSERT_TRUE(world_.runtime().status("c")->exit);
  EXPECT_EQ(world_.runtime().status("c")->exit->exit_code, 4);
}

TEST_F(ContractTest, RemovingARunningContainerEndsIt) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 600 & sleep 600")));
  const auto started = world_.runtime().start("c");
  ASSERT_TRUE(started);
  EXPECT_TRUE(world_.runtime().remove("c"));
  EXPECT_NE(kill(started->pid, 0), 0);
  EXPECT_EQ(world_.wait("c")->exit_code, 137);
}

}  // namespace
}  // namespace troupe::testing
