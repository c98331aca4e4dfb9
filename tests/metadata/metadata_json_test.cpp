/// What a task is told of itself, to the byte where it matters.

#include "api/metadata/last_readings.hpp"

#include "tests/rendering/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

namespace troupe::api::metadata {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const core::Realm realm;
constexpr const char* task_text = "00000000000000010000000000000002";

std::shared_ptr<core::Task> sized_task() {
  const auto task = testing::web_task();
  auto record = std::make_shared<core::TaskDefinitionRecord>(*task->definition);
  record->definition.cpu = "512";
  record->definition.memory = "1024";
  auto& nginx = record->definition.containerDefinitions->at(0);
  nginx.dockerLabels.emplace()["tier"] = "front";
  nginx.logConfiguration.emplace();
  nginx.logConfiguration->logDriver = core::LogDriver::json_file;
  task->definition = record;
  task->pull_stopped_at = core::from_epoch_ms(1'768'464'550'900);
  return task;
}

TEST(ContainerId, IsTheTaskAndTheName) {
  const auto read = parse_container_id(std::string{task_text} + "-my-app");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->task, (core::TaskId{{1, 2}}));
  EXPECT_EQ(read->name, "my-app");
  EXPECT_EQ(container_id(read->task, read->name), std::string{task_text} + "-my-app");
  EXPECT_FALSE(parse_container_id("nginx"));
  EXPECT_FALSE(parse_container_id(task_text));
  EXPECT_FALSE(parse_container_id(std::string(32, 'g') + "-app"));
}

TEST(ContainerMetadata, HasTheShapeOfVersionFour) {
  EXPECT_EQ(
      *container_json(realm, *sized_task(), "nginx"),
      R"({"DockerId":"abc","Name":"nginx","DockerName":"00000000000000010000000000000002-nginx",)"
      R"("Image":"nginx:1","ImageID":"sha256:1",)"
      R"("Ports":[{"ContainerPort":80,"Protocol":"tcp","HostPort":32768,"HostIp":"0.0.0.0"}],)"
      R"("Labels":{"com.amazonaws.ecs.cluster":"prod","com.amazonaws.ecs.container-name":"nginx",)"
      R"("com.amazonaws.ecs.task-arn":"arn:aws:ecs:us-east-1:000000000000:task/prod/00000000000000010000000000000002",)"
      R"("com.amazonaws.ecs.task-definition-family":"web","com.amazonaws.ecs.task-definition-version":"3",)"
      R"("tier":"front"},"DesiredStatus":"RUNNING","KnownStatus":"RUNNING","Limits":{"CPU":256,"Memory":128},)"
      R"("CreatedAt":"2026-01-15T08:09:10.900Z","StartedAt":"2026-01-15T08:09:11.000Z","Type":"NORMAL",)"
      R"("LogDriver":"json-file",)"
      R"("ContainerARN":"arn:aws:ecs:us-east-1:000000000000:container/prod/00000000000000010000000000000002/00000000-0000-0005-0000-000000000006",)"
      R"("Networks":[{"NetworkMode":"bridge"}]})");
  EXPECT_FALSE(container_json(realm, *sized_task(), "nobody"));
}

TEST(ContainerMetadata, AnOwnAddressIsShown) {
  const auto task = sized_task();
  core::Attachment interface;
  interface.type = "ElasticNetworkInterface";
  interface.details = {{"privateIPv4Address", "10.0.0.7"}, {"macAddress", "02:00:00:00:00:01"}};
  task->attachments = {interface};
  EXPECT_THAT(*container_json(realm, *task, "nginx"),
              HasSubstr(R"("Networks":[{"NetworkMode":"bridge","IPv4Addresses":["10.0.0.7"],)"
                        R"("AttachmentIndex":0,"MACAddress":"02:00:00:00:00:01"}])"));
}

TEST(TaskMetadata, TellsLimitsInCoresAndAllContainers) {
  const auto text = task_json(realm, *sized_task());
  EXPECT_THAT(text, HasSubstr(R"("Cluster":"arn:aws:ecs:us-east-1:000000000000:cluster/prod")"));
  EXPECT_THAT(text, HasSubstr(R"("Family":"web","Revision":"3")"));
  EXPECT_THAT(text, HasSubstr(R"("Limits":{"CPU":0.5,"Memory":1024})"));
  EXPECT_THAT(text, HasSubstr(R"("AvailabilityZone":"us-east-1a","LaunchType":"EC2","Containers":[{)"));
  EXPECT_THAT(text, HasSubstr(R"("Name":"side")"));
  EXPECT_THAT(text, Not(HasSubstr("ServiceName")));
  simdjson::dom::parser parser;
  const auto unlimited = parser.parse(task_json(realm, *testing::web_task()));
  EXPECT_EQ(unlimited["Limits"].error(), simdjson::NO_SUCH_FIELD);
}

ContainerStats some_stats() {
  ContainerStats stats;
  stats.read_at = core::from_epoch_ms(1'768'464'551'000);
  stats.cpu_ns = 12;
  stats.cpu_per_core_ns = {5, 7};
  stats.host_cpu_ns = 99;
  stats.host_cpus = 2;
  stats.memory_bytes = 4096;
  stats.memory_inactive_file_bytes = 1000;
  stats.interfaces = {{"eth0", 500, 5, 0, 0, 100, 1, 0, 0}};
  stats.processes = 2;
  return stats;
}

TEST(Stats, HaveDockersShape) {
  const auto text = stats_json("x-nginx", ContainerReading{some_stats(), std::nullopt});
  simdjson::dom::parser parser;
  const auto parsed = parser.parse(text);
  EXPECT_EQ(parsed["cpu_stats"]["cpu_usage"]["total_usage"].get_uint64().value(), 12U);
  EXPECT_EQ(parsed["cpu_stats"]["cpu_usage"]["percpu_usage"].at(1).get_uint64().value(), 7U);
  EXPECT_EQ(parsed["cpu_stats"]["system_cpu_usage"].get_uint64().value(), 99U);
  EXPECT_EQ(parsed["cpu_stats"]["online_cpus"].get_uint64().value(), 2U);
  EXPECT_EQ(parsed["precpu_stats"]["cpu_usage"]["total_usage"].get_uint64().value(), 0U);
  EXPECT_EQ(parsed["memory_stats"]["usage"].get_uint64().value(), 5096U);
  EXPECT_EQ(parsed["memory_stats"]["stats"]["inactive_file"].get_uint64().value(), 1000U);
  EXPECT_EQ(parsed["networks"]["eth0"]["rx_packets"].get_uint64().value(), 5U);
  EXPECT_EQ(parsed["network_rate_stats"].error(), simdjson::NO_SUCH_FIELD);
  EXPECT_EQ(parsed["pids_stats"]["current"].get_uint64().value(), 2U);
  EXPECT_EQ(parsed["read"].get_string().value(), "2026-01-15T08:09:11.000Z");
  EXPECT_EQ(stats_json("x", std::nullopt), "null");
  EXPECT_EQ(task_stats_json({{"a", std::nullopt}, {"b", std::nullopt}}), R"({"a":null,"b":null})");
}

TEST(Stats, RatesNeedTwoLooks) {
  LastReadings last;
  auto stats = some_stats();
  EXPECT_FALSE(last.complete("x", stats).before);
  stats.read_at += std::chrono::milliseconds{400};
  stats.interfaces.front().rx_bytes += 400;
  // The first look stays: 0.4 s are too short a time to start from.
  EXPECT_EQ(last.complete("x", stats).before->read_at, some_stats().read_at);
  stats.read_at += std::chrono::milliseconds{1'600};
  stats.cpu_ns = 50;
  stats.interfaces.front().tx_bytes += 10;
  const auto read = last.complete("x", stats);
  const auto text = stats_json("x", read);
  EXPECT_THAT(text, HasSubstr(R"("network_rate_stats":{"rx_bytes_per_sec":200.00,"tx_bytes_per_sec":5.00})"));
  EXPECT_THAT(text, HasSubstr(R"("preread":"2026-01-15T08:09:11.000Z")"));
  EXPECT_THAT(text, HasSubstr(R"("precpu_stats":{"cpu_usage":{"total_usage":12,)"));
  EXPECT_EQ(last.complete("x", stats).before->cpu_ns, 50U);
}

TEST(Stats, AContainerThatBeganAnewHasNoEarlierLook) {
  LastReadings last;
  last.complete("x", some_stats());
  auto anew = some_stats();
  anew.cpu_ns = 3;
  EXPECT_FALSE(last.complete("x", anew).before);
}

TEST(Stats, OfTheHostsNetworkAreLeftOut) {
  auto stats = some_stats();
  stats.interfaces.clear();
  const auto text = stats_json("x", ContainerReading{stats, some_stats()});
  EXPECT_THAT(text, Not(HasSubstr("network")));
}

TEST(Stats, OnlySoManyContainersAreRemembered) {
  LastReadings last{2};
  auto stats = some_stats();
  for (const auto* id : {"a", "b", "c"}) {
    last.complete(id, stats);
    stats.read_at += std::chrono::seconds{1};
  }
  EXPECT_TRUE(last.complete("c", stats).before);
  EXPECT_FALSE(last.complete("a", stats).before);
}

}  // namespace
}  // namespace troupe::api::metadata
