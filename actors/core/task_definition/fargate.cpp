/// What Fargate demands of a definition, with AWS's words: at registration of those that ask for it, and of a
/// FARGATE task as its overrides make it.

#include "actors/core/task_definition/rules.hpp"
#include "actors/core/task_definition/task_size.hpp"

#include <algorithm>
#include <array>

namespace troupe::core::rules {
namespace {

/// One row of Fargate's table: memory from `least` to `most` in steps of `step`.
struct FargateSize {
  std::int64_t cpu;
  std::int64_t least;
  std::int64_t most;
  std::int64_t step;
};

constexpr std::array<FargateSize, 8> fargate_sizes = {{{256, 512, 512, 512},
                                                       {256, 1024, 2048, 1024},
                                                       {512, 1024, 4096, 1024},
                                                       {1024, 2048, 8192, 1024},
                                                       {2048, 4096, 16384, 1024},
                                                       {4096, 8192, 30720, 1024},
                                                       {8192, 16384, 61440, 4096},
                                                       {16384, 32768, 122880, 8192}}};
constexpr CpuUnits windows_cpu_min{1024};
constexpr std::int32_t timeout_seconds_max = 120;

Checked unsupported(const char* member) {
  return refuse(std::string{"Fargate compatible task definitions do not support "} + member);
}

Checked size(const TaskDefinition& definition) {
  if (!definition.cpu) return refuse("Fargate requires that 'cpu' be defined at the task level.");
  if (!definition.memory) return refuse("Fargate requires that 'memory' be defined at the task level.");
  const CpuUnits cpu = parse_task_cpu(*definition.cpu).value_or(CpuUnits{});
  const MemoryMib memory = parse_task_memory(*definition.memory).value_or(MemoryMib{});
  const bool listed = std::ranges::any_of(fargate_sizes, [&](const FargateSize& row) {
    return cpu.count == row.cpu && memory.count >= row.least && memory.count <= row.most &&
           memory.count % row.step == 0;
  });
  if (listed && !(is_windows(definition) && cpu < windows_cpu_min)) return {};
  return refuse("No Fargate configuration exists for given values: " + std::to_string(cpu.count) + " CPU, " +
                std::to_string(memory.count) +
                " memory. See the Amazon ECS documentation for the valid values.");
}

Checked task_settings(const TaskDefinition& definition) {
  if (definition.pidMode == PidMode::host) {
    return refuse(
        "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode "
        "is 'task'.");
  }
  if (definition.ipcMode) return refuse("Tasks using the Fargate launch type do not support ipcMode.");
  if (!items(definition.placementConstraints).empty()) return unsupported("constraints");
  return each(items(definition.volumes), [](const Volume& volume) -> Checked {
    if (volume.host && volume.host->sourcePath) return unsupported("sourcePath");
    if (volume.dockerVolumeConfiguration) return unsupported("dockerVolumeConfiguration");
    return {};
  });
}

Checked linux_settings(const LinuxParameters& parameters) {
  if (!items(parameters.devices).empty()) return unsupported("devices");
  if (parameters.sharedMemorySize) return unsupported("sharedMemorySize");
  if (parameters.maxSwap) return unsupported("maxSwap");
  if (parameters.swappiness) return unsupported("swappiness");
  if (!parameters.capabilities) return {};
  return each(items(parameters.capabilities->add), [](const std::string& capability) -> Checked {
    return capability == "SYS_PTRACE" ? Checked{} : refuse(capability + " is not allowed on Fargate.");
  });
}

Checked log_settings(const TaskDefinition& definition, const LogConfiguration& configuration) {
  if (!configuration.logDriver) return {};
  const LogDriver driver = *configuration.logDriver;
  if (driver != LogDriver::awslogs && driver != LogDriver::splunk && driver != LogDriver::awsfirelens) {
    return refuse(log_driver_name(driver) +
                  " is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]");
  }
  if (driver == LogDriver::awslogs && text(definition.executionRoleArn).empty()) {
    return refuse(
        "Fargate requires task definition to have execution role ARN to support log driver awslogs.");
  }
  return {};
}

Checked timeouts_within(const ContainerDefinition& container) {
  if (container.startTimeout.value_or(0) > timeout_seconds_max) {
    return refuse(
        "Tasks using the Fargate launch type must have a container start timeout of less than 120 seconds.");
  }
  if (container.stopTimeout.value_or(0) > timeout_seconds_max) {
    return refuse(
        "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.");
  }
  return {};
}

Checked container_settings(const TaskDefinition& definition, const ContainerDefinition& container) {
  if (is_set(container.privileged)) {
    return refuse("Fargate requires that the 'privileged' setting be 'false'.");
  }
  if (!items(container.dockerSecurityOptions).empty()) return unsupported("dockerSecurityOptions");
  for (const ResourceRequirement& requirement : items(container.resourceRequirements)) {
    if (requirement.type == ResourceType::GPU) {
      return refuse("Tasks using the Fargate launch type do not support GPU resource requirements.");
    }
  }
  for (const Ulimit& limit : items(container.ulimits)) {
    if (limit.name && *limit.name != UlimitName::nofile) {
      return unsupported((std::string{"ulimit "} + name_of(*limit.name)).c_str());
    }
  }
  if (container.linuxParameters) {
    if (Checked checked = linux_settings(*container.linuxParameters); !checked) return checked;
  }
  if (container.logConfiguration) {
    if (Checked checked = log_settings(definition, *container.logConfiguration); !checked) return checked;
  }
  return timeouts_within(container);
}

}  // namespace

Checked fargate(const TaskDefinition& definition) {
  if (network_mode(definition) != NetworkMode::awsvpc) {
    return refuse("Fargate only supports network mode ‘awsvpc’.");
  }
  if (Checked checked = size(definition); !checked) return checked;
  if (Checked checked = task_settings(definition); !checked) return checked;
  return each_container<container_settings>(definition);
}

Checked fargate_if_required(const TaskDefinition& definition) {
  return requires_compatibility(definition, Compatibility::FARGATE) ? fargate(definition) : Checked{};
}

}  // namespace troupe::core::rules
