/// What FARGATE demands beside the definition, and which capacity is for whom.

#include "actors/core/launch_type.hpp"

#include "actors/core/interruption.hpp"
#include "actors/core/records/container_instance.hpp"
#include "tests/core/task_definition_sample.hpp"
#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

namespace troupe::core {
namespace {

std::string message(const Result<void>& result) {
  return result ? "" : result.error().message;
}

TEST(LaunchTypes, TheStrategyOrTheCallSaysWhich) {
  EXPECT_EQ(launch_type_of({}, {}), LaunchType::EC2);
  EXPECT_EQ(launch_type_of(LaunchType::EXTERNAL, {}), LaunchType::EXTERNAL);
  EXPECT_EQ(launch_type_of({}, {{"mine", 1, 0}}), LaunchType::EC2);
  EXPECT_EQ(launch_type_of({}, {{"FARGATE_SPOT", 1, 0}, {"FARGATE", 1, 1}}), LaunchType::FARGATE);
  EXPECT_EQ(placement_provider("FARGATE_SPOT"), "");
  EXPECT_EQ(placement_provider("mine"), "mine");
}

TEST(LaunchTypes, TheDefinitionMustFit) {
  EXPECT_EQ(message(check_launch_type(LaunchType::FARGATE, sample::stored(sample::definition()), "")),
            "Task definition does not support launch_type FARGATE.");
  EXPECT_EQ(message(check_launch_type(LaunchType::EXTERNAL, sample::stored(sample::fargate()), "")),
            "Task definition does not support launch_type EXTERNAL.");
  EXPECT_EQ(message(check_launch_type(LaunchType::EXTERNAL, sample::stored(sample::definition()), "")), "");
  EXPECT_EQ(message(check_launch_type(LaunchType::FARGATE, sample::stored(sample::fargate()), "")), "");
}

TEST(LaunchTypes, PlatformVersionsAreFargatesOwn) {
  const auto one = sample::stored(sample::fargate());
  for (const auto* version : {"LATEST", "1.4.0", "1.3.0"}) {
    EXPECT_EQ(message(check_launch_type(LaunchType::FARGATE, one, version)), "");
    EXPECT_EQ(message(check_launch_type(LaunchType::EC2, one, version)),
              "The platform version must be null when specifying an EC2 launch type.");
  }
  const auto unknown = check_launch_type(LaunchType::FARGATE, one, "9.9.9");
  EXPECT_EQ(unknown.error().code, ErrorCode::platform_unknown);
  auto big = sample::fargate();
  big.ephemeralStorage = EphemeralStorage{30};
  EXPECT_EQ(check_launch_type(LaunchType::FARGATE, sample::stored(big), "1.3.0").error().code,
            ErrorCode::platform_task_definition_incompatibility);
  EXPECT_EQ(resolved_platform_version(LaunchType::FARGATE, ""), "1.4.0");
  EXPECT_EQ(resolved_platform_version(LaunchType::FARGATE, "LATEST"), "1.4.0");
  EXPECT_EQ(resolved_platform_version(LaunchType::FARGATE, "1.3.0"), "1.3.0");
  EXPECT_EQ(resolved_platform_version(LaunchType::EC2, ""), "");
}

TEST(LaunchTypes, FargateKeepsItsSizesWhenTheyAreOverridden) {
  const auto one = sample::stored(sample::fargate());
  TaskOverride overrides;
  overrides.memory = "1024";
  EXPECT_EQ(message(check_fargate_overrides(LaunchType::FARGATE, one, overrides)), "");
  overrides.memory = "4096";
  EXPECT_TRUE(message(check_fargate_overrides(LaunchType::FARGATE, one, overrides))
                  .starts_with("No Fargate configuration exists for given values: 256 CPU, 4096 memory"));
  EXPECT_EQ(message(check_fargate_overrides(LaunchType::EC2, one, overrides)), "");
  overrides.cpu = "512";
  EXPECT_EQ(message(check_fargate_overrides(LaunchType::FARGATE, one, overrides)), "");
  overrides.ephemeralStorage = EphemeralStorage{20};
  EXPECT_EQ(message(check_fargate_overrides(LaunchType::FARGATE, one, overrides)),
            "EphemeralStorage size should be at least 21");
  overrides.ephemeralStorage = EphemeralStorage{200};
  EXPECT_EQ(message(check_fargate_overrides(LaunchType::FARGATE, one, overrides)), "");
}

TEST(LaunchTypes, FargateDecidesWhereItsTasksRun) {
  const std::vector<PlacementConstraint> constraints{{PlacementConstraintType::distinctInstance, {}}};
  const std::vector<PlacementStrategy> strategies{{PlacementStrategyType::random, {}}};
  EXPECT_EQ(message(check_placement_wishes(LaunchType::FARGATE, constraints, {})),
            "Placement constraints are not supported with FARGATE launch type.");
  EXPECT_EQ(message(check_placement_wishes(LaunchType::FARGATE, {}, strategies)),
            "Placement strategies are not supported with FARGATE launch type.");
  EXPECT_EQ(message(check_placement_wishes(LaunchType::EC2, constraints, strategies)), "");
}

TEST(LaunchTypes, EphemeralStorageIsTwentyUnlessSomebodySaysMore) {
  auto one = sample::fargate();
  EXPECT_EQ(ephemeral_storage_gib(one, {}), 20);
  one.ephemeralStorage = EphemeralStorage{50};
  EXPECT_EQ(ephemeral_storage_gib(one, {}), 50);
  TaskOverride overrides;
  EXPECT_EQ(ephemeral_storage_gib(one, overrides), 50);
  overrides.ephemeralStorage = EphemeralStorage{60};
  EXPECT_EQ(ephemeral_storage_gib(one, overrides), 60);
}

TEST(LaunchTypes, EachCapacityIsForItsOwnTasks) {
  const auto served = [](CapacityUse use) {
    std::vector<LaunchType> types;
    for (const auto type : {LaunchType::EC2, LaunchType::FARGATE, LaunchType::EXTERNAL}) {
      if (serves(use, type)) types.push_back(type);
    }
    return types;
  };
  EXPECT_EQ(served(CapacityUse::instances), std::vector{LaunchType::EC2});
  EXPECT_EQ(served(CapacityUse::fargate), std::vector{LaunchType::FARGATE});
  EXPECT_EQ(served(CapacityUse::both), (std::vector{LaunchType::EC2, LaunchType::FARGATE}));
  EXPECT_EQ(served(CapacityUse::external), std::vector{LaunchType::EXTERNAL});
}

TEST(Interruption, IsForTasksOfFargateSpotThatNobodyStopped) {
  auto task = testing::pending_task(1, testing::definition({testing::container("web")}), "one");
  auto launch = *task.launch;
  for (const auto* other : {"", "FARGATE", "mine"}) {
    launch.capacity_provider = other;
    task.launch = std::make_shared<const TaskLaunch>(launch);
    EXPECT_EQ(message(check_interruption(task)),
              "Only tasks of the capacity provider FARGATE_SPOT can be interrupted.");
  }
  launch.capacity_provider = "FARGATE_SPOT";
  task.launch = std::make_shared<const TaskLaunch>(launch);
  EXPECT_EQ(message(check_interruption(task)), "");
  task.desired_status = DesiredStatus::STOPPED;
  EXPECT_EQ(message(check_interruption(task)), "The task is stopped already.");
}

}  // namespace
}  // namespace troupe::core
