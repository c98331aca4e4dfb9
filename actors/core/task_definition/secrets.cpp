/// Environment, environment files, secrets, the role that fetches them, and the task's own.

#include "actors/core/task_definition/rules.hpp"
#include "actors/core/task_roles.hpp"

#include <algorithm>
#include <set>

namespace troupe::core::rules {
namespace {

constexpr std::size_t environment_files_max = 10;

/// arn:partition:service:region:account:resource → the service; "" when it is no ARN.
std::string_view arn_service(std::string_view arn) {
  if (!arn.starts_with("arn:") || std::ranges::count(arn, ':') < 5) return {};
  const std::size_t partition_end = arn.find(':', 4);
  const std::size_t service_end = arn.find(':', partition_end + 1);
  return arn.substr(partition_end + 1, service_end - partition_end - 1);
}

Checked secret(const Secret& secret) {
  if (text(secret.name).empty()) return refuse("Secret.name should not be null or empty.");
  const std::string& source = text(secret.valueFrom);
  if (source.empty()) return refuse("Secret.valueFrom should not be null or empty.");
  if (!source.starts_with("arn:")) return {};
  const std::string_view service = arn_service(source);
  return service == "secretsmanager" || service == "ssm" ? Checked{} : refuse("Invalid arn syntax");
}

Checked secrets(const ContainerDefinition& container) {
  std::set<std::string_view> names;
  for (const KeyValuePair& variable : items(container.environment)) names.insert(text(variable.name));
  return each(items(container.secrets), [&](const Secret& wanted) -> Checked {
    if (Checked checked = secret(wanted); !checked) return checked;
    if (names.insert(text(wanted.name)).second) return {};
    return refuse(
        "The secret name must be unique and not shared with any new or existing environment variables set "
        "on the container, such as " +
        quoted(text(wanted.name)) + ".");
  });
}

Checked environment_files(const ContainerDefinition& container) {
  const auto& files = items(container.environmentFiles);
  if (files.size() > environment_files_max) {
    return refuse("The maximum number of environment files was exceeded. Specify ten or less and try again.");
  }
  return each(files, [](const EnvironmentFile& file) -> Checked {
    if (!file.type) return refuse("EnvironmentFile.type should not be null or empty.");
    const std::string& value = text(file.value);
    if (arn_service(value) != "s3") return refuse("Invalid arn syntax");
    return value.ends_with(".env") ? Checked{}
                                   : refuse("Environment files must have the .env file extension.");
  });
}

}  // namespace

Checked environment_and_secrets(const TaskDefinition& /*definition*/, const ContainerDefinition& container) {
  for (const KeyValuePair& variable : items(container.environment)) {
    if (text(variable.name).empty()) {
      return refuse("Environment variable names of container " + quoted(text(container.name)) +
                    " should not be null or empty.");
    }
  }
  if (Checked checked = environment_files(container); !checked) return checked;
  if (Checked checked = secrets(container); !checked) return checked;
  if (container.logConfiguration) {
    const auto& options = items(container.logConfiguration->secretOptions);
    if (Checked checked = each(options, secret); !checked) return checked;
  }
  if (container.repositoryCredentials &&
      text(container.repositoryCredentials->credentialsParameter).empty()) {
    return refuse("repositoryCredentials.credentialsParameter should not be null or empty.");
  }
  return {};
}

Checked roles(const TaskDefinition& definition) {
  for (const auto* role : {&definition.taskRoleArn, &definition.executionRoleArn}) {
    if (!text(*role).empty() && !is_role_reference(text(*role))) return refuse("Role is not valid");
  }
  return {};
}

Checked execution_role(const TaskDefinition& definition) {
  if (!text(definition.executionRoleArn).empty()) return {};
  return each(items(definition.containerDefinitions), [](const ContainerDefinition& container) -> Checked {
    const bool in_log =
        container.logConfiguration && !items(container.logConfiguration->secretOptions).empty();
    if (!items(container.secrets).empty() || in_log) {
      return refuse(
          "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.");
    }
    return {};
  });
}

}  // namespace troupe::core::rules
