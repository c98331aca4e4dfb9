/// What a FARGATE task is given of a host, and what it never is.

#include "actors/node/container_plan.hpp"

#include <gmock/gmock.h>

namespace troupe::node {
namespace {

using core::NetworkMode;
using ::testing::Contains;

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

TaskIdentity identity_for(core::LaunchType launch_type) {
  TaskIdentity who;
  who.id = std::string(32, 'a');
  who.arn = "arn:aws:ecs:us-east-1:000000000000:task/default/" + who.id;
  who.cluster = "default";
  who.family = "site";
  who.launch_type = launch_type;
  return who;
}

core::ContainerDefinition& only_container(core::TaskDefinition& one) {
  return one.containerDefinitions->front();
}

core::Volume named_volume(const std::string& name) {
  core::Volume one;
  one.name = name;
  return one;
}

/// As FARGATE runs it, or why it does not.
core::Result<TaskPlan> fargate_plan(const core::TaskDefinition& one) {
  return plan_task(one, {}, identity_for(core::LaunchType::FARGATE));
}

core::TaskDefinition fargate_definition() {
  core::TaskDefinition one;
  one.family = "site";
  auto& container = one.containerDefinitions.emplace().emplace_back();
  container.name = "web";
  container.image = "busybox:1.36";
  one.networkMode = NetworkMode::awsvpc;
  one.cpu = "256";
  one.memory = "512";
  return one;
}

TEST(ContainerPlanOfFargate, FargateHasAUserNamespaceAndALimitOfWhatItWrites) {
  auto one = fargate_definition();
  const auto plain = plan_task(one, {}, identity_for(core::LaunchType::EC2));
  EXPECT_FALSE(plain->sandbox.user_namespace);
  EXPECT_EQ(plain->sandbox.storage_bytes, std::nullopt);
  const auto made = fargate_plan(one);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->sandbox.user_namespace);
  EXPECT_EQ(made->sandbox.storage_bytes, 20 * 1024 * mebibyte);
  EXPECT_THAT(made->containers[0].spec.environment, Contains("AWS_EXECUTION_ENV=AWS_ECS_FARGATE"));
  one.ephemeralStorage = core::EphemeralStorage{30};
  EXPECT_EQ(fargate_plan(one)->sandbox.storage_bytes, 30 * 1024 * mebibyte);
}

TEST(ContainerPlanOfFargate, NothingOfTheHostIsGivenToFargateWhateverIsAsked) {
  const auto refused = [](auto&& change) {
    auto one = fargate_definition();
    change(one);
    const auto made = fargate_plan(one);
    return made ? std::string{} : made.error().message;
  };
  const std::string start = "ResourceInitializationError: a FARGATE task may not ";
  EXPECT_EQ(refused([](auto& one) { only_container(one).privileged = true; }),
            start + "run container web privileged");
  EXPECT_EQ(refused([](auto& one) { one.networkMode = NetworkMode::host; }),
            start + "share the host's network");
  EXPECT_EQ(refused([](auto& one) { one.pidMode = core::PidMode::host; }),
            start + "share the host's processes");
  EXPECT_EQ(refused([](auto& one) { one.ipcMode = core::IpcMode::host; }), start + "share the host's memory");
  EXPECT_EQ(refused([](auto& one) {
              one.volumes = {named_volume("data")};
              one.volumes->front().host.emplace().sourcePath = "/etc";
            }),
            start + "use volume data");
  EXPECT_EQ(refused([](auto& one) {
              only_container(one).linuxParameters.emplace().devices.emplace().emplace_back().hostPath =
                  "/dev/kvm";
            }),
            start + "give devices to container web");
  EXPECT_EQ(refused([](auto& one) {
              only_container(one).linuxParameters.emplace().capabilities.emplace().add = {"SYS_PTRACE",
                                                                                          "SYS_ADMIN"};
            }),
            start + "give SYS_ADMIN to container web");
  EXPECT_EQ(refused([](auto& one) { one.volumes = {named_volume("scratch")}; }), "");
}

}  // namespace
}  // namespace troupe::node
