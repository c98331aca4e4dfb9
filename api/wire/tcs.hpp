#pragma once

/// The messages of the telemetry service (TCS), both ways. What an agent sends is a
/// frame behind a block of headers: see frame.hpp. Metrics that nothing here reads
/// (volumes, Service Connect, general payloads) are left out.
/// Source: the agent's model of TCS; behaviour of Amazon's agent 1.105.

#include "actors/core/describe.hpp"
#include "actors/core/records/container_instance.hpp"
#include "api/wire/codec/codec.hpp"

namespace troupe::api::wire::tcs {

struct CWStatsSet {
  std::optional<double> min;
  std::optional<double> max;
  std::optional<std::int32_t> sampleCount;
  std::optional<double> sum;
  friend bool operator==(const CWStatsSet&, const CWStatsSet&) = default;
};
BOOST_DESCRIBE_STRUCT(CWStatsSet, (), (min, max, sampleCount, sum))

struct ULongStatsSet {
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> max;
  std::optional<std::int64_t> sampleCount;
  std::optional<std::int64_t> sum;
  std::optional<std::int64_t> overflowMin;
  std::optional<std::int64_t> overflowMax;
  std::optional<std::int64_t> overflowSum;
  friend bool operator==(const ULongStatsSet&, const ULongStatsSet&) = default;
};
BOOST_DESCRIBE_STRUCT(ULongStatsSet, (), (min, max, sampleCount, sum, overflowMin, overflowMax, overflowSum))

struct NetworkStatsSet {
  std::optional<CWStatsSet> rxBytesPerSecond;
  std::optional<ULongStatsSet> rxBytes;
  std::optional<ULongStatsSet> rxDropped;
  std::optional<ULongStatsSet> rxErrors;
  std::optional<ULongStatsSet> rxPackets;
  std::optional<CWStatsSet> txBytesPerSecond;
  std::optional<ULongStatsSet> txBytes;
  std::optional<ULongStatsSet> txDropped;
  std::optional<ULongStatsSet> txErrors;
  std::optional<ULongStatsSet> txPackets;
  friend bool operator==(const NetworkStatsSet&, const NetworkStatsSet&) = default;
};
BOOST_DESCRIBE_STRUCT(NetworkStatsSet, (),
                      (rxBytesPerSecond, rxBytes, rxDropped, rxErrors, rxPackets, txBytesPerSecond, txBytes,
                       txDropped, txErrors, txPackets))

struct StorageStatsSet {
  std::optional<ULongStatsSet> readSizeBytes;
  std::optional<ULongStatsSet> writeSizeBytes;
  friend bool operator==(const StorageStatsSet&, const StorageStatsSet&) = default;
};
BOOST_DESCRIBE_STRUCT(StorageStatsSet, (), (readSizeBytes, writeSizeBytes))

struct RestartStatsSet {
  std::optional<std::int64_t> restartCount;
  friend bool operator==(const RestartStatsSet&, const RestartStatsSet&) = default;
};
BOOST_DESCRIBE_STRUCT(RestartStatsSet, (), (restartCount))

/// Processor time in percent of the whole host, memory in MiB.
struct ContainerMetric {
  std::optional<std::string> containerArn;
  std::optional<std::string> containerName;
  std::optional<CWStatsSet> cpuStatsSet;
  std::optional<CWStatsSet> memoryStatsSet;
  std::optional<NetworkStatsSet> networkStatsSet;
  std::optional<StorageStatsSet> storageStatsSet;
  std::optional<RestartStatsSet> restartStatsSet;
  friend bool operator==(const ContainerMetric&, const ContainerMetric&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerMetric, (),
                      (containerArn, containerName, cpuStatsSet, memoryStatsSet, networkStatsSet,
                       storageStatsSet, restartStatsSet))

struct TaskMetric {
  std::optional<std::string> taskArn;
  std::optional<std::string> clusterArn;
  std::optional<std::string> taskDefinitionFamily;
  std::optional<std::string> taskDefinitionVersion;
  std::optional<std::vector<ContainerMetric>> containerMetrics;
  friend bool operator==(const TaskMetric&, const TaskMetric&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskMetric, (),
                      (taskArn, clusterArn, taskDefinitionFamily, taskDefinitionVersion, containerMetrics))

struct MetricsMetadata {
  std::optional<std::string> cluster;
  std::optional<std::string> containerInstance;
  std::optional<std::string> messageId;
  std::optional<bool> idle;
  std::optional<bool> fin;
  friend bool operator==(const MetricsMetadata&, const MetricsMetadata&) = default;
};
BOOST_DESCRIBE_STRUCT(MetricsMetadata, (), (cluster, containerInstance, messageId, idle, fin))

struct InstanceStorageMetrics {
  std::optional<double> rootFilesystem;
  std::optional<double> dataFilesystem;
  friend bool operator==(const InstanceStorageMetrics&, const InstanceStorageMetrics&) = default;
};
BOOST_DESCRIBE_STRUCT(InstanceStorageMetrics, (), (rootFilesystem, dataFilesystem))

struct InstanceMetrics {
  std::optional<InstanceStorageMetrics> storage;
  friend bool operator==(const InstanceMetrics&, const InstanceMetrics&) = default;
};
BOOST_DESCRIBE_STRUCT(InstanceMetrics, (), (storage))

struct PublishMetricsRequest {
  std::optional<MetricsMetadata> metadata;
  std::optional<InstanceMetrics> instanceMetrics;
  std::optional<std::vector<TaskMetric>> taskMetrics;
  std::optional<core::Time> timestamp;
  friend bool operator==(const PublishMetricsRequest&, const PublishMetricsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(PublishMetricsRequest, (), (metadata, instanceMetrics, taskMetrics, timestamp))

struct HealthMetadata {
  std::optional<std::string> cluster;
  std::optional<std::string> containerInstance;
  std::optional<std::string> messageId;
  std::optional<bool> fin;
  friend bool operator==(const HealthMetadata&, const HealthMetadata&) = default;
};
BOOST_DESCRIBE_STRUCT(HealthMetadata, (), (cluster, containerInstance, messageId, fin))

struct ContainerHealth {
  std::optional<std::string> containerName;
  std::optional<core::HealthStatus> healthStatus;
  std::optional<core::Time> statusSince;
  std::optional<std::string> statusMessage;
  friend bool operator==(const ContainerHealth&, const ContainerHealth&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerHealth, (), (containerName, healthStatus, statusSince, statusMessage))

struct TaskHealth {
  std::optional<std::string> taskArn;
  std::optional<std::string> clusterArn;
  std::optional<std::string> taskDefinitionFamily;
  std::optional<std::string> taskDefinitionVersion;
  std::optional<std::vector<ContainerHealth>> containers;
  friend bool operator==(const TaskHealth&, const TaskHealth&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskHealth, (),
                      (taskArn, clusterArn, taskDefinitionFamily, taskDefinitionVersion, containers))

struct PublishHealthRequest {
  std::optional<HealthMetadata> metadata;
  std::optional<std::vector<TaskHealth>> tasks;
  std::optional<core::Time> timestamp;
  friend bool operator==(const PublishHealthRequest&, const PublishHealthRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(PublishHealthRequest, (), (metadata, tasks, timestamp))

struct InstanceStatusMetadata {
  std::optional<std::string> cluster;
  std::optional<std::string> containerInstance;
  std::optional<std::string> requestId;
  friend bool operator==(const InstanceStatusMetadata&, const InstanceStatusMetadata&) = default;
};
BOOST_DESCRIBE_STRUCT(InstanceStatusMetadata, (), (cluster, containerInstance, requestId))

struct InstanceStatus {
  std::optional<std::string> type;
  std::optional<core::InstanceHealth> status;
  std::optional<std::string> statusReason;
  std::optional<core::Time> lastUpdated;
  std::optional<core::Time> lastStatusChange;
  friend bool operator==(const InstanceStatus&, const InstanceStatus&) = default;
};
BOOST_DESCRIBE_STRUCT(InstanceStatus, (), (type, status, statusReason, lastUpdated, lastStatusChange))

struct PublishInstanceStatusRequest {
  std::optional<InstanceStatusMetadata> metadata;
  std::optional<std::vector<InstanceStatus>> statuses;
  std::optional<core::Time> timestamp;
  friend bool operator==(const PublishInstanceStatusRequest&, const PublishInstanceStatusRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(PublishInstanceStatusRequest, (), (metadata, statuses, timestamp))

struct AckPublishMetric {
  std::optional<std::string> message;
  friend bool operator==(const AckPublishMetric&, const AckPublishMetric&) = default;
};
BOOST_DESCRIBE_STRUCT(AckPublishMetric, (), (message))

struct AckPublishHealth {
  std::optional<std::string> message;
  friend bool operator==(const AckPublishHealth&, const AckPublishHealth&) = default;
};
BOOST_DESCRIBE_STRUCT(AckPublishHealth, (), (message))

struct AckPublishInstanceStatus {
  std::optional<std::string> message;
  friend bool operator==(const AckPublishInstanceStatus&, const AckPublishInstanceStatus&) = default;
};
BOOST_DESCRIBE_STRUCT(AckPublishInstanceStatus, (), (message))

/// The shape of every exception.
struct ErrorMessage {
  std::optional<std::string> message;
  friend bool operator==(const ErrorMessage&, const ErrorMessage&) = default;
};
BOOST_DESCRIBE_STRUCT(ErrorMessage, (), (message))

}  // namespace troupe::api::wire::tcs

namespace troupe::api::wire {

template <>
const Shape& shape_of<tcs::PublishMetricsRequest>();
template <>
const Shape& shape_of<tcs::PublishHealthRequest>();
template <>
const Shape& shape_of<tcs::PublishInstanceStatusRequest>();
template <>
const Shape& shape_of<tcs::AckPublishMetric>();
template <>
const Shape& shape_of<tcs::AckPublishHealth>();
template <>
const Shape& shape_of<tcs::AckPublishInstanceStatus>();
template <>
const Shape& shape_of<tcs::ErrorMessage>();

}  // namespace troupe::api::wire
