/// What of a record is shown, and under which name.

#include "api/rendering/rendering.hpp"
#include "tests/rendering/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::api::rendering {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const core::Realm realm;

TEST(TaskRendering, NamesTheTaskAndItsSurroundingsByArn) {
  const auto shown = task(realm, *testing::web_task(), {});
  EXPECT_EQ(shown.taskArn, "arn:aws:ecs:us-east-1:000000000000:task/prod/00000000000000010000000000000002");
  EXPECT_EQ(shown.clusterArn, "arn:aws:ecs:us-east-1:000000000000:cluster/prod");
  EXPECT_EQ(shown.taskDefinitionArn, "arn:aws:ecs:us-east-1:000000000000:task-definition/web:3");
  EXPECT_EQ(shown.containerInstanceArn,
            "arn:aws:ecs:us-east-1:000000000000:container-instance/prod/00000000000000030000000000000004");
  EXPECT_EQ(shown.version, 4);
  EXPECT_EQ(shown.group, "family:web");
  EXPECT_EQ(shown.lastStatus, "RUNNING");
  EXPECT_EQ(shown.connectivity, core::Connectivity::CONNECTED);
}

TEST(TaskRendering, ATaskWithoutInstanceOrEndShowsNeither) {
  const auto record = testing::web_task();
  record->instance = {};
  record->connectivity_at.reset();
  const auto shown = task(realm, *record, {});
  EXPECT_FALSE(shown.containerInstanceArn);
  EXPECT_FALSE(shown.connectivity);
  EXPECT_FALSE(shown.stopCode);
  EXPECT_FALSE(shown.stoppedReason);
  EXPECT_FALSE(shown.stoppedAt);
}

TEST(TaskRendering, AFargateTaskShowsItsPlatformAndNoInstance) {
  const auto record = testing::web_task();
  auto launch = *record->launch;
  launch.launch_type = core::LaunchType::FARGATE;
  launch.capacity_provider = "FARGATE_SPOT";
  launch.platform_version = "1.4.0";
  record->launch = std::make_shared<const core::TaskLaunch>(launch);
  auto shown = task(realm, *record, {});
  EXPECT_FALSE(shown.containerInstanceArn);
  EXPECT_EQ(shown.launchType, core::LaunchType::FARGATE);
  EXPECT_EQ(shown.capacityProviderName, "FARGATE_SPOT");
  EXPECT_EQ(shown.platformVersion, "1.4.0");
  EXPECT_EQ(shown.platformFamily, "Linux");
  EXPECT_EQ(shown.ephemeralStorage->sizeInGiB, 20);
  EXPECT_EQ(shown.fargateEphemeralStorage->sizeInGiB, 20);
  launch.overrides.emplace().ephemeralStorage = core::EphemeralStorage{40};
  record->launch = std::make_shared<const core::TaskLaunch>(launch);
  EXPECT_EQ(task(realm, *record, {}).ephemeralStorage->sizeInGiB, 40);
}

TEST(TaskRendering, TagsAreShownOnDemand) {
  EXPECT_THAT(*task(realm, *testing::web_task(), {}).tags, IsEmpty());
  EXPECT_THAT(*task(realm, *testing::web_task(), {.tags = true}).tags,
              ElementsAre(core::Tag{"team", "blue"}));
}

TEST(TaskRendering, ContainerSizesAreTextAndOverridesWin) {
  const auto shown = task(realm, *testing::web_task(), {});
  const auto& nginx = shown.containers->at(0);
  EXPECT_EQ(nginx.cpu, "256");
  EXPECT_EQ(nginx.memory, "128");
  EXPECT_FALSE(nginx.memoryReservation);
  EXPECT_EQ(nginx.image, "nginx:1");
  EXPECT_EQ(nginx.networkBindings->at(0).hostPort, 32768);
  EXPECT_FALSE(nginx.exitCode);
  const auto& side = shown.containers->at(1);
  EXPECT_EQ(side.cpu, "32");
  EXPECT_EQ(side.memoryReservation, "64");
  EXPECT_EQ(side.exitCode, 3);
}

TEST(TaskRendering, SizesComeFromTheDefinitionElseFromWhatIsReserved) {
  EXPECT_EQ(task(realm, *testing::web_task(), {}).cpu, "256");
  EXPECT_EQ(task(realm, *testing::web_task(), {}).memory, "192");
  const auto record = testing::web_task();
  auto sized = std::make_shared<core::TaskDefinitionRecord>(*record->definition);
  sized->definition.cpu = "512";
  sized->definition.memory = "1024";
  record->definition = sized;
  EXPECT_EQ(task(realm, *record, {}).cpu, "512");
  EXPECT_EQ(task(realm, *record, {}).memory, "1024");
}

TEST(TaskRendering, EveryContainerHasAnOverride) {
  const auto overrides = task(realm, *testing::web_task(), {}).overrides;
  core::ContainerOverride side;
  side.name = "side";
  side.cpu = 32;
  core::ContainerOverride nginx;
  nginx.name = "nginx";
  EXPECT_THAT(*overrides->containerOverrides, ::testing::UnorderedElementsAre(side, nginx));
  EXPECT_THAT(*overrides->inferenceAcceleratorOverrides, IsEmpty());
}

TEST(TaskRendering, ContainersOfATaskWithItsOwnAddressShowIt) {
  const auto record = testing::web_task();
  core::Attachment eni;
  eni.id = "00000000-0000-4000-8000-000000000001";
  eni.type = "ElasticNetworkInterface";
  eni.status = "ATTACHED";
  eni.details = {{"subnetId", "subnet-1"}, {"privateIPv4Address", "10.0.0.7"}};
  record->attachments = {eni};
  const auto shown = task(realm, *record, {});
  const auto& interfaces = *shown.containers->at(0).networkInterfaces;
  ASSERT_EQ(interfaces.size(), 1U);
  EXPECT_EQ(interfaces[0].attachmentId, eni.id);
  EXPECT_EQ(interfaces[0].privateIpv4Address, "10.0.0.7");
  EXPECT_FALSE(interfaces[0].ipv6Address);
}

TEST(ClusterRendering, ShowsOnlyWhatWasAskedFor) {
  core::Cluster record;
  record.name = "prod";
  record.tags = {{"team", "blue"}};
  record.settings = {{core::ClusterSettingName::containerInsights, "enabled"}};
  record.configuration.emplace();
  core::ClusterCounts counts{2, 5, 1, 0};
  counts.ec2.tasks.running = 4;
  counts.fargate = {{1, 2}, 3, 4};
  counts.external.tasks.pending = 6;
  const auto plain = cluster(realm, record, counts, {});
  EXPECT_EQ(plain.registeredContainerInstancesCount, 2);
  EXPECT_EQ(plain.runningTasksCount, 5);
  EXPECT_EQ(plain.pendingTasksCount, 1);
  EXPECT_THAT(*plain.tags, IsEmpty());
  EXPECT_THAT(*plain.settings, IsEmpty());
  EXPECT_THAT(*plain.statistics, IsEmpty());
  EXPECT_FALSE(plain.configuration);
  const auto full = cluster(realm, record, counts, {true, true, true, true, true});
  EXPECT_EQ(full.tags, record.tags);
  EXPECT_EQ(full.settings, record.settings);
  EXPECT_TRUE(full.configuration);
  EXPECT_EQ(full.statistics->at(0), (core::KeyValuePair{"runningEC2TasksCount", "4"}));
  for (const auto& [name, value] : {std::pair{"runningFargateTasksCount", "1"},
                                    {"pendingFargateTasksCount", "2"},
                                    {"activeFargateServiceCount", "3"},
                                    {"drainingFargateServiceCount", "4"},
                                    {"pendingExternalTasksCount", "6"}}) {
    EXPECT_THAT(*full.statistics, ::testing::Contains(core::KeyValuePair{name, value}));
  }
}

TEST(InstanceRendering, RemainingIsWhatIsRegisteredLessWhatIsUsed) {
  const auto shown = instance(realm, *testing::host_instance(), {});
  EXPECT_EQ(shown.ec2InstanceId, "host-1");
  EXPECT_EQ(shown.registeredResources->at(0).integerValue, 2048);
  EXPECT_EQ(shown.remainingResources->at(0).integerValue, 1792);
  EXPECT_EQ(shown.remainingResources->at(1).integerValue, 3904);
  EXPECT_THAT(*shown.registeredResources->at(2).stringSetValue, ElementsAre("22"));
  EXPECT_THAT(*shown.remainingResources->at(2).stringSetValue, ElementsAre("22", "8080"));
  EXPECT_FALSE(shown.healthStatus);
  EXPECT_FALSE(shown.statusReason);
}

TEST(InstanceRendering, HealthIsShownOnDemandAndFollowsTheAgent) {
  auto record = testing::host_instance();
  EXPECT_EQ(instance(realm, *record, {.health = true}).healthStatus->overallStatus,
            wire::InstanceHealthCheckState::OK);
  record->agent_connected = false;
  EXPECT_EQ(instance(realm, *record, {.health = true}).healthStatus->overallStatus,
            wire::InstanceHealthCheckState::INSUFFICIENT_DATA);
}

}  // namespace
}  // namespace troupe::api::rendering
