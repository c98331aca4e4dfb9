/// One container of a task.

#include "api/agent_gateway/payload_task.hpp"

#include "actors/core/task_definition/optional_members.hpp"
#include "api/agent_gateway/docker_texts.hpp"

#include <algorithm>

namespace troupe::api::agent_gateway {
namespace {

using core::ContainerDefinition;
using core::items;
using core::text;

constexpr std::string_view ecr_host = ".dkr.ecr.";

/// An empty list is the same as none: the image's own words.
std::optional<std::vector<std::string>> words(const std::optional<std::vector<std::string>>& list) {
  return items(list).empty() ? std::nullopt : list;
}

/// What ECS sets comes first, so that the definition may set it otherwise.
std::map<std::string, std::string> environment_of(const ContainerDefinition& container) {
  std::map<std::string, std::string> environment{{"AWS_EXECUTION_ENV", "AWS_ECS_EC2"}};
  for (const auto& variable : items(container.environment)) {
    environment[text(variable.name)] = text(variable.value);
  }
  return environment;
}

std::vector<wire::acs::PortMapping> ports_of(core::NetworkMode network,
                                             const ContainerDefinition& container) {
  std::vector<wire::acs::PortMapping> ports;
  if (network == core::NetworkMode::awsvpc) return ports;
  for (const auto& mapping : items(container.portMappings)) {
    wire::acs::PortMapping made;
    made.protocol = mapping.protocol.value_or(core::TransportProtocol::tcp);
    if (mapping.containerPortRange) {
      made.containerPortRange = mapping.containerPortRange;
    } else {
      made.containerPort = mapping.containerPort;
      made.hostPort = mapping.hostPort.value_or(0);
    }
    ports.push_back(std::move(made));
  }
  return ports;
}

/// The region in "arn:aws:ssm:eu-west-1:…"; our own for a plain name.
std::string region_in(const std::string& arn, const core::Realm& realm) {
  if (!arn.starts_with("arn:")) return realm.region;
  std::string_view rest{arn};
  for (int i = 0; i < 3; ++i) rest.remove_prefix(std::min(rest.size(), rest.find(':') + 1));
  const auto region = rest.substr(0, rest.find(':'));
  return region.empty() ? realm.region : std::string{region};
}

wire::acs::Secret secret_of(const core::Secret& secret, wire::acs::SecretTarget target,
                            const core::Realm& realm) {
  const auto& from = text(secret.valueFrom);
  const bool is_asm = from.find(":secretsmanager:") != std::string::npos;
  wire::acs::Secret made;
  made.name = secret.name;
  made.valueFrom = from;
  made.type = wire::acs::SecretType::ENVIRONMENT_VARIABLE;
  made.region = region_in(from, realm);
  made.provider = is_asm ? wire::acs::SecretProvider::asm_ : wire::acs::SecretProvider::ssm;
  made.target = target;
  return made;
}

std::optional<std::vector<wire::acs::Secret>> secrets_of(const ContainerDefinition& container,
                                                         const core::Realm& realm) {
  std::vector<wire::acs::Secret> secrets;
  for (const auto& secret : items(container.secrets)) {
    secrets.push_back(secret_of(secret, wire::acs::SecretTarget::CONTAINER, realm));
  }
  if (container.logConfiguration) {
    for (const auto& secret : items(container.logConfiguration->secretOptions)) {
      secrets.push_back(secret_of(secret, wire::acs::SecretTarget::LOG_DRIVER, realm));
    }
  }
  return secrets.empty() ? std::nullopt : std::optional{std::move(secrets)};
}

/// "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1"
std::optional<wire::acs::ECRAuthData> ecr_of(const std::string& image, bool execution_role) {
  const auto host = std::string_view{image}.substr(0, image.find('/'));
  const auto at = host.find(ecr_host);
  if (at == std::string_view::npos) return std::nullopt;
  const auto after = host.substr(at + ecr_host.size());
  wire::acs::ECRAuthData made;
  made.registryId = std::string{host.substr(0, at)};
  made.region = std::string{after.substr(0, after.find('.'))};
  made.useExecutionRole = execution_role;
  return made;
}

std::optional<wire::acs::RegistryAuthenticationData> registry_login(const ContainerDefinition& container,
                                                                    bool execution_role,
                                                                    const core::Realm& realm) {
  wire::acs::RegistryAuthenticationData made;
  if (container.repositoryCredentials) {
    const auto& parameter = text(container.repositoryCredentials->credentialsParameter);
    made.type = wire::acs::AuthenticationType::asm_;
    made.asmAuthData = {parameter, region_in(parameter, realm)};
    return made;
  }
  made.ecrAuthData = ecr_of(text(container.image), execution_role);
  if (!made.ecrAuthData) return std::nullopt;
  made.type = wire::acs::AuthenticationType::ecr;
  return made;
}

std::optional<std::string> arn_of(const core::Realm& realm, const core::Task& task, const std::string& name) {
  for (const auto& container : task.containers) {
    if (container.name == name) {
      return core::container_arn(realm, task.launch->cluster, task.id, container.id);
    }
  }
  return std::nullopt;
}

bool logs_with_execution_role(const ContainerDefinition& container) {
  return container.logConfiguration && container.logConfiguration->logDriver == core::LogDriver::awslogs;
}

}  // namespace

wire::acs::Container payload_container(const core::Realm& realm, const core::Task& task,
                                       const ContainerDefinition& container) {
  const auto& definition = task.definition->definition;
  const auto network = definition.networkMode.value_or(core::NetworkMode::bridge);
  const bool execution_role = definition.executionRoleArn.has_value();
  wire::acs::Container made;
  made.name = container.name;
  made.image = container.image;
  made.cpu = container.cpu.value_or(0);
  made.memory = container.memory.value_or(0);
  made.essential = container.essential.value_or(true);
  made.command = words(container.command);
  made.entryPoint = words(container.entryPoint);
  made.environment = environment_of(container);
  made.environmentFiles = container.environmentFiles;
  made.overrides = "{}";
  made.portMappings = ports_of(network, container);
  made.mountPoints = items(container.mountPoints);
  made.volumesFrom = items(container.volumesFrom);
  made.links = words(container.links);
  made.dependsOn = container.dependsOn;
  made.startTimeout = container.startTimeout;
  made.stopTimeout = container.stopTimeout;
  made.restartPolicy = container.restartPolicy;
  made.firelensConfiguration = container.firelensConfiguration;
  made.credentialSpecs = words(container.credentialSpecs);
  made.secrets = secrets_of(container, realm);
  made.registryAuthentication = registry_login(container, execution_role, realm);
  if (execution_role && logs_with_execution_role(container)) {
    made.logsAuthStrategy = wire::acs::AuthStrategy::ExecutionRole;
  }
  if (is_health_checked(container)) made.healthCheckType = wire::acs::HealthCheckType::docker;
  made.dockerConfig = {docker_api_version(container), wire::encode(docker_config(container)),
                       wire::encode(docker_host_config(network, container))};
  made.containerArn = arn_of(realm, task, text(container.name));
  return made;
}

}  // namespace troupe::api::agent_gateway
