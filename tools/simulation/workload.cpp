/// The callers.

#include "tools/simulation/workload.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace troupe::simulation {
namespace {

using namespace std::chrono_literals;

/// web: one container; pair: two; port: a fixed host port; checked: with a health
/// check; job: ends by itself.
constexpr std::array<const char*, 5> families{"web", "pair", "port", "checked", "job"};

core::ContainerDefinition container_of(const std::string& name, const std::string& image,
                                       std::int32_t memory) {
  core::ContainerDefinition made;
  made.name = name;
  made.image = image;
  made.memory = memory;
  made.cpu = 128;
  made.essential = true;
  return made;
}

}  // namespace

Workload::Workload(VirtualCluster& world, const Referee& referee, std::uint64_t seed)
    : world_(world), referee_(referee), dice_(seed) {}

runtime::ImageScript Workload::good_script(const std::string& image) {
  runtime::ImageScript script;
  if (image.starts_with("job")) script.run_time = 40s;
  return script;
}

core::TaskDefinition Workload::definition(const std::string& family, const std::string& image) const {
  core::TaskDefinition made;
  made.family = family;
  made.networkMode = core::NetworkMode::bridge;
  auto main = container_of("main", image, family == "pair" ? 256 : 512);
  if (family == "port") {
    core::PortMapping mapping;
    mapping.containerPort = 80;
    mapping.hostPort = 8080;
    main.portMappings = std::vector{mapping};
  }
  if (family == "checked") {
    core::HealthCheck check;
    check.command = std::vector<std::string>{"CMD", "/ok"};
    check.interval = 10;
    main.healthCheck = check;
  }
  made.containerDefinitions = std::vector{main};
  if (family == "pair") made.containerDefinitions->push_back(container_of("side", "side:1", 128));
  return made;
}

void Workload::begin() {
  (void)world_.ask(core::ClusterCommand{core::CreateCluster{}}, "default");
  for (const std::string family : families) {
    const auto image = family + ":0";
    images_.push_back(image);
    (void)world_.ask(core::RegistryCommand{core::RegisterTaskDefinition{definition(family, image), {}, {}}});
  }
}

void Workload::ask(const std::string& what, VirtualCluster::Command command,
                   std::function<void(const core::Reply&)> then) {
  ++counts_[what];
  world_.note("ask " + what);
  world_.call(
      std::move(command),
      [this, what, then](const core::Outcome* outcome) {
        if (outcome == nullptr) {
          ++counts_["unanswered"];
        } else if (!*outcome) {
          ++counts_["refused"];
          world_.note(what + " is refused: " + outcome->error().message);
        } else if (then) {
          then(**outcome);
        }
      },
      "default");
}

void Workload::act() {
  const auto dice = below(100);
  if (dice < 30) return run_tasks();
  if (dice < 42) return stop_task();
  if (dice < 58) return create_service();
  if (dice < 80) return update_service();
  if (dice < 84) return delete_service();
  if (dice < 90) return register_revision();
  if (dice < 96) return change_instance();
  protect_task();
}

std::string Workload::draw_family() {
  return families[below(families.size())];
}

std::vector<core::PlacementStrategy> Workload::draw_placement() {
  core::PlacementStrategy one;
  switch (below(4)) {
    case 0:
      one.type = core::PlacementStrategyType::binpack;
      one.field = "memory";
      return {one};
    case 1:
      one.type = core::PlacementStrategyType::spread;
      one.field = "attribute:ecs.availability-zone";
      return {one};
    case 2:
      one.type = core::PlacementStrategyType::random;
      return {one};
    default:
      return {};
  }
}

void Workload::run_tasks() {
  core::RunTask command;
  command.task_definition = below(3) == 0 ? "job" : draw_family();
  command.count = static_cast<std::int32_t>(1 + below(6));
  command.strategies = draw_placement();
  if (below(6) == 0) {
    core::PlacementConstraint distinct;
    distinct.type = core::PlacementConstraintType::distinctInstance;
    command.constraints = {distinct};
  }
  ask("RunTask", core::ClusterCommand{command}, [this](const core::Reply& reply) {
    for (const auto& task : std::get<core::TasksReply>(reply).tasks) known_tasks_.push_back(task->id);
  });
}

void Workload::stop_task() {
  if (known_tasks_.empty()) return run_tasks();
  const auto at = below(known_tasks_.size());
  const auto id = known_tasks_[at];
  known_tasks_.erase(known_tasks_.begin() + static_cast<std::ptrdiff_t>(at));
  ask("StopTask", core::ClusterCommand{core::StopTask{core::to_string(id), {}}});
}

void Workload::create_service() {
  core::CreateService command;
  command.name = "service-" + std::to_string(below(5));
  command.task_definition = families[below(families.size() - 1)];
  command.desired_count = static_cast<std::int32_t>(below(6));
  command.placement = draw_placement();
  core::DeploymentConfiguration how;
  constexpr std::array<std::pair<int, int>, 4> percents{{{100, 200}, {50, 100}, {50, 150}, {0, 200}}};
  const auto [least, most] = percents[below(percents.size())];
  how.minimumHealthyPercent = least;
  how.maximumPercent = most;
  if (below(2) == 0) {
    how.deploymentCircuitBreaker = core::DeploymentCircuitBreaker{};
    how.deploymentCircuitBreaker->enable = true;
    how.deploymentCircuitBreaker->rollback = below(2) == 0;
  }
  if (below(5) == 0) {
    command.scheduling_strategy = core::SchedulingStrategy::DAEMON;
    command.desired_count.reset();
    command.placement.clear();
    how.minimumHealthyPercent = 0;
    how.maximumPercent = 100;
  }
  command.deployment_configuration = how;
  ask("CreateService", core::ClusterCommand{core::ServiceCommand{command}});
}

const core::Service* Workload::draw_service() {
  std::vector<const core::Service*> active;
  for (const auto& [name, service] : referee_.services()) {
    if (service->status == core::ServiceStatus::ACTIVE) active.push_back(service.get());
  }
  return active.empty() ? nullptr : active[below(active.size())];
}

void Workload::update_service() {
  const auto* service = draw_service();
  if (service == nullptr) return create_service();
  core::UpdateService command;
  command.service = service->name;
  const auto dice = below(10);
  if (dice < 4 && service->strategy == core::SchedulingStrategy::REPLICA) {
    command.desired_count = static_cast<std::int32_t>(below(7));
  } else if (dice < 8) {
    command.task_definition = families[below(families.size() - 1)];
  } else {
    command.force_new_deployment = true;
  }
  ask("UpdateService", core::ClusterCommand{core::ServiceCommand{command}});
}

void Workload::delete_service() {
  const auto* service = draw_service();
  if (service == nullptr) return;
  ask("DeleteService", core::ClusterCommand{core::ServiceCommand{core::DeleteService{service->name, true}}});
}

/// A new version, and one of its images in six is no good.
void Workload::register_revision() {
  const auto family = draw_family();
  const auto image = family + ":" + std::to_string(++last_image_);
  images_.push_back(image);
  auto script = good_script(image);
  switch (below(6)) {
    case 0:
      script.run_time = 3s;
      script.exit_code = 1;
      break;
    case 1:
      script.pull_failure =
          runtime::ScriptedFailure{{runtime::FailureKind::not_found, "manifest unknown"}, 3};
      break;
    case 2:
      script.stop_delay = 20s;
      break;
    case 3:
      script.stop_delay.reset();
      break;
    default:
      break;
  }
  world_.scripts().images[image] = script;
  for (const auto& [name, host] : world_.hosts()) host->set_script(image, script);
  ask("RegisterTaskDefinition",
      core::RegistryCommand{core::RegisterTaskDefinition{definition(family, image), {}, {}}});
}

std::vector<core::InstanceId> Workload::live_instances() const {
  std::vector<core::InstanceId> found;
  for (const auto& [id, instance] : referee_.instances()) {
    if (instance->status != core::InstanceStatus::INACTIVE) found.push_back(id);
  }
  return found;
}

void Workload::change_instance() {
  const auto instances = live_instances();
  if (instances.empty()) return;
  const auto id = core::to_string(instances[below(instances.size())]);
  const auto dice = below(10);
  if (dice == 0) {
    ask("DeregisterContainerInstance",
        core::ClusterCommand{core::InstanceCommand{core::DeregisterContainerInstance{id, true}}});
    return;
  }
  core::UpdateContainerInstancesState command;
  command.instances = {id};
  command.status = dice < 4 ? core::InstanceStatus::DRAINING : core::InstanceStatus::ACTIVE;
  ask("UpdateContainerInstancesState", core::ClusterCommand{core::InstanceCommand{command}});
}

void Workload::protect_task() {
  std::vector<core::TaskId> running;
  for (const auto& [id, task] : referee_.tasks()) {
    if (task->last_status == core::TaskStatus::RUNNING && core::service_of(*task)) running.push_back(id);
  }
  if (running.empty()) return;
  std::ranges::sort(running);
  core::UpdateTaskProtection command;
  command.tasks = {core::to_string(running[below(running.size())])};
  command.enabled = below(3) != 0;
  command.expires_in_minutes = 5;
  ask("UpdateTaskProtection", core::ClusterCommand{core::InstanceCommand{command}});
}

void Workload::calm_down() {
  for (const auto& image : images_) {
    world_.scripts().images[image] = good_script(image);
    for (const auto& [name, host] : world_.hosts()) host->set_script(image, good_script(image));
  }
  core::UpdateContainerInstancesState active;
  for (const auto& id : live_instances()) active.instances.push_back(core::to_string(id));
  if (!active.instances.empty()) {
    ask("UpdateContainerInstancesState", core::ClusterCommand{core::InstanceCommand{active}});
  }
  for (const auto& [id, task] : referee_.tasks()) {
    if (core::holds_resources(*task) && !core::service_of(*task)) {
      ask("StopTask", core::ClusterCommand{core::StopTask{core::to_string(id), {}}});
    }
  }
  for (const auto& [name, service] : referee_.services()) {
    if (service->status != core::ServiceStatus::ACTIVE) continue;
    core::UpdateService command;
    command.service = name;
    if (service->strategy == core::SchedulingStrategy::REPLICA) command.desired_count = 2;
    command.task_definition = "web";
    command.force_new_deployment = true;
    ask("UpdateService", core::ClusterCommand{core::ServiceCommand{command}});
  }
}

void Workload::end_all() {
  for (const auto& [name, service] : referee_.services()) {
    if (service->status != core::ServiceStatus::ACTIVE) continue;
    ask("DeleteService", core::ClusterCommand{core::ServiceCommand{core::DeleteService{name, true}}});
  }
  for (const auto& [id, task] : referee_.tasks()) {
    if (core::holds_resources(*task) && !core::service_of(*task)) {
      ask("StopTask", core::ClusterCommand{core::StopTask{core::to_string(id), {}}});
    }
  }
}

}  // namespace troupe::simulation
