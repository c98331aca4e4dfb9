/// What all events have in common.

#include "actors/core/events.hpp"

#include "actors/core/store.hpp"

namespace troupe::core {
namespace {

struct ClusterName {
  const std::string& operator()(const TaskStateChange& e) const { return e.task->launch->cluster; }
  const std::string& operator()(const InstanceStateChange& e) const { return e.instance->cluster; }
  const std::string& operator()(const ClusterStateChange& e) const { return e.cluster->name; }
  const std::string& operator()(const ServiceAction& e) const { return e.cluster; }
  const std::string& operator()(const DeploymentStateChange& e) const { return e.cluster; }
};

struct DetailType {
  const char* operator()(const TaskStateChange&) const { return "ECS Task State Change"; }
  const char* operator()(const InstanceStateChange&) const { return "ECS Container Instance State Change"; }
  const char* operator()(const ClusterStateChange&) const { return "ECS Cluster State Change"; }
  const char* operator()(const ServiceAction&) const { return "ECS Service Action"; }
  const char* operator()(const DeploymentStateChange&) const { return "ECS Deployment State Change"; }
};

struct ResourceKey {
  std::string operator()(const TaskStateChange& e) const {
    return task_key(e.task->launch->cluster, e.task->id);
  }
  std::string operator()(const InstanceStateChange& e) const {
    return instance_key(e.instance->cluster, e.instance->id);
  }
  std::string operator()(const ClusterStateChange& e) const { return cluster_key(e.cluster->name); }
  std::string operator()(const ServiceAction& /*e*/) const { return {}; }
  std::string operator()(const DeploymentStateChange& /*e*/) const { return {}; }
};

}  // namespace

const std::string& cluster_of(const EventBody& body) {
  return std::visit(ClusterName{}, body);
}

std::optional<std::string> service_of(const EventBody& body) {
  if (const auto* action = std::get_if<ServiceAction>(&body)) return action->service;
  if (const auto* change = std::get_if<DeploymentStateChange>(&body)) return change->service;
  return std::nullopt;
}

const char* detail_type(const EventBody& body) {
  return std::visit(DetailType{}, body);
}

std::string resource_key(const EventBody& body) {
  return std::visit(ResourceKey{}, body);
}

}  // namespace troupe::core
