#pragma once

/// What a cluster is configured with.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

enum class ClusterSettingName : std::uint8_t { containerInsights };
BOOST_DESCRIBE_ENUM(ClusterSettingName, containerInsights)

struct ClusterSetting {
  std::optional<ClusterSettingName> name;
  std::optional<std::string> value;
  friend bool operator==(const ClusterSetting&, const ClusterSetting&) = default;
};
BOOST_DESCRIBE_STRUCT(ClusterSetting, (), (name, value))

enum class ExecuteCommandLogging : std::uint8_t { NONE, DEFAULT, OVERRIDE };
BOOST_DESCRIBE_ENUM(ExecuteCommandLogging, NONE, DEFAULT, OVERRIDE)

struct ExecuteCommandLogConfiguration {
  std::optional<std::string> cloudWatchLogGroupName;
  std::optional<bool> cloudWatchEncryptionEnabled;
  std::optional<std::string> s3BucketName;
  std::optional<bool> s3EncryptionEnabled;
  std::optional<std::string> s3KeyPrefix;
  friend bool operator==(const ExecuteCommandLogConfiguration&,
                         const ExecuteCommandLogConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ExecuteCommandLogConfiguration, (),
                      (cloudWatchLogGroupName, cloudWatchEncryptionEnabled, s3BucketName, s3EncryptionEnabled,
                       s3KeyPrefix))

struct ExecuteCommandConfiguration {
  std::optional<std::string> kmsKeyId;
  std::optional<ExecuteCommandLogging> logging;
  std::optional<ExecuteCommandLogConfiguration> logConfiguration;
  friend bool operator==(const ExecuteCommandConfiguration&, const ExecuteCommandConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ExecuteCommandConfiguration, (), (kmsKeyId, logging, logConfiguration))

struct ManagedStorageConfiguration {
  std::optional<std::string> kmsKeyId;
  std::optional<std::string> fargateEphemeralStorageKmsKeyId;
  friend bool operator==(const ManagedStorageConfiguration&, const ManagedStorageConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ManagedStorageConfiguration, (), (kmsKeyId, fargateEphemeralStorageKmsKeyId))

struct ClusterConfiguration {
  std::optional<ExecuteCommandConfiguration> executeCommandConfiguration;
  std::optional<ManagedStorageConfiguration> managedStorageConfiguration;
  friend bool operator==(const ClusterConfiguration&, const ClusterConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ClusterConfiguration, (), (executeCommandConfiguration, managedStorageConfiguration))

struct ClusterServiceConnectDefaults {
  std::optional<std::string> namespace_;
  friend bool operator==(const ClusterServiceConnectDefaults&,
                         const ClusterServiceConnectDefaults&) = default;
};
BOOST_DESCRIBE_STRUCT(ClusterServiceConnectDefaults, (), (namespace_))

}  // namespace troupe::core
