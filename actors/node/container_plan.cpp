/// The task's plan: its sandbox, its networks, and how its containers hang together.
/// What a single container asks for is in container_spec.cpp.

#include "actors/node/container_plan.hpp"

#include "actors/core/launch_type.hpp"
#include "actors/core/task_definition/optional_members.hpp"
#include "actors/core/task_definition/run_options.hpp"
#include "actors/core/task_definition/task_size.hpp"
#include "actors/node/container_spec.hpp"

#include <algorithm>

namespace troupe::node {
namespace {

using core::ContainerDefinition;
using core::items;
using core::text;

constexpr std::size_t id_characters_max = 128;
constexpr std::uint64_t bytes_per_gib = std::uint64_t{1} << 30U;
/// The kernel's least weight; ECS gives it to containers without CPU units.
constexpr std::int64_t cpu_shares_max = 262'144;
constexpr std::chrono::seconds stop_timeout_default{30};
constexpr std::chrono::seconds restart_period_default{300};

core::NetworkMode mode_of(const core::TaskDefinition& definition) {
  return definition.networkMode.value_or(core::NetworkMode::bridge);
}

std::vector<runtime::PortBinding> port_bindings(const ContainerDefinition& container) {
  std::vector<runtime::PortBinding> bindings;
  for (const core::PortMapping& mapping : items(container.portMappings)) {
    runtime::PortBinding binding;
    binding.container_port = static_cast<std::uint16_t>(mapping.containerPort.value_or(0));
    binding.host_port = static_cast<std::uint16_t>(mapping.hostPort.value_or(0));
    binding.protocol =
        mapping.protocol == core::TransportProtocol::udp ? runtime::Protocol::udp : runtime::Protocol::tcp;
    bindings.push_back(std::move(binding));
  }
  return bindings;
}

/// A bridge task has a network for each container, every other one a single network.
std::vector<runtime::NetworkSpec> networks(core::NetworkMode mode,
                                           const std::vector<ContainerDefinition>& containers) {
  switch (mode) {
    case core::NetworkMode::host:
      return {{.name = "host", .kind = runtime::NetworkKind::host, .ports = {}, .hostname = {}}};
    case core::NetworkMode::none:
      return {{.name = "none", .kind = runtime::NetworkKind::none, .ports = {}, .hostname = {}}};
    case core::NetworkMode::awsvpc:
      return {{.name = "task", .kind = runtime::NetworkKind::address, .ports = {}, .hostname = {}}};
    case core::NetworkMode::bridge:
      break;
  }
  std::vector<runtime::NetworkSpec> specs;
  for (std::size_t index = 0; index < containers.size(); ++index) {
    const bool closed = core::is_set(containers[index].disableNetworking);
    specs.push_back({.name = network_name(mode, index),
                     .kind = closed ? runtime::NetworkKind::none : runtime::NetworkKind::bridge,
                     .ports = closed ? std::vector<runtime::PortBinding>{} : port_bindings(containers[index]),
                     .hostname = text(containers[index].hostname)});
  }
  return specs;
}

/// Task-level sizes are hard limits of the whole; the weight is the sum of the
/// containers' weights, so that tasks share the host as their containers would.
runtime::ResourceLimits task_limits(const core::TaskDefinition& definition,
                                    const core::TaskOverride& overrides,
                                    const std::vector<ContainerDefinition>& containers) {
  runtime::ResourceLimits limits;
  limits.processes = task_processes_max;
  std::int64_t shares = 0;
  for (const ContainerDefinition& container : containers) {
    shares += std::max<std::int64_t>(container.cpu.value_or(0), cpu_shares_min);
  }
  const auto& cpu = overrides.cpu ? overrides.cpu : definition.cpu;
  if (const auto units = cpu ? core::parse_task_cpu(*cpu) : std::nullopt) {
    shares = units->count;
    limits.cpu_cores = static_cast<double>(units->count) / static_cast<double>(core::cpu_units_per_core);
  }
  limits.cpu_shares = static_cast<std::uint64_t>(std::clamp(shares, cpu_shares_min, cpu_shares_max));
  const auto& memory = overrides.memory ? overrides.memory : definition.memory;
  if (const auto mebibytes = memory ? core::parse_task_memory(*memory) : std::nullopt) {
    limits.memory_bytes = static_cast<std::uint64_t>(mebibytes->count * core::bytes_per_mib);
  }
  return limits;
}

std::map<std::string, std::string> task_labels(const TaskIdentity& identity) {
  return {{label_task_arn, identity.arn},
          {label_cluster, identity.cluster},
          {label_family, identity.family},
          {label_revision, std::to_string(identity.revision)}};
}

runtime::SandboxSpec sandbox_spec(const core::TaskDefinition& definition, const core::TaskOverride& overrides,
                                  const std::vector<ContainerDefinition>& containers,
                                  const TaskIdentity& identity) {
  runtime::SandboxSpec sandbox;
  sandbox.id = identity.id;
  sandbox.networks = networks(mode_of(definition), containers);
  for (std::size_t index = 0; index < items(definition.volumes).size(); ++index) {
    const VolumeSource source = volume_source((*definition.volumes)[index], identity.id, index);
    if (source.ends_with_task) sandbox.volumes.push_back(source.name);
  }
  sandbox.share_pid_namespace = definition.pidMode == core::PidMode::task;
  sandbox.share_ipc_namespace = definition.ipcMode == core::IpcMode::task;
  sandbox.limits = task_limits(definition, overrides, containers);
  sandbox.labels = task_labels(identity);
  if (identity.launch_type == core::LaunchType::FARGATE) {
    sandbox.user_namespace = true;
    sandbox.storage_bytes =
        static_cast<std::uint64_t>(core::ephemeral_storage_gib(definition, overrides)) * bytes_per_gib;
  }
  return sandbox;
}

std::optional<HealthSpec> health_spec(const ContainerDefinition& container) {
  if (!container.healthCheck) return std::nullopt;
  const core::HealthCheck& check = *container.healthCheck;
  const auto& command = items(check.command);
  if (command.size() < 2) return std::nullopt;  // ["NONE"]
  HealthSpec health;
  if (command.front() == "CMD-SHELL") {
    health.command = {"/bin/sh", "-c", command[1]};
  } else {
    health.command.assign(command.begin() + 1, command.end());
  }
  health.interval = std::chrono::seconds{check.interval.value_or(30)};
  health.timeout = std::chrono::seconds{check.timeout.value_or(5)};
  health.retries = static_cast<std::uint32_t>(check.retries.value_or(3));
  health.start_period = std::chrono::seconds{check.startPeriod.value_or(0)};
  return health;
}

std::optional<RestartSpec> restart_spec(const ContainerDefinition& container) {
  if (!container.restartPolicy || !core::is_set(container.restartPolicy->enabled)) return std::nullopt;
  RestartSpec restart;
  restart.ignored_exit_codes = items(container.restartPolicy->ignoredExitCodes);
  const auto period = container.restartPolicy->restartAttemptPeriod;
  restart.attempt_period = period ? std::chrono::seconds{*period} : restart_period_default;
  return restart;
}

PlannedContainer planned(const ContainerDefinition& container, const std::vector<ContainerDefinition>& all) {
  PlannedContainer plan;
  plan.name = text(container.name);
  plan.image = text(container.image);
  plan.health = health_spec(container);
  plan.restart = restart_spec(container);
  plan.essential = container.essential.value_or(true);
  for (const core::ContainerDependency& wanted : items(container.dependsOn)) {
    plan.dependencies.push_back({.container = index_of(all, text(wanted.containerName)),
                                 .condition = wanted.condition.value_or(core::ContainerCondition::START)});
  }
  for (const core::VolumeFrom& from : items(container.volumesFrom)) {
    plan.volume_sources.push_back(index_of(all, text(from.sourceContainer)));
  }
  plan.ports = port_bindings(container);
  if (container.startTimeout) plan.start_timeout = std::chrono::seconds{*container.startTimeout};
  plan.stop_timeout =
      container.stopTimeout ? std::chrono::seconds{*container.stopTimeout} : stop_timeout_default;
  return plan;
}

}  // namespace

std::string container_id(const std::string& task_id, const std::string& name, std::size_t index) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  std::string id = task_id + "-" + name;
  const bool faithful = id.size() <= id_characters_max && std::ranges::all_of(name, allowed);
  if (faithful) return id;
  std::ranges::replace_if(
      id, [&](char c) { return !allowed(c); }, '_');
  // The index keeps names apart that were shortened to the same text.
  const std::string ending = "." + std::to_string(index);
  id.resize(std::min(id.size(), id_characters_max - ending.size()));
  return id + ending;
}

core::Result<TaskPlan> plan_task(const core::TaskDefinition& definition, const core::TaskOverride& overrides,
                                 const TaskIdentity& identity) {
  const auto containers = core::effective_containers(definition, overrides);
  const bool fargate = identity.launch_type == core::LaunchType::FARGATE;
  auto reason = unsupported_reason(definition, containers);
  if (!reason && fargate) reason = not_for_fargate(definition, containers);
  if (reason) return core::client_error("ResourceInitializationError: " + *reason);
  TaskPlan plan;
  plan.sandbox = sandbox_spec(definition, overrides, containers, identity);
  for (std::size_t index = 0; index < containers.size(); ++index) {
    PlannedContainer container = planned(containers[index], containers);
    container.spec = container_spec(definition, containers, index, identity);
    container.spec.labels.merge(task_labels(identity));
    plan.containers.push_back(std::move(container));
  }
  return plan;
}

}  // namespace troupe::node
