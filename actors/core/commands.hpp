#pragma once

/// What the API asks of the control plane, and what it is answered. One struct
/// for each operation, in ECS's words; `cluster` is a short name or an ARN and
/// empty for the cluster "default".
///
/// Source: ECS API Reference, "Actions".

#include "actors/core/agent_commands.hpp"
#include "actors/core/host_commands.hpp"
#include "actors/core/interruption.hpp"
#include "actors/core/page.hpp"
#include "actors/core/placement_commands.hpp"
#include "actors/core/records/cluster.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/task.hpp"
#include "actors/core/result.hpp"
#include "actors/core/service_commands.hpp"
#include "actors/core/usage/usage_commands.hpp"

#include <boost/mp11/algorithm.hpp>

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace troupe::core {

// ---- Asked of the registry ------------------------------------------------------

struct RegisterTaskDefinition {
  TaskDefinition definition;  ///< As given; not yet validated.
  std::vector<Tag> tags;
  std::string registered_by;  ///< ARN of the caller.
};

/// `task_definition` is family, family:revision or an ARN.
struct DescribeTaskDefinition {
  std::string task_definition;
};

struct DeregisterTaskDefinition {
  std::string task_definition;
};

enum class SortOrder : std::uint8_t { ASC, DESC };
BOOST_DESCRIBE_ENUM(SortOrder, ASC, DESC)

struct ListTaskDefinitions {
  std::string family;  ///< The whole family name (`familyPrefix` on the wire); empty: all.
  TaskDefinitionStatus status = TaskDefinitionStatus::ACTIVE;
  SortOrder sort = SortOrder::ASC;
  Page page;
};

enum class FamilyStatus : std::uint8_t { ACTIVE, INACTIVE, ALL };
BOOST_DESCRIBE_ENUM(FamilyStatus, ACTIVE, INACTIVE, ALL)

struct ListTaskDefinitionFamilies {
  std::string prefix;
  FamilyStatus status = FamilyStatus::ACTIVE;
  Page page;
};

/// ARNs of the ACTIVE clusters.
struct ListClusters {
  Page page;
};

using RegistryCommand =
    std::variant<RegisterTaskDefinition, DescribeTaskDefinition, DeregisterTaskDefinition,
                 ListTaskDefinitions, ListTaskDefinitionFamilies, ListClusters, CapacityProviderCommand>;

// ---- Asked of a cluster -----------------------------------------------------------

/// Idempotent for equal arguments.
struct CreateCluster {
  std::vector<ClusterSetting> settings;
  std::optional<ClusterConfiguration> configuration;
  std::vector<std::string> capacity_providers;
  std::vector<CapacityProviderStrategyItem> default_strategy;
  std::optional<ClusterServiceConnectDefaults> service_connect_defaults;
  std::vector<Tag> tags;
};

struct DescribeCluster {};

struct DeleteCluster {};

/// RunTask, and StartTask when `instances` is given.
struct RunTask {
  std::string task_definition;
  std::int32_t count = 1;
  std::optional<LaunchType> launch_type;
  std::vector<CapacityProviderStrategyItem> capacity_provider_strategy;
  std::optional<TaskOverride> overrides;
  std::optional<NetworkConfiguration> network;
  std::vector<PlacementConstraint> constraints;
  std::vector<PlacementStrategy> strategies;
  std::string group;
  std::string started_by;
  std::string platform_version;
  std::string client_token;
  std::string request_digest;  ///< Of the request's body; equal for equal requests.
  bool enable_execute_command = false;
  bool enable_managed_tags = false;
  std::optional<PropagateTags> propagate_tags;
  std::vector<Tag> tags;
  std::optional<std::vector<std::string>> instances;  ///< StartTask: ids or ARNs, at most 10.
};

struct StopTask {
  std::string task;
  std::string reason;
};

struct DescribeTasks {
  std::vector<std::string> tasks;  ///< 1–100 ids or ARNs.
};

struct ListTasks {
  std::string family;
  std::string container_instance;
  std::string started_by;
  std::string service_name;
  DesiredStatus desired_status = DesiredStatus::RUNNING;
  std::optional<LaunchType> launch_type;
  Page page;
};

struct DescribeContainerInstances {
  std::vector<std::string> instances;
};

struct ListContainerInstances {
  std::string filter;  ///< Cluster query language; empty: all.
  std::optional<InstanceStatus> status;
  Page page;
};

using ClusterCommand =
    std::variant<CreateCluster, DescribeCluster, DeleteCluster, RunTask, StopTask, DescribeTasks, ListTasks,
                 DescribeContainerInstances, ListContainerInstances, ServiceCommand, InstanceCommand,
                 ExplainPlacement, ReadUsage, AgentCommand, InterruptTask, HostCommand>;

// ---- Answers ----------------------------------------------------------------------

struct TaskDefinitionReply {
  TaskDefinitionPtr record;
};

struct ClusterReply {
  std::shared_ptr<const Cluster> cluster;
  ClusterCounts counts;
};

/// For DescribeX, RunTask and StartTask: what there is and what failed.
struct TasksReply {
  std::vector<TaskPtr> tasks;
  std::vector<Failure> failures;
};

struct TaskReply {
  TaskPtr task;
};

struct InstancesReply {
  std::vector<InstancePtr> instances;
  std::vector<Failure> failures;
};

/// ARNs or names; `next` is the key to go on after, absent on the last page.
struct ListReply {
  std::vector<std::string> items;
  std::optional<std::string> next;
};

/// Those of service_commands.hpp stand beside the others.
using Reply = boost::mp11::mp_append<
    std::variant<TaskDefinitionReply, ClusterReply, TasksReply, TaskReply, InstancesReply, ListReply,
                 PlacementReply, UsageReply, Acknowledged, HostsReply>,
    ServiceReplies>;

using Outcome = Result<Reply>;

}  // namespace troupe::core
