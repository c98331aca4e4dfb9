/// What each effect asks of the runtime, and what its answers mean.

#include "actors/node/host_calls.hpp"
#include "tests/node/run_driver.hpp"
#include "tests/support/fake_runtime.hpp"

#include <gtest/gtest.h>

namespace troupe::node::testing {
namespace {

using runtime::FailureKind;
using troupe::testing::FakeRuntime;

struct HostCalls : ::testing::Test {
  FakeRuntime host;
  NodeOptions options;
  std::shared_ptr<TaskPlan> plan = plan_of({planned("web")});

  HostCalls() { plan->containers[0].spec.sandbox = "task"; }
  std::optional<TaskEvent> run(const TaskEffect& effect) { return perform(host, *plan, effect, options); }
  template <class Event>
  Event get(const TaskEffect& effect) {
    const auto event = run(effect);
    EXPECT_TRUE(event && std::holds_alternative<Event>(*event));
    return std::get<Event>(*event);
  }
};

TEST_F(HostCalls, ARegistryThatFailsLeavesTheImageOfThisHostWhenRefreshing) {
  ASSERT_EQ(get<ImagePulled>(PullImage{0}).digest, "sha256:of-web:1");
  host.fail_always("pull web:1", {FailureKind::unavailable, "down"});
  options.pull_behavior = PullBehavior::refresh;
  EXPECT_EQ(get<ImagePulled>(PullImage{0}).digest, "sha256:of-web:1");
  options.pull_behavior = PullBehavior::always;
  EXPECT_EQ(get<ImagePullFailed>(PullImage{0}).failure.message, "down");
}

TEST_F(HostCalls, DistinctImagesAreCountedInThePlansOrder) {
  plan = plan_of({planned("a"), planned("b"), planned("c")});
  plan->containers[1].image = "a:1";
  get<ImagePulled>(PullImage{1});
  EXPECT_EQ(host.calls(), std::vector<std::string>{"pull c:1"});
}

TEST_F(HostCalls, ASignalToNothingSaysThatItIsGone) {
  EXPECT_EQ(get<ContainerGone>(SignalContainer{0, 15}).container, 0U);
}

TEST_F(HostCalls, AnInspectionTellsOfTheExitOnly) {
  get<SandboxCreated>(CreateSandbox{});
  get<ContainerCreated>(CreateContainer{0});
  get<ContainerGone>(InspectContainer{0});
  get<ContainerStarted>(StartContainer{0});
  EXPECT_FALSE(run(InspectContainer{0}));
  host.end("task-web", 4);
  EXPECT_EQ(get<ContainerExited>(InspectContainer{0}).exit.exit_code, 4);
}

TEST_F(HostCalls, ALaunchIsACreationAndAStart) {
  get<SandboxCreated>(CreateSandbox{});
  EXPECT_EQ(get<ContainerStarted>(LaunchContainer{0}).status.state, runtime::ContainerState::running);
  EXPECT_EQ(host.calls(),
            (std::vector<std::string>{"create_sandbox task", "create task-web", "start task-web"}));
  get<ContainerCreateFailed>(LaunchContainer{0});
}

TEST_F(HostCalls, AProbeThatCannotRunHasFailed) {
  plan->containers[0].health = HealthSpec{};
  EXPECT_FALSE(get<HealthProbed>(ProbeHealth{0, 7}).healthy);
  EXPECT_EQ(get<HealthProbed>(ProbeHealth{0, 7}).incarnation, 7U);
}

TEST_F(HostCalls, WhatAnAdapterThrowsIsAFailure) {
  for (const char* call :
       {"pull web:1", "create_sandbox task", "create task-web", "start task-web", "signal task-web 15",
        "status task-web", "remove task-web", "release_sandbox task"}) {
    host.throw_on(call);
  }
  get<ImagePullFailed>(PullImage{0});
  get<SandboxFailed>(CreateSandbox{});
  get<ContainerCreateFailed>(CreateContainer{0});
  get<ContainerStartFailed>(StartContainer{0});
  get<SandboxReleaseFailed>(ReleaseSandbox{});
  EXPECT_FALSE(run(SignalContainer{0, 15}));
  EXPECT_FALSE(run(InspectContainer{0}));
}

TEST(RegistryOf, IsWhatAReferenceBeginsWith) {
  EXPECT_EQ(registry_of("busybox"), "docker.io");
  EXPECT_EQ(registry_of("library/busybox:1"), "docker.io");
  EXPECT_EQ(registry_of("127.0.0.1:5000/a/b:1"), "127.0.0.1:5000");
  EXPECT_EQ(registry_of("localhost/a"), "localhost");
  EXPECT_EQ(registry_of("ghcr.io/a/b@sha256:0"), "ghcr.io");
}

}  // namespace
}  // namespace troupe::node::testing
