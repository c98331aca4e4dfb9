/// How long past deployments and revisions of a service are kept.

#include "actors/core/service/retention.hpp"

#include "tests/core/service_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::core::service_test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Millis keep = std::chrono::days{90};

class ServiceRetention : public ::testing::Test {
 protected:
  ServiceRetention() {
    world.take(world.create(replicas(1), first));
    world.run_until_completed(10min);
    first_deployment = world.primary().service_deployment;
    first_revision = world.primary().revision;
  }
  void update() {
    UpdateService command;
    command.task_definition = "app:2";
    world.take(world.update(command, second));
    world.run_until_completed(10min);
    world.run(5min);
  }
  [[nodiscard]] Outdated after(Millis time) const {
    return find_outdated(world.state, world.now + time, keep);
  }

  ServiceWorld world;
  TaskDefinitionPtr first = world.define("app", 1, {});
  TaskDefinitionPtr second = world.define("app", 2, {});
  std::string first_deployment;
  std::uint64_t first_revision = 0;
};

TEST_F(ServiceRetention, WhatAServiceRunsIsNeverOutdated) {
  EXPECT_TRUE(after(std::chrono::days{1000}).empty());
}

TEST_F(ServiceRetention, WhatEndedIsKeptForItsTimeAndNoLonger) {
  update();
  EXPECT_TRUE(after(std::chrono::days{89}).empty());
  const auto outdated = after(keep);
  EXPECT_THAT(outdated.deployments, ElementsAre(first_deployment));
  EXPECT_THAT(outdated.revisions, IsEmpty()) << "the newest deployment names its source";
  auto state = world.state;
  forget(state, outdated);
  EXPECT_THAT(state.deployments, SizeIs(1));
  EXPECT_THAT(state.revisions, SizeIs(2));
}

TEST_F(ServiceRetention, ARevisionGoesWithTheLastDeploymentThatNamesIt) {
  update();
  world.now += keep;
  forget(world.state, after(0ms));
  UpdateService again;
  again.force_new_deployment = true;
  world.take(world.update(again, second));
  world.run_until_completed(10min);
  world.run(5min);
  const auto outdated = after(keep);
  EXPECT_THAT(outdated.deployments, SizeIs(1));
  EXPECT_THAT(outdated.revisions, ElementsAre(first_revision));
  forget(world.state, outdated);
  EXPECT_THAT(world.state.revisions, SizeIs(2));
  world.reload();
  world.kill(world.tasks.rbegin()->first);
  world.run(5min);
  EXPECT_EQ(world.running(), 1) << "what is kept is enough to go on with";
}

TEST_F(ServiceRetention, ADeploymentThatNobodyEndedGoesByItsBeginning) {
  auto lost = *world.state.deployments.begin()->second;
  lost.id = "lost";
  lost.status = ServiceDeploymentStatus::IN_PROGRESS;
  lost.finished_at.reset();
  world.state.deployments[lost.id] = std::make_shared<const ServiceDeployment>(lost);
  EXPECT_THAT(after(keep).deployments, ElementsAre("lost"));
}

}  // namespace
}  // namespace troupe::core::service_test
