/// How a container's process is watched and limited: health check, restart policy,
/// ulimits, kernel parameters.

#include "actors/core/task_definition/rules.hpp"

#include <set>

namespace troupe::core::rules {
namespace {

struct Bounds {
  std::int32_t least;
  std::int32_t most;
};

constexpr Bounds interval_seconds{5, 300};
constexpr Bounds timeout_seconds{2, 60};
constexpr Bounds retries{1, 10};
constexpr Bounds start_period_seconds{0, 300};
constexpr Bounds restart_attempt_period_seconds{60, 1800};
constexpr std::size_t ignored_exit_codes_max = 50;
/// ECS writes "no limit" as -1.
constexpr std::int32_t unlimited = -1;

bool within(std::int32_t value, Bounds bounds) {
  return value >= bounds.least && value <= bounds.most;
}

Checked health_number(const ContainerDefinition& container, const char* member,
                      const std::optional<std::int32_t>& value, Bounds bounds) {
  if (!value || within(*value, bounds)) return {};
  return refuse(std::string{"Invalid '"} + member + "' setting for the health check of container " +
                quoted(text(container.name)) + ". It must be between " + std::to_string(bounds.least) +
                " and " + std::to_string(bounds.most) + ".");
}

Checked health_command(const ContainerDefinition& container, const HealthCheck& check) {
  const auto& command = items(check.command);
  const std::string setting =
      "Invalid 'command' setting for the health check of container " + quoted(text(container.name)) + ". ";
  if (command.empty()) return refuse(setting + "It should not be null or empty.");
  const std::string& kind = command.front();
  if (kind == "NONE") return {};
  if (kind != "CMD" && kind != "CMD-SHELL") return refuse(setting + "It must start with CMD or CMD-SHELL.");
  return command.size() > 1 ? Checked{} : refuse(setting + "A command must follow " + kind + ".");
}

}  // namespace

Checked health_check(const TaskDefinition& /*definition*/, const ContainerDefinition& container) {
  if (!container.healthCheck) return {};
  const HealthCheck& check = *container.healthCheck;
  if (Checked checked = health_command(container, check); !checked) return checked;
  if (Checked checked = health_number(container, "interval", check.interval, interval_seconds); !checked) {
    return checked;
  }
  if (Checked checked = health_number(container, "timeout", check.timeout, timeout_seconds); !checked) {
    return checked;
  }
  if (Checked checked = health_number(container, "retries", check.retries, retries); !checked) return checked;
  return health_number(container, "startPeriod", check.startPeriod, start_period_seconds);
}

Checked restart_policy(const TaskDefinition& /*definition*/, const ContainerDefinition& container) {
  if (!container.restartPolicy) return {};
  const ContainerRestartPolicy& policy = *container.restartPolicy;
  const std::string of_container = "' setting for container " + quoted(text(container.name));
  if (!policy.enabled) return refuse("the 'enabled" + of_container + " must be specified");
  if (items(policy.ignoredExitCodes).size() > ignored_exit_codes_max) {
    return refuse("the 'ignoredExitCodes" + of_container + " must have at most 50 entries");
  }
  if (policy.restartAttemptPeriod && !within(*policy.restartAttemptPeriod, restart_attempt_period_seconds)) {
    return refuse("the 'restartAttemptPeriod" + of_container + " must be between 60 and 1800");
  }
  return {};
}

Checked ulimits(const TaskDefinition& /*definition*/, const ContainerDefinition& container) {
  std::set<UlimitName> names;
  return each(items(container.ulimits), [&](const Ulimit& limit) -> Checked {
    if (!limit.name || !limit.softLimit || !limit.hardLimit) {
      return refuse("Ulimits of container " + quoted(text(container.name)) +
                    " require 'name', 'softLimit' and 'hardLimit'.");
    }
    const std::string name = name_of(*limit.name);
    if (*limit.softLimit < unlimited || *limit.hardLimit < unlimited) {
      return refuse("Limits cannot be negative for ulimit " + name);
    }
    const bool soft_exceeds = *limit.hardLimit != unlimited &&
                              (*limit.softLimit == unlimited || *limit.softLimit > *limit.hardLimit);
    if (soft_exceeds) return refuse("Soft limit exceeds hard limit for ulimit " + name);
    return names.insert(*limit.name).second ? Checked{} : refuse("Ulimit " + name + " is specified twice");
  });
}

Checked system_controls(const TaskDefinition& definition, const ContainerDefinition& container) {
  return each(items(container.systemControls), [&](const SystemControl& control) -> Checked {
    const std::string& name = text(control.namespace_);
    if (name.empty() || !control.value) {
      return refuse("System controls of container " + quoted(text(container.name)) +
                    " require 'namespace' and 'value'.");
    }
    if (name.starts_with("net.") && network_mode(definition) == NetworkMode::host) {
      return refuse("System control " + quoted(name) + " is not supported when networkMode=host.");
    }
    const bool of_ipc = name.starts_with("fs.mqueue.") || name.starts_with("kernel.msg") ||
                        name.starts_with("kernel.sem") || name.starts_with("kernel.shm");
    if (!of_ipc && !name.starts_with("net.")) {
      return refuse("System control " + quoted(name) + " is not supported.");
    }
    if (of_ipc && definition.ipcMode == IpcMode::host) {
      return refuse("System control " + quoted(name) + " is not supported when ipcMode=host.");
    }
    return {};
  });
}

}  // namespace troupe::core::rules
