#pragma once

/// What a revision of a service resolved to.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

struct ContainerImage {
  std::optional<std::string> containerName;
  std::optional<std::string> imageDigest;
  std::optional<std::string> image;
  friend bool operator==(const ContainerImage&, const ContainerImage&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerImage, (), (containerName, imageDigest, image))

struct DeploymentEphemeralStorage {
  std::optional<std::string> kmsKeyId;
  friend bool operator==(const DeploymentEphemeralStorage&, const DeploymentEphemeralStorage&) = default;
};
BOOST_DESCRIBE_STRUCT(DeploymentEphemeralStorage, (), (kmsKeyId))

struct ServiceRevisionLoadBalancer {
  std::optional<std::string> targetGroupArn;
  std::optional<std::string> productionListenerRule;
  friend bool operator==(const ServiceRevisionLoadBalancer&, const ServiceRevisionLoadBalancer&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceRevisionLoadBalancer, (), (targetGroupArn, productionListenerRule))

struct ResolvedConfiguration {
  std::optional<std::vector<ServiceRevisionLoadBalancer>> loadBalancers;
  friend bool operator==(const ResolvedConfiguration&, const ResolvedConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ResolvedConfiguration, (), (loadBalancers))

struct RuntimePlatformOverride {
  std::optional<std::string> cpuArchitecture;
  friend bool operator==(const RuntimePlatformOverride&, const RuntimePlatformOverride&) = default;
};
BOOST_DESCRIBE_STRUCT(RuntimePlatformOverride, (), (cpuArchitecture))

struct ServiceRevisionOverrides {
  std::optional<RuntimePlatformOverride> runtimePlatform;
  friend bool operator==(const ServiceRevisionOverrides&, const ServiceRevisionOverrides&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceRevisionOverrides, (), (runtimePlatform))

}  // namespace troupe::core
