/// The rules of networkConfiguration.

#include "actors/core/task_definition/run_options.hpp"

#include "actors/core/task_definition/optional_members.hpp"

namespace troupe::core {
namespace {

constexpr std::size_t subnets_max = 16;
constexpr std::size_t security_groups_max = 5;

}  // namespace

Result<void> validate_network_configuration(const TaskDefinition& definition,
                                            const std::optional<NetworkConfiguration>& configuration,
                                            LaunchType launch_type) {
  const bool given = configuration && configuration->awsvpcConfiguration;
  if (definition.networkMode != NetworkMode::awsvpc) {
    if (!given) return {};
    return invalid_parameter(
        "Network Configuration is not valid for the given networkMode of this task definition.");
  }
  if (!given) {
    return invalid_parameter(
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const AwsVpcConfiguration& awsvpc = *configuration->awsvpcConfiguration;
  const auto& subnets = items(awsvpc.subnets);
  if (subnets.empty()) return invalid_parameter("subnets can not be empty.");
  if (subnets.size() > subnets_max) return invalid_parameter("subnets can have at most 16 items.");
  if (items(awsvpc.securityGroups).size() > security_groups_max) {
    return invalid_parameter("securityGroups can have at most 5 items.");
  }
  if (awsvpc.assignPublicIp == AssignPublicIp::ENABLED && launch_type != LaunchType::FARGATE) {
    return invalid_parameter("Assign public IP is not supported for this launch type.");
  }
  return {};
}

}  // namespace troupe::core
