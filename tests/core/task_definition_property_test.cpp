/// Properties of registration over generated definitions.

#include "tests/core/task_definition_sample.hpp"

#include "actors/core/task_definition/run_options.hpp"
#include "actors/core/task_definition/task_size.hpp"

#include <gtest/gtest.h>

#include <random>

namespace troupe::core::sample {
namespace {

constexpr std::uint64_t seeds = 2000;

/// Definitions from a seed: many are valid, all are well-formed.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  TaskDefinition definition() {
    TaskDefinition one = sample::definition();
    one.networkMode =
        maybe(pick({NetworkMode::bridge, NetworkMode::host, NetworkMode::awsvpc, NetworkMode::none}));
    one.cpu = maybe(pick<std::string>({"256", "1 vCPU", ".25vcpu", "512", "2 vcpu"}));
    one.memory = maybe(pick<std::string>({"512", "1GB", "2 GB", "4096", "0.5gb"}));
    if (chance(4)) one.requiresCompatibilities = {pick({Compatibility::EC2, Compatibility::FARGATE})};
    if (chance(3)) one.volumes = {volume()};
    one.containerDefinitions->clear();
    const int count = 1 + number(3);
    for (int index = 0; index < count; ++index) {
      one.containerDefinitions->push_back(container("c" + std::to_string(index), one));
    }
    return one;
  }

 private:
  Volume volume() {
    Volume one = sample::volume("data");
    if (chance(2)) one.host = HostVolumeProperties{.sourcePath = maybe(std::string{"/srv"})};
    if (!one.host && chance(2)) one.dockerVolumeConfiguration.emplace().scope = maybe(Scope::shared);
    return one;
  }

  ContainerDefinition container(const std::string& name, const TaskDefinition& one) {
    ContainerDefinition result = sample::container(name);
    result.memory = maybe(32 + number(64));
    result.memoryReservation = maybe(16 + number(64));
    result.cpu = maybe(number(300));
    result.essential = maybe(chance(2));
    if (chance(2)) result.portMappings = {port(80 + number(3), maybe(8080 + number(3)))};
    if (chance(3)) result.healthCheck.emplace().command = {"CMD-SHELL", "true"};
    if (chance(3)) result.environment = {pair("A", "1")};
    if (chance(4)) result.stopTimeout = number(200);
    if (one.volumes && chance(2)) result.mountPoints = {mount("data", "/data")};
    if (name != "c0" && chance(2)) {
      result.dependsOn = {depends_on("c0", pick({ContainerCondition::START, ContainerCondition::HEALTHY}))};
    }
    return result;
  }

  int number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  bool chance(int one_in) { return number(one_in) == 0; }
  template <class T>
  std::optional<T> maybe(T value) {
    return chance(2) ? std::optional<T>{std::move(value)} : std::nullopt;
  }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[number(static_cast<int>(values.size()))];
  }

  std::mt19937_64 random_;
};

TEST(TaskDefinitionProperties, NormalisingTwiceChangesNothing) {
  int accepted = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto once = registered(Generator{seed}.definition());
    if (!once) continue;
    ++accepted;
    const auto twice = registered(*once);
    ASSERT_TRUE(twice) << "seed " << seed << ": " << twice.error().message;
    ASSERT_EQ(*twice, *once) << "seed " << seed;
  }
  EXPECT_GT(accepted, 100);
}

TEST(TaskDefinitionProperties, RefusalsAlwaysSayWhy) {
  int refused = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto result = registered(Generator{seed}.definition());
    if (result) continue;
    ++refused;
    EXPECT_FALSE(result.error().message.empty()) << "seed " << seed;
    EXPECT_EQ(result.error().code, ErrorCode::client) << "seed " << seed;
  }
  EXPECT_GT(refused, 100);
}

TEST(TaskDefinitionProperties, AValidTaskHasAPositiveSize) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto result = registered(Generator{seed}.definition());
    if (!result) continue;
    const TaskSize size = required_resources(*result, {});
    EXPECT_GE(size.cpu.count, 0) << "seed " << seed;
    EXPECT_GT(size.memory.count, 0) << "seed " << seed;
    EXPECT_EQ(effective_containers(*result, {}), *result->containerDefinitions) << "seed " << seed;
    EXPECT_TRUE(validate_overrides(*result, echoed_overrides(*result, {}))) << "seed " << seed;
  }
}

}  // namespace
}  // namespace troupe::core::sample
