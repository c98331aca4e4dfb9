#pragma once

/// How records lie in the journal: their keys and their bytes.
///
/// | key | value |
/// |---|---|
/// | `c/NAME` | Cluster |
/// | `d/FAMILY/REVISION` (10 digits) | TaskDefinitionRecord |
/// | `t/CLUSTER/TASK` | a task with its launch |
/// | `i/CLUSTER/INSTANCE` | ContainerInstance |
/// | `k/CLUSTER/TOKEN` | ClientToken of RunTask |
/// | `s/CLUSTER/SERVICE` | Service |
/// | `sr/CLUSTER/SERVICE/NUMBER` (19 digits) | ServiceRevision |
/// | `sd/CLUSTER/SERVICE/ID` | ServiceDeployment |
/// | `p/NAME` | CapacityProvider |
/// | `e/SEQUENCE` (16 hexadecimal digits) | Event |
///
/// Bytes are those of core/codec; the first byte of a value is the version of
/// this layout.

#include "actors/core/catalog.hpp"
#include "actors/core/events.hpp"
#include "actors/core/records/capacity_provider.hpp"
#include "actors/core/records/cluster.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/service.hpp"
#include "actors/core/records/task.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

/// The tasks that a RunTask with a client token made.
struct ClientToken {
  std::string token;
  std::string request_digest;
  Time created_at{};
  std::vector<TaskId> tasks;
  friend bool operator==(const ClientToken&, const ClientToken&) = default;
};
BOOST_DESCRIBE_STRUCT(ClientToken, (), (token, request_digest, created_at, tasks))

std::string cluster_key(const std::string& name);
std::string task_definition_key(const std::string& family, std::int32_t revision);
std::string task_key(const std::string& cluster, const TaskId& id);
std::string instance_key(const std::string& cluster, const InstanceId& id);
std::string token_key(const std::string& cluster, const std::string& token);
std::string service_key(const std::string& cluster, const std::string& service);
std::string service_revision_key(const ServiceRevision& revision);
std::string service_deployment_key(const ServiceDeployment& deployment);
std::string capacity_provider_key(const std::string& name);
std::string event_key(std::uint64_t sequence);

/// Prefixes of keys that come in their own order, or nearly: the journal keeps
/// them apart from the rest.
std::vector<std::string> prefixes_in_order();

/// The sequence number in a key of `e/`.
std::uint64_t event_sequence(std::string_view key);
/// The cluster in a key of `t/`, `i/`, `k/`, `s/`, `sr/` or `sd/`.
std::string cluster_in_key(std::string_view key);

std::string store(const Cluster& record);
std::string store(const TaskDefinitionRecord& record);
std::string store(const Task& record);
std::string store(const ContainerInstance& record);
std::string store(const ClientToken& record);
std::string store(const Service& record);
std::string store(const ServiceRevision& record);
std::string store(const ServiceDeployment& record);
std::string store(const CapacityProvider& record);
std::string store(const Event& event);

Result<Cluster> load_cluster(std::string_view bytes);
Result<TaskDefinitionRecord> load_task_definition(std::string_view bytes);
Result<ContainerInstance> load_instance(std::string_view bytes);
Result<ClientToken> load_token(std::string_view bytes);
Result<Service> load_service(std::string_view bytes);
Result<ServiceRevision> load_service_revision(std::string_view bytes);
Result<ServiceDeployment> load_service_deployment(std::string_view bytes);
Result<CapacityProvider> load_capacity_provider(std::string_view bytes);
/// Tasks refer to their definition, which must be in the catalog.
Result<Task> load_task(std::string_view bytes, const Catalog& catalog);
Result<Event> load_event(std::string_view bytes, const Catalog& catalog);

}  // namespace troupe::core
