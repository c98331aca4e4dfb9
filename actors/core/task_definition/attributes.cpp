/// What a definition demands of an instance's agent, computed from the features
/// it uses, and the launch types it fits.
///
/// The names are those that Amazon's container agent registers; an instance that
/// lacks one of them refuses the task with the reason ATTRIBUTE.

#include "actors/core/task_definition/rules.hpp"

#include <set>

namespace troupe::core::rules {
namespace {

/// Attributes in the order of their names, each once.
class Demands {
 public:
  /// "com.amazonaws.ecs.capability.NAME": features of the era of Docker API levels.
  void docker_era(const std::string& name) { names_.insert("com.amazonaws.ecs.capability." + name); }
  /// "ecs.capability.NAME": everything newer.
  void capability(const std::string& name) { names_.insert("ecs.capability." + name); }
  void docker_api(const char* version) { docker_era(std::string{"docker-remote-api."} + version); }

  [[nodiscard]] std::vector<Attribute> list() const {
    std::vector<Attribute> attributes;
    attributes.reserve(names_.size());
    for (const std::string& name : names_) {
      attributes.push_back({.name = name, .value = {}, .targetType = {}, .targetId = {}});
    }
    return attributes;
  }

 private:
  std::set<std::string> names_;
};

bool is_ecr_image(std::string_view image) {
  return image.find(".dkr.ecr.") != std::string_view::npos;
}

/// "asm" for Secrets Manager, "ssm" for Parameter Store names and ARNs.
std::string secret_store(const Secret& secret) {
  return text(secret.valueFrom).find(":secretsmanager:") == std::string::npos ? "ssm" : "asm";
}

void log_demands(const TaskDefinition& definition, const ContainerDefinition& container, Demands& demands) {
  if (container.firelensConfiguration && container.firelensConfiguration->type) {
    demands.capability(std::string{"firelens."} + name_of(*container.firelensConfiguration->type));
  }
  if (!container.logConfiguration || !container.logConfiguration->logDriver) return;
  const LogDriver driver = *container.logConfiguration->logDriver;
  demands.docker_era("logging-driver." + log_driver_name(driver));
  demands.docker_api("1.19");
  if (driver == LogDriver::awslogs && definition.executionRoleArn) {
    demands.capability("execution-role-awslogs");
  }
  for (const Secret& secret : items(container.logConfiguration->secretOptions)) {
    demands.capability("secrets." + secret_store(secret) + ".bootstrap.log-driver");
  }
}

void image_demands(const TaskDefinition& definition, const ContainerDefinition& container, Demands& demands) {
  if (container.repositoryCredentials) {
    demands.capability("private-registry-authentication.secretsmanager");
  }
  if (!is_ecr_image(text(container.image))) return;
  demands.docker_era("ecr-auth");
  if (definition.executionRoleArn) demands.capability("execution-role-ecr-pull");
}

void process_demands(const ContainerDefinition& container, Demands& demands) {
  if (is_set(container.privileged)) demands.docker_era("privileged-container");
  if (container.memoryReservation) demands.docker_api("1.21");
  if (container.healthCheck) {
    demands.capability("container-health-check");
    demands.docker_api("1.24");
  }
  if (container.linuxParameters && is_set(container.linuxParameters->initProcessEnabled)) {
    demands.docker_api("1.25");
  }
  if (!items(container.dependsOn).empty() || container.startTimeout || container.stopTimeout) {
    demands.capability("container-ordering");
  }
  if (container.restartPolicy && is_set(container.restartPolicy->enabled)) {
    demands.capability("container-restart-policy");
  }
  for (const std::string& option : items(container.dockerSecurityOptions)) {
    if (option.starts_with("label")) demands.docker_era("selinux");
    if (option.starts_with("apparmor")) demands.docker_era("apparmor");
  }
}

void container_demands(const TaskDefinition& definition, const ContainerDefinition& container,
                       Demands& demands) {
  image_demands(definition, container, demands);
  log_demands(definition, container, demands);
  process_demands(container, demands);
  for (const Secret& secret : items(container.secrets)) {
    demands.capability("secrets." + secret_store(secret) + ".environment-variables");
  }
  if (!items(container.environmentFiles).empty()) demands.capability("env-files.s3");
  for (const PortMapping& mapping : items(container.portMappings)) {
    if (mapping.containerPortRange) demands.capability("network.container-port-range");
  }
  if (!items(container.extraHosts).empty() && network_mode(definition) == NetworkMode::host) {
    demands.docker_api("1.24");
  }
  for (const std::string& spec : items(container.credentialSpecs)) {
    demands.capability(spec.starts_with("credentialspecdomainless:") ? "gmsa-domainless" : "gmsa");
  }
}

void volume_demands(const Volume& volume, Demands& demands) {
  if (volume.dockerVolumeConfiguration) {
    demands.capability("docker-plugin." + volume.dockerVolumeConfiguration->driver.value_or("local"));
  }
  if (volume.efsVolumeConfiguration) {
    const EFSVolumeConfiguration& efs = *volume.efsVolumeConfiguration;
    demands.capability("efs");
    if (efs.authorizationConfig || efs.transitEncryption == EFSTransitEncryption::ENABLED) {
      demands.capability("efsAuth");
    }
  }
  if (volume.s3filesVolumeConfiguration) demands.capability("storage.s3-files");
  if (volume.fsxWindowsFileServerVolumeConfiguration) demands.capability("fsxWindowsFileServer");
  if (is_set(volume.configuredAtLaunch)) demands.capability("storage.ebs-task-volume-attach");
}

}  // namespace

std::vector<Attribute> required_attributes(const TaskDefinition& definition) {
  Demands demands;
  const NetworkMode mode = network_mode(definition);
  demands.docker_api("1.18");
  if (mode == NetworkMode::awsvpc) demands.capability("task-eni");
  if (definition.taskRoleArn) {
    demands.docker_era(mode == NetworkMode::host ? "task-iam-role-network-host" : "task-iam-role");
  }
  if (definition.pidMode || definition.ipcMode) demands.capability("pid-ipc-namespace-sharing");
  if (definition.proxyConfiguration) demands.capability("aws-appmesh");
  if (!items(definition.inferenceAccelerators).empty()) demands.capability("task-eia");
  if (is_set(definition.enableFaultInjection)) demands.capability("fault-injection");
  for (const ContainerDefinition& container : items(definition.containerDefinitions)) {
    container_demands(definition, container, demands);
  }
  for (const Volume& volume : items(definition.volumes)) volume_demands(volume, demands);
  return demands.list();
}

std::vector<Compatibility> compatibilities(const TaskDefinition& definition) {
  std::vector<Compatibility> fits;
  const bool external = network_mode(definition) != NetworkMode::awsvpc && !is_windows(definition);
  if (external) fits.push_back(Compatibility::EXTERNAL);
  fits.push_back(Compatibility::EC2);
  if (requires_compatibility(definition, Compatibility::MANAGED_INSTANCES)) {
    fits.push_back(Compatibility::MANAGED_INSTANCES);
  }
  if (fargate(definition)) fits.push_back(Compatibility::FARGATE);
  return fits;
}

}  // namespace troupe::core::rules
