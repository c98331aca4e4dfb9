/// Decisions on clusters and container instances.

#include "actors/core/cluster_life.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

Result<void> check_settings(const std::vector<ClusterSetting>& settings) {
  for (const auto& setting : settings) {
    if (!setting.name) return invalid_parameter("Cluster setting name can not be blank.");
    const auto value = setting.value.value_or("");
    if (value != "enabled" && value != "disabled" && value != "enhanced") {
      return invalid_parameter("Invalid value for containerInsights: " + value +
                               ". Valid values are [enabled,disabled,enhanced]");
    }
  }
  return {};
}

void take_registration(ContainerInstance& instance, const Registration& said, Time now) {
  instance.host_id = said.host_id;
  instance.version_info = said.version_info;
  instance.registered = said.capacity;
  instance.agent_connected = true;
  instance.updated_at = now;
}

}  // namespace

Result<std::string> cluster_name(const Realm& realm, const std::string& reference) {
  if (reference.empty()) return std::string{"default"};
  auto ref = parse_ref(realm, "cluster", reference);
  if (!ref) return ref.error();
  if (!ref->cluster.empty()) return invalid_parameter("Invalid arn syntax: " + reference);
  return ref->name;
}

Result<void> check_cluster_name(const std::string& name) {
  if (name.size() > 255) return invalid_parameter("Cluster name cannot be longer than 255 characters.");
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_character)) {
    return invalid_parameter("Cluster name contains invalid characters.");
  }
  return {};
}

Result<Cluster> create_cluster(const Cluster* existing, const std::string& name, const CreateCluster& command,
                               const Providers& known, const Stamp& stamp) {
  if (auto ok = check_cluster_name(name); !ok) return ok.error();
  if (auto ok = check_settings(command.settings); !ok) return ok.error();
  if (existing != nullptr && existing->status == ClusterStatus::ACTIVE) {
    // A call that names none asks for nothing else: the cluster may have got them since.
    const bool names_some = !command.capacity_providers.empty() || !command.default_strategy.empty();
    if (names_some && (existing->capacity_providers != command.capacity_providers ||
                       existing->default_strategy != command.default_strategy)) {
      return invalid_parameter(
          "Arguments on this idempotent request are inconsistent with arguments used in previous "
          "request(s).");
    }
    return *existing;
  }
  auto associated =
      decide(Cluster{}, PutClusterCapacityProviders{command.capacity_providers, command.default_strategy},
             known, {});
  if (!associated) return associated.error();
  auto& cluster = *associated;
  cluster.name = name;
  cluster.created_at = stamp.now;
  cluster.settings = command.settings;
  if (cluster.settings.empty())
    cluster.settings.push_back({ClusterSettingName::containerInsights, "disabled"});
  cluster.configuration = command.configuration;
  cluster.service_connect_defaults = command.service_connect_defaults;
  cluster.tags = command.tags;
  return cluster;
}

Result<Cluster> delete_cluster(const Cluster& cluster, const ClusterCounts& counts) {
  if (counts.registered_instances > 0) {
    return Error{ErrorCode::cluster_contains_container_instances,
                 "The Cluster cannot be deleted while Container Instances are active or draining."};
  }
  if (counts.active_services > 0) {
    return Error{ErrorCode::cluster_contains_services,
                 "The Cluster cannot be deleted while Services are active."};
  }
  if (counts.running_tasks + counts.pending_tasks > 0) {
    return Error{ErrorCode::cluster_contains_tasks, "The Cluster cannot be deleted while Tasks are active."};
  }
  auto gone = cluster;
  gone.status = ClusterStatus::INACTIVE;
  return gone;
}

ContainerInstance join_instance(const std::string& cluster, const InstanceId& id, const Registration& said,
                                const Stamp& stamp) {
  ContainerInstance instance;
  instance.id = id;
  instance.cluster = cluster;
  instance.registered_at = stamp.now;
  instance.attributes = said.attributes;
  instance.tags = said.tags;
  take_registration(instance, said, stamp.now);
  take_provider(instance);
  return instance;
}

ContainerInstance rejoin_instance(const ContainerInstance& known, const Registration& said,
                                  const Stamp& stamp) {
  auto instance = known;
  ++instance.version;
  take_registration(instance, said, stamp.now);
  for (const auto& attribute : said.attributes) {
    auto same = std::find_if(instance.attributes.begin(), instance.attributes.end(),
                             [&](const Attribute& a) { return a.name == attribute.name; });
    if (same == instance.attributes.end()) {
      instance.attributes.push_back(attribute);
    } else {
      *same = attribute;
    }
  }
  take_provider(instance);
  return instance;
}

ContainerInstance connect_instance(const ContainerInstance& known, Connectivity connectivity,
                                   const Stamp& stamp) {
  auto instance = known;
  ++instance.version;
  instance.agent_connected = connectivity == Connectivity::CONNECTED;
  instance.updated_at = stamp.now;
  return instance;
}

void count_tasks(ContainerInstance& instance, const std::vector<TaskPtr>& tasks) {
  instance.used = {};
  instance.running_tasks = instance.pending_tasks = 0;
  for (const auto& task : tasks) {
    if (!holds_resources(*task)) continue;
    const auto& size = task->launch->size;
    instance.used.cpu += size.cpu;
    instance.used.memory += size.memory;
    instance.used.gpus += size.gpus;
    instance.used.tcp_ports.insert(instance.used.tcp_ports.end(), size.tcp_ports.begin(),
                                   size.tcp_ports.end());
    instance.used.udp_ports.insert(instance.used.udp_ports.end(), size.udp_ports.begin(),
                                   size.udp_ports.end());
    ++(task->last_status < TaskStatus::RUNNING ? instance.pending_tasks : instance.running_tasks);
  }
  std::sort(instance.used.tcp_ports.begin(), instance.used.tcp_ports.end());
  std::sort(instance.used.udp_ports.begin(), instance.used.udp_ports.end());
}

}  // namespace troupe::core
