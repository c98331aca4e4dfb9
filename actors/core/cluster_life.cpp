/// Decisions on clusters and container instances.

#include "actors/core/cluster_life.hpp"

#include "actors/core/name_character.hpp"
#include "actors/core/task_tally.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

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
  if (said.version_info != VersionInfo{}) instance.version_info = said.version_info;
  instance.registered = said.capacity;
  instance.agent_connected = true;
  instance.updated_at = now;
}

CapacityUse capacity_of(const std::vector<Attribute>& attributes) {
  auto use = CapacityUse::instances;
  for (const auto& attribute : attributes) {
    if (attribute.name == external_attribute) use = CapacityUse::external;
    if (attribute.name != capacity_attribute) continue;
    if (const auto named = enumerator_named<CapacityUse>(attribute.value.value_or(""))) use = *named;
  }
  return use;
}

/// What its agent says of its capacity is no attribute that anybody sees.
void take_capacity(ContainerInstance& instance, const Registration& said) {
  instance.capacity = capacity_of(said.attributes);
  std::erase_if(instance.attributes, [](const Attribute& each) { return each.name == capacity_attribute; });
}

/// Tasks that trust their host's word on sandboxes run only where an agent of ours gives it: one that joined.
Result<void> check_capacity(const RegisterContainerInstance& command) {
  for (const auto& attribute : command.said.attributes) {
    if (attribute.name != capacity_attribute) continue;
    if (!enumerator_named<CapacityUse>(attribute.value.value_or(""))) {
      return client_error(std::string{"Invalid value for attribute "} + capacity_attribute + ".");
    }
  }
  const bool joined = command.caller.kind == PrincipalKind::agent;
  if (joined || !serves(capacity_of(command.said.attributes), LaunchType::FARGATE)) return {};
  return client_error("Only an agent that joined the cluster with a token may offer Fargate capacity.");
}

/// Added by the server when the host does not say them, or given through the API.
bool is_of_server(const Attribute& attribute) {
  return attribute.name == "ecs.availability-zone" || attribute.name == provider_attribute ||
         attribute.name == "ecs.instance-type" || attribute.name == "ecs.ami-id";
}

std::string value_of(const std::vector<Attribute>& attributes, std::string_view name) {
  for (const auto& attribute : attributes) {
    if (attribute.name == name) return attribute.value.value_or("");
  }
  return {};
}

/// As ECS Anywhere names hosts that are no EC2 instances.
std::string managed_host_id(const InstanceId& id) {
  return "mi-" + to_string(id).substr(0, 17);
}

/// So many frames at most go to one agent in one session.
constexpr std::int64_t frames_of_session_max = 1'000'000;

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
  take_capacity(instance, said);
  take_provider(instance);
  return instance;
}

ContainerInstance rejoin_instance(const ContainerInstance& known, const Registration& said,
                                  const Stamp& stamp) {
  auto instance = known;
  ++instance.version;
  take_registration(instance, said, stamp.now);
  std::erase_if(instance.attributes,
                [](const Attribute& attribute) { return !is_custom(attribute) && !is_of_server(attribute); });
  for (const auto& attribute : said.attributes) {
    auto same = std::find_if(instance.attributes.begin(), instance.attributes.end(),
                             [&](const Attribute& a) { return a.name == attribute.name; });
    if (same == instance.attributes.end()) {
      instance.attributes.push_back(attribute);
    } else {
      *same = attribute;
    }
  }
  take_capacity(instance, said);
  take_provider(instance);
  return instance;
}

Result<ContainerInstance> register_instance(const Realm& realm, const std::string& cluster,
                                            const InstanceId& id, const ContainerInstance* known,
                                            const RegisterContainerInstance& command, const Stamp& stamp) {
  if (auto ok = check_capacity(command); !ok) return ok.error();
  auto said = command.said;
  if (known == nullptr) {
    if (said.host_id.empty()) said.host_id = managed_host_id(id);
    if (value_of(said.attributes, "ecs.availability-zone").empty()) {
      said.attributes.push_back({"ecs.availability-zone", realm.region + "a", {}, {}});
    }
    auto instance = join_instance(cluster, id, said, stamp);
    instance.agent_connected = false;
    instance.client_token = command.client_token;
    if (command.caller.kind == PrincipalKind::agent) instance.agent_key = command.caller.access_key;
    return instance;
  }
  if (known->status == InstanceStatus::INACTIVE) {
    return client_error("The referenced container instance was deregistered.");
  }
  const auto type = value_of(said.attributes, "ecs.instance-type");
  const auto known_type = value_of(known->attributes, "ecs.instance-type");
  if (!type.empty() && !known_type.empty() && type != known_type) {
    return client_error("Container instance type changes are not supported.");
  }
  if (said.host_id.empty()) said.host_id = known->host_id;
  auto instance = rejoin_instance(*known, said, stamp);
  instance.agent_connected = known->agent_connected;
  instance.client_token = command.client_token;
  return instance;
}

ContainerInstance resume_instance(const ContainerInstance& known, const VersionInfo& version,
                                  const Stamp& stamp) {
  auto instance = connect_instance(known, Connectivity::CONNECTED, stamp);
  const auto take = [](std::optional<std::string>& kept, const std::optional<std::string>& said) {
    if (said && !said->empty()) kept = said;
  };
  take(instance.version_info.agentVersion, version.agentVersion);
  take(instance.version_info.agentHash, version.agentHash);
  take(instance.version_info.dockerVersion, version.dockerVersion);
  instance.sent_before = std::max(known.sent_before + frames_of_session_max, to_epoch_ms(stamp.now));
  return instance;
}

ContainerInstance take_health(const ContainerInstance& known, InstanceHealth health, const Stamp& stamp) {
  if (known.health_at && known.health == health) return known;
  auto instance = known;
  ++instance.version;
  instance.updated_at = stamp.now;
  instance.health = health;
  instance.health_at = stamp.now;
  return instance;
}

Error refuse_agent_update(const ContainerInstance& known) {
  if (known.status == InstanceStatus::INACTIVE) {
    return client_error("The referenced container instance was not found.");
  }
  if (known.version_info.agentVersion.value_or("").empty()) {
    return {ErrorCode::missing_version,
            "Amazon ECS is unable to determine the current version of the Amazon ECS container agent on the "
            "container instance and does not have enough information to proceed with an update."};
  }
  return {ErrorCode::no_update_available,
          "There is no update available for your container agent. The agent is already running the most "
          "current version that this server knows of: " +
              *known.version_info.agentVersion + "."};
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
  TaskTally tally;
  for (const auto& task : tasks) tally.put(*task);
  tally.show(instance);
}

}  // namespace troupe::core
