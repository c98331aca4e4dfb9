/// Reports made from a run.

#include "actors/node/task_reports.hpp"

#include <algorithm>

namespace troupe::node {
namespace {

core::ContainerStatus status_of(const ContainerRun& container) {
  if (container.phase == ContainerPhase::stopped) return core::ContainerStatus::STOPPED;
  // A restart is the host's own affair: the container counts as running.
  if (container.ran) return core::ContainerStatus::RUNNING;
  return core::ContainerStatus::PENDING;
}

const runtime::Network* network_of(const TaskRun& run, ContainerIndex index) {
  const auto& name = run.plan->containers[index].spec.network;
  const auto& networks = run.sandbox.networks;
  const auto found = std::find_if(networks.begin(), networks.end(),
                                  [&](const runtime::Network& network) { return network.name == name; });
  return found == networks.end() ? nullptr : &*found;
}

std::vector<core::NetworkBinding> bindings_of(const TaskRun& run, ContainerIndex index) {
  std::vector<core::NetworkBinding> bindings;
  const auto* network = network_of(run, index);
  if (network == nullptr || !run.containers[index].ran) return bindings;
  // On the host's own network a container's port is the host's.
  const bool on_host = network->kind == runtime::NetworkKind::host;
  for (const auto& port : on_host ? run.plan->containers[index].ports : network->ports) {
    core::NetworkBinding binding;
    binding.bindIP = port.host_ip;
    binding.containerPort = port.container_port;
    binding.hostPort = on_host ? port.container_port : port.host_port;
    binding.protocol =
        port.protocol == runtime::Protocol::udp ? core::TransportProtocol::udp : core::TransportProtocol::tcp;
    bindings.push_back(std::move(binding));
  }
  return bindings;
}

std::vector<core::KeyValuePair> address_of(const TaskRun& run) {
  for (const auto& network : run.sandbox.networks) {
    if (network.kind != runtime::NetworkKind::address) continue;
    return {{"macAddress", network.mac}, {"privateIPv4Address", network.address}};
  }
  return {};
}

core::ContainerReport container_report(const TaskRun& run, ContainerIndex index) {
  const auto& container = run.containers[index];
  core::ContainerReport report;
  report.name = run.plan->containers[index].name;
  report.status = status_of(container);
  report.health = container.health;
  if (container.phase == ContainerPhase::stopped) report.exit_code = container.exit_code;
  report.reason = container.reason;
  report.image_digest = container.digest;
  if (container.ran) report.runtime_id = run.plan->containers[index].spec.id;
  report.bindings = bindings_of(run, index);
  return report;
}

/// A container waits until others have run, which may take long.
bool waits_for_others(const TaskRun& run) {
  return std::any_of(run.containers.begin(), run.containers.end(),
                     [](const ContainerRun& c) { return c.phase == ContainerPhase::created; });
}

bool containers_differ(const TaskRun& run) {
  const auto& told = run.reported->containers;
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) {
    if (told[c].status != status_of(run.containers[c])) return true;
    if (told[c].health != run.containers[c].health) return true;
  }
  return false;
}

bool anything_ran(const TaskRun& run) {
  return std::any_of(run.containers.begin(), run.containers.end(),
                     [](const ContainerRun& c) { return c.ran; });
}

bool address_is_news(const TaskRun& run) {
  return (!run.reported || run.reported->network_details.empty()) && !address_of(run).empty();
}

bool is_news(const TaskRun& run) {
  const bool first = run.reported == nullptr;
  const auto told = first ? core::TaskStatus::PENDING : run.reported->status;
  if (told == core::TaskStatus::STOPPED) return false;
  if (run.status != told) return true;
  if (run.sandbox_phase == SandboxPhase::releasing) return false;
  if (run.stopping) return run.stop_code && anything_ran(run) && (first || !run.reported->stop_code);
  if (run.status == core::TaskStatus::RUNNING) return first || containers_differ(run);
  if (address_is_news(run)) return true;
  return waits_for_others(run) && (first ? anything_ran(run) : containers_differ(run));
}

}  // namespace

core::TaskReport report_of(const TaskRun& run) {
  core::TaskReport report;
  report.task = run.id;
  report.status = run.status;
  report.containers.reserve(run.containers.size());
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) {
    report.containers.push_back(container_report(run, c));
  }
  report.pull_started_at = run.pull_started_at;
  report.pull_stopped_at = run.pull_stopped_at;
  report.execution_stopped_at = run.execution_stopped_at;
  report.stop_code = run.stop_code;
  report.reason = run.reason;
  report.network_details = address_of(run);
  return report;
}

core::TaskReport report_of_refusal(const core::Task& task, const std::string& reason) {
  core::TaskReport report;
  report.task = task.id;
  report.status = core::TaskStatus::STOPPED;
  report.stop_code = core::TaskStopCode::TaskFailedToStart;
  report.reason = reason;
  for (const auto& container : task.containers) {
    core::ContainerReport one;
    one.name = container.name;
    one.status = core::ContainerStatus::STOPPED;
    one.reason = reason;
    report.containers.push_back(std::move(one));
  }
  return report;
}

core::TaskReport report_of_unknown(const core::TaskId& task) {
  core::TaskReport report;
  report.task = task;
  report.status = core::TaskStatus::STOPPED;
  report.reason = "TaskStateError: The agent does not know this task";
  return report;
}

void report_news(TaskStep& step) {
  if (!is_news(step.run)) return;
  step.run.reported = std::make_shared<const core::TaskReport>(report_of(step.run));
  step.effects.emplace_back(Report{step.run.reported});
}

}  // namespace troupe::node
