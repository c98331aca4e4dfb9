/// Tasks and containers in the words of the metadata endpoint.

#include "api/metadata/metadata_json.hpp"

#include "api/metadata/metadata_shapes.hpp"
#include "api/rendering/rendering.hpp"
#include "api/wire/codec/build_shape.hpp"
#include "api/wire/codec/codec.hpp"

#include <charconv>

namespace troupe::api::wire {

template <>
const Shape& shape_of<metadata::ContainerShape>() {
  return BuiltShape<metadata::ContainerShape>::value;
}
template <>
const Shape& shape_of<metadata::TaskShape>() {
  return BuiltShape<metadata::TaskShape>::value;
}

}  // namespace troupe::api::wire

namespace troupe::api::metadata {
namespace {

using rendering::attachment_detail;
using rendering::given;

constexpr std::size_t task_id_digits = 32;
constexpr double cpu_units_per_core = 1024;

std::optional<std::int64_t> number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  return error == std::errc{} && end == text->data() + text->size() ? std::optional{value} : std::nullopt;
}

/// ECS's own labels, and those of the definition.
std::map<std::string, std::string> labels(const core::Realm& realm, const core::Task& task,
                                          const core::Container& container,
                                          const core::ContainerDefinition* definition) {
  std::map<std::string, std::string> out;
  if (definition != nullptr && definition->dockerLabels) out = *definition->dockerLabels;
  out["com.amazonaws.ecs.cluster"] = task.launch->cluster;
  out["com.amazonaws.ecs.container-name"] = container.name;
  out["com.amazonaws.ecs.task-arn"] = core::task_arn(realm, task.launch->cluster, task.id);
  out["com.amazonaws.ecs.task-definition-family"] = task.launch->family;
  out["com.amazonaws.ecs.task-definition-version"] = std::to_string(task.launch->revision);
  return out;
}

std::string network_mode(const core::Task& task) {
  const auto mode = task.definition ? task.definition->definition.networkMode : std::nullopt;
  return core::name_of(mode.value_or(core::NetworkMode::bridge));
}

/// The addresses of the task's own interfaces; of other modes only the name is known.
std::vector<NetworkShape> networks(const core::Task& task) {
  std::vector<NetworkShape> out;
  std::int32_t index = 0;
  for (const auto& attachment : task.attachments) {
    const auto address = attachment_detail(attachment, "privateIPv4Address");
    if (address.empty()) continue;
    NetworkShape network;
    network.NetworkMode = network_mode(task);
    network.IPv4Addresses = std::vector{address};
    network.AttachmentIndex = index++;
    network.MACAddress = given(attachment_detail(attachment, "macAddress"));
    network.IPv4SubnetCIDRBlock = given(attachment_detail(attachment, "subnetCidr"));
    network.PrivateDNSName = given(attachment_detail(attachment, "privateDnsName"));
    out.push_back(std::move(network));
  }
  if (out.empty()) out.emplace_back().NetworkMode = network_mode(task);
  return out;
}

std::optional<std::vector<PortShape>> ports(const core::Container& container) {
  if (container.bindings.empty()) return std::nullopt;
  std::vector<PortShape> out;
  for (const auto& binding : container.bindings) {
    PortShape port;
    port.ContainerPort = binding.containerPort;
    if (binding.protocol) port.Protocol = core::name_of(*binding.protocol);
    port.HostPort = binding.hostPort;
    port.HostIp = binding.bindIP;
    out.push_back(std::move(port));
  }
  return out;
}

void add_log(ContainerShape& out, const core::ContainerDefinition* definition) {
  if (definition == nullptr || !definition->logConfiguration) return;
  const auto& log = *definition->logConfiguration;
  if (log.logDriver) {
    out.LogDriver =
        *log.logDriver == core::LogDriver::json_file ? "json-file" : core::name_of(*log.logDriver);
  }
  if (log.options && !log.options->empty()) out.LogOptions = log.options;
}

void add_progress(ContainerShape& out, const core::Task& task, const core::Container& container) {
  out.DesiredStatus = core::name_of(task.desired_status);
  out.KnownStatus = core::name_of(container.last_status);
  out.ExitCode = container.exit_code;
  if (container.last_status == core::ContainerStatus::PENDING) return;
  out.CreatedAt = task.pull_stopped_at.value_or(task.created_at);
  out.StartedAt = task.started_at;
  if (container.last_status == core::ContainerStatus::STOPPED) out.FinishedAt = task.execution_stopped_at;
}

ContainerShape shape_of(const core::Realm& realm, const core::Task& task, const core::Container& container) {
  const auto* definition = rendering::definition_of(task, container.name);
  const auto id = container_id(task.id, container.name);
  ContainerShape out;
  out.DockerId = container.runtime_id.empty() ? id : container.runtime_id;
  out.Name = container.name;
  out.DockerName = id;
  if (definition != nullptr) {
    out.Image = definition->image;
    out.Limits = ContainerLimitsShape{definition->cpu.value_or(0), definition->memory};
    if (definition->healthCheck) out.Health = HealthShape{core::name_of(container.health)};
  }
  out.ImageID = given(container.image_digest);
  out.Ports = ports(container);
  out.Labels = labels(realm, task, container, definition);
  out.Type = "NORMAL";
  out.ContainerARN = core::container_arn(realm, task.launch->cluster, task.id, container.id);
  out.Networks = networks(task);
  add_log(out, definition);
  add_progress(out, task, container);
  return out;
}

std::optional<TaskLimitsShape> limits(const core::Task& task) {
  if (!task.definition) return std::nullopt;
  const auto cpu = number(task.definition->definition.cpu);
  const auto memory = number(task.definition->definition.memory);
  if (!cpu && !memory) return std::nullopt;
  TaskLimitsShape out;
  if (cpu) out.CPU = static_cast<double>(*cpu) / cpu_units_per_core;
  out.Memory = memory;
  return out;
}

}  // namespace

std::optional<ContainerRef> parse_container_id(std::string_view id) {
  if (id.size() < task_id_digits + 2 || id[task_id_digits] != '-') return std::nullopt;
  const auto task = core::parse_id<core::TaskId>(id.substr(0, task_id_digits));
  if (!task) return std::nullopt;
  return ContainerRef{*task, std::string{id.substr(task_id_digits + 1)}};
}

std::string container_id(const core::TaskId& task, std::string_view name) {
  return core::to_string(task).append("-").append(name);
}

std::optional<std::string> container_json(const core::Realm& realm, const core::Task& task,
                                          std::string_view name) {
  for (const auto& container : task.containers) {
    if (container.name == name) return wire::encode(shape_of(realm, task, container), wire::Form::event);
  }
  return std::nullopt;
}

std::string task_json(const core::Realm& realm, const core::Task& task) {
  const auto& launch = *task.launch;
  constexpr std::string_view service = "service:";
  TaskShape out;
  out.Cluster = core::cluster_arn(realm, launch.cluster);
  out.TaskARN = core::task_arn(realm, launch.cluster, task.id);
  out.Family = launch.family;
  out.Revision = std::to_string(launch.revision);
  if (launch.group.starts_with(service)) out.ServiceName = launch.group.substr(service.size());
  out.DesiredStatus = core::name_of(task.desired_status);
  out.KnownStatus = core::name_of(task.last_status);
  out.Limits = limits(task);
  out.PullStartedAt = task.pull_started_at;
  out.PullStoppedAt = task.pull_stopped_at;
  out.ExecutionStoppedAt = task.execution_stopped_at;
  out.AvailabilityZone = given(task.availability_zone);
  out.LaunchType = core::name_of(launch.launch_type);
  out.Containers.emplace();
  for (const auto& container : task.containers) out.Containers->push_back(shape_of(realm, task, container));
  return wire::encode(out, wire::Form::event);
}

}  // namespace troupe::api::metadata
