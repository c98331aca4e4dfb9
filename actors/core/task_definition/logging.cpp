/// Log drivers and their options, and FireLens.

#include "actors/core/task_definition/rules.hpp"

#include <algorithm>

namespace troupe::core::rules {
namespace {

bool routes_through_firelens(const ContainerDefinition& container) {
  return container.logConfiguration && container.logConfiguration->logDriver == LogDriver::awsfirelens;
}

bool is_log_router(const ContainerDefinition& container) {
  return container.firelensConfiguration.has_value();
}

Checked awslogs_options(const LogConfiguration& configuration) {
  std::string missing;
  for (const char* option : {"awslogs-region", "awslogs-group"}) {
    if (configuration.options && configuration.options->contains(option)) continue;
    missing += (missing.empty() ? "" : ", ") + std::string{option};
  }
  return missing.empty() ? Checked{} : refuse("Log driver awslogs requires options: " + missing);
}

/// `max-size` of the json-file driver: digits and an optional k, m or g.
bool is_log_size(std::string_view size) {
  if (!size.empty() && std::string_view{"kmg"}.find(size.back()) != std::string_view::npos) {
    size.remove_suffix(1);
  }
  return !size.empty() && size.size() <= 12 &&
         std::ranges::all_of(size, [](char c) { return c >= '0' && c <= '9'; });
}

Checked json_file_options(const ContainerDefinition& container, const LogConfiguration& configuration) {
  if (!configuration.options) return {};
  const auto size = configuration.options->find("max-size");
  const bool size_valid = size == configuration.options->end() || is_log_size(size->second);
  const auto files = configuration.options->find("max-file");
  const bool files_valid = files == configuration.options->end() ||
                           (!files->second.empty() && files->second.size() <= 4 && files->second != "0" &&
                            std::ranges::all_of(files->second, [](char c) { return c >= '0' && c <= '9'; }));
  if (size_valid && files_valid) return {};
  return refuse("Invalid '" + std::string{size_valid ? "max-file" : "max-size"} +
                "' option of log driver json-file for container " + quoted(text(container.name)) + ".");
}

}  // namespace

Checked logging(const TaskDefinition& /*definition*/, const ContainerDefinition& container) {
  if (!container.logConfiguration) return {};
  const LogConfiguration& configuration = *container.logConfiguration;
  if (!configuration.logDriver) {
    return refuse("Log driver of container " + quoted(text(container.name)) +
                  " should not be null or empty.");
  }
  if (configuration.logDriver == LogDriver::awslogs) return awslogs_options(configuration);
  if (configuration.logDriver == LogDriver::json_file) return json_file_options(container, configuration);
  return {};
}

Checked firelens(const TaskDefinition& definition) {
  const auto& containers = items(definition.containerDefinitions);
  const auto routers = std::ranges::count_if(containers, is_log_router);
  const bool routed = std::ranges::any_of(containers, routes_through_firelens);
  if (routed && routers == 0) {
    return refuse(
        "When awsfirelens log driver is specified in log configuration, a firelens configuration object "
        "must be configured in one of the containers.");
  }
  if (routers > 0 && !routed) {
    return refuse(
        "When a firelensConfiguration object is specified, at least one container has to be configured "
        "with the awsfirelens log driver.");
  }
  if (routers > 1) return refuse("Only one container of a task can have a firelensConfiguration object.");
  return each(containers, [](const ContainerDefinition& container) -> Checked {
    if (!container.firelensConfiguration || container.firelensConfiguration->type) return {};
    return refuse("firelensConfiguration requires a type.");
  });
}

}  // namespace troupe::core::rules
