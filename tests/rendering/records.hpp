#pragma once

/// Records as the control plane keeps them, for tests of what is made of them.

#include "actors/core/records/cluster.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/task.hpp"

#include <memory>

namespace troupe::testing {

inline core::TaskDefinitionPtr web_definition() {
  auto record = std::make_shared<core::TaskDefinitionRecord>();
  auto& definition = record->definition;
  definition.taskDefinitionArn = "arn:aws:ecs:us-east-1:000000000000:task-definition/web:3";
  definition.family = "web";
  definition.revision = 3;
  definition.status = core::TaskDefinitionStatus::ACTIVE;
  definition.networkMode = core::NetworkMode::bridge;
  core::ContainerDefinition nginx;
  nginx.name = "nginx";
  nginx.image = "nginx:1";
  nginx.cpu = 256;
  nginx.memory = 128;
  core::ContainerDefinition side;
  side.name = "side";
  side.image = "side:2";
  side.cpu = 0;
  side.memoryReservation = 64;
  definition.containerDefinitions = std::vector{nginx, side};
  record->tags = {{"stack", "one"}};
  return record;
}

/// A RUNNING task of `web_definition` in the cluster "prod".
inline std::shared_ptr<core::Task> web_task() {
  auto launch = std::make_shared<core::TaskLaunch>();
  launch->cluster = "prod";
  launch->family = "web";
  launch->revision = 3;
  launch->group = "family:web";
  launch->started_by = "me";
  launch->tags = {{"team", "blue"}};
  launch->size.cpu = {256};
  launch->size.memory = {192};
  core::TaskOverride overrides;
  overrides.containerOverrides.emplace();
  auto& changed = overrides.containerOverrides->emplace_back();
  changed.name = "side";
  changed.cpu = 32;
  launch->overrides = overrides;

  auto task = std::make_shared<core::Task>();
  task->id = core::TaskId{{1, 2}};
  task->instance = core::InstanceId{{3, 4}};
  task->last_status = core::TaskStatus::RUNNING;
  task->version = 4;
  task->availability_zone = "us-east-1a";
  task->created_at = core::from_epoch_ms(1'768'464'550'123);
  task->updated_at = core::from_epoch_ms(1'768'464'551'000);
  task->started_at = core::from_epoch_ms(1'768'464'551'000);
  task->connectivity_at = core::from_epoch_ms(1'768'464'550'500);
  task->launch = launch;
  task->definition = web_definition();
  core::Container nginx;
  nginx.id = core::Uuid{{5, 6}};
  nginx.name = "nginx";
  nginx.last_status = core::ContainerStatus::RUNNING;
  nginx.runtime_id = "abc";
  nginx.image_digest = "sha256:1";
  core::NetworkBinding binding;
  binding.bindIP = "0.0.0.0";
  binding.containerPort = 80;
  binding.hostPort = 32768;
  binding.protocol = core::TransportProtocol::tcp;
  nginx.bindings = {binding};
  core::Container side;
  side.id = core::Uuid{{7, 8}};
  side.name = "side";
  side.last_status = core::ContainerStatus::STOPPED;
  side.exit_code = 3;
  task->containers = {nginx, side};
  return task;
}

inline std::shared_ptr<core::ContainerInstance> host_instance() {
  auto record = std::make_shared<core::ContainerInstance>();
  record->id = core::InstanceId{{3, 4}};
  record->cluster = "prod";
  record->host_id = "host-1";
  record->agent_connected = true;
  record->version = 9;
  record->registered.cpu = {2048};
  record->registered.memory = {4096};
  record->registered.tcp_ports = {22};
  record->used.cpu = {256};
  record->used.memory = {192};
  record->used.tcp_ports = {8080};
  record->running_tasks = 1;
  record->registered_at = core::from_epoch_ms(1'768'464'000'000);
  record->updated_at = core::from_epoch_ms(1'768'464'551'000);
  record->attributes = {{"ecs.os-type", "linux", {}, {}}};
  record->version_info.agentVersion = "1.0.0";
  record->tags = {{"rack", "7"}};
  return record;
}

}  // namespace troupe::testing
