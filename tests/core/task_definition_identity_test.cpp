/// Names, images, sizes: the rules that come first.

#include "tests/core/task_definition_refusal.hpp"

namespace troupe::core::sample {
namespace {

class TaskDefinitionIdentity : public ::testing::TestWithParam<Refusal> {};

TEST_P(TaskDefinitionIdentity, IsRefused) {
  ASSERT_TRUE(registered(definition()));
  expect_refused(definition(), GetParam());
}

constexpr Refusal identity_refusals[] = {
    {"FamilyMissing", [](auto& d) { d.family.reset(); }, "Family should not be null or empty."},
    {"FamilyEmpty", [](auto& d) { d.family = ""; }, "Family should not be null or empty."},
    {"FamilyLong", [](auto& d) { d.family = std::string(256, 'a'); },
     "Family cannot be longer than 255 characters."},
    {"FamilyCharacters", [](auto& d) { d.family = "my family"; }, "Family contains invalid characters."},
    {"FamilyWithRevision", [](auto& d) { d.family = "site:1"; }, "Family contains invalid characters."},
    {"FamilyBeforeContainers",
     [](auto& d) {
       d.family = "ä";
       d.containerDefinitions.reset();
     },
     "Family contains invalid characters."},
    {"NoContainers", [](auto& d) { d.containerDefinitions.reset(); }, "Container list cannot be empty."},
    {"EmptyContainers", [](auto& d) { d.containerDefinitions->clear(); }, "Container list cannot be empty."},
    {"ElevenContainers",
     [](auto& d) {
       for (int i = 0; i < 10; ++i) add_container(d, "c" + std::to_string(i));
     },
     "Too many containers."},
    {"NamesTwice", [](auto& d) { add_container(d, "web"); },
     "Container names must be unique within a task definition."},
    {"NameMissing", [](auto& d) { web(d).name.reset(); }, "Container.name should not be null or empty."},
    {"NameEmpty", [](auto& d) { web(d).name = ""; }, "Container.name should not be null or empty."},
    {"NameLong", [](auto& d) { web(d).name = std::string(256, 'a'); },
     "Container.name cannot be longer than 255 characters."},
    {"NameCharacters", [](auto& d) { web(d).name = "web.1"; }, "Container.name contains invalid characters."},
    {"ImageMissing", [](auto& d) { web(d).image.reset(); }, "Container.image should not be null or empty."},
    {"ImageEmpty", [](auto& d) { web(d).image = ""; }, "Container.image should not be null or empty."},
    {"ImageLong", [](auto& d) { web(d).image = std::string(256, 'a'); },
     "Container.image cannot be longer than 255 characters."},
    {"ImageCharacters", [](auto& d) { web(d).image = "<IMAGE_NAME>"; },
     "Container.image contains invalid characters."},
    {"ImageDigestShort", [](auto& d) { web(d).image = "busybox@sha256:abc"; },
     "Container.image contains invalid characters."},
    {"ImageDigestAlgorithm", [](auto& d) { web(d).image = "busybox@md5:" + std::string(64, 'a'); },
     "Container.image contains invalid characters."},
    {"NothingEssential", [](auto& d) { web(d).essential = false; },
     "Task definition doesn't have any essential container."},
};
INSTANTIATE_TEST_SUITE_P(Rules, TaskDefinitionIdentity, ::testing::ValuesIn(identity_refusals), rule_name);

class TaskDefinitionSize : public ::testing::TestWithParam<Refusal> {};

TEST_P(TaskDefinitionSize, IsRefused) {
  expect_refused(definition(), GetParam());
}

constexpr Refusal size_refusals[] = {
    {"CpuNoNumber", [](auto& d) { d.cpu = "much"; }, "Invalid 'cpu' setting for task."},
    {"CpuEmpty", [](auto& d) { d.cpu = ""; }, "Invalid 'cpu' setting for task."},
    {"CpuTooSmall", [](auto& d) { d.cpu = "127"; }, "Invalid 'cpu' setting for task."},
    {"CpuTooLarge", [](auto& d) { d.cpu = "193 vCPU"; }, "Invalid 'cpu' setting for task."},
    {"CpuFraction", [](auto& d) { d.cpu = "128.5"; }, "Invalid 'cpu' setting for task."},
    {"MemoryNoNumber", [](auto& d) { d.memory = "1 TB of it"; }, "Invalid 'memory' setting for task."},
    {"MemoryZero", [](auto& d) { d.memory = "0"; }, "Invalid 'memory' setting for task."},
    {"ContainerCpuNegative", [](auto& d) { web(d).cpu = -1; }, "Invalid 'cpu' setting for container 'web'."},
    {"NoMemory", [](auto& d) { web(d).memory.reset(); },
     "Invalid setting for container 'web'. At least one of 'memory' or 'memoryReservation' must be "
     "specified."},
    {"MemoryFiveMib", [](auto& d) { web(d).memory = 5; },
     "Invalid setting for container 'web'. The memory of a container must be at least 6 MiB."},
    {"ReservationZero", [](auto& d) { web(d).memoryReservation = 0; },
     "Invalid setting for container 'web'. The memory of a container must be at least 6 MiB."},
    {"ReservationAboveMemory", [](auto& d) { web(d).memoryReservation = 65; },
     "Invalid setting for container 'web'. 'memory' must be greater than or equal to 'memoryReservation'."},
    {"CpuSum",
     [](auto& d) {
       d.cpu = "256";
       web(d).cpu = 200;
       add_container(d, "side").cpu = 57;
     },
     "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'."},
    {"MemorySum",
     [](auto& d) {
       d.memory = "100";
       add_container(d, "side");
     },
     "The sum of all container 'memory' values cannot be greater than the value of the task 'memory'."},
    {"HardLimitAboveTask",
     [](auto& d) {
       d.memory = "100";
       web(d).memoryReservation = 50;
       web(d).memory = 101;
     },
     "Invalid setting for container 'web'. 'memory' cannot be greater than the value of the task 'memory'."},
};
INSTANTIATE_TEST_SUITE_P(Rules, TaskDefinitionSize, ::testing::ValuesIn(size_refusals), rule_name);

TEST(TaskDefinitionIdentityRules, AcceptTheForms) {
  for (const char* image :
       {"busybox", "localhost:5000/a/b:1.0", "docker-archive:/tmp/web.tar", "a_b/c-d:E.f"}) {
    TaskDefinition one = definition();
    web(one).image = image;
    EXPECT_TRUE(registered(one)) << image;
  }
  TaskDefinition one = definition();
  web(one).image = std::string(255, 'a') + "@sha256:" + std::string(64, '0');
  one.family = std::string(255, 'F');
  web(one).name = std::string(255, '_');
  EXPECT_TRUE(registered(one));
}

TEST(TaskDefinitionSizeRules, SixtyFourKibibytesAreTheLimit) {
  TaskDefinition one = definition();
  web(one).command = {std::string(65'000, 'x')};
  EXPECT_TRUE(registered(one));
  web(one).command = {std::string(65'500, 'x')};
  const auto refused = registered(one);
  ASSERT_TRUE(refused.has_error());
  EXPECT_TRUE(refused.error().message.starts_with("Actual length: '65"));
  EXPECT_TRUE(refused.error().message.ends_with("'. Max allowed length is '65536' bytes."));
}

}  // namespace
}  // namespace troupe::core::sample
