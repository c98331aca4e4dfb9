/// Effects as text, and small plans.

#include "tests/node/run_driver.hpp"

namespace troupe::node::testing {
namespace {

std::string text(std::size_t number) {
  return std::to_string(number);
}

const char* name_of_timer(TimerKind kind) {
  switch (kind) {
    case TimerKind::pull_again:
      return "pull_again";
    case TimerKind::dependency_limit:
      return "dependency_limit";
    case TimerKind::stop_grace:
      return "stop_grace";
    case TimerKind::still_alive:
      return "still_alive";
    case TimerKind::health_probe:
      return "health_probe";
    case TimerKind::release_again:
      return "release_again";
  }
  return "?";
}

struct Line {
  std::string operator()(const PullImage& e) const { return "pull " + text(e.image); }
  std::string operator()(const CreateSandbox&) const { return "create sandbox"; }
  std::string operator()(const CreateContainer& e) const { return "create " + text(e.container); }
  std::string operator()(const StartContainer& e) const { return "start " + text(e.container); }
  std::string operator()(const LaunchContainer& e) const { return "launch " + text(e.container); }
  std::string operator()(const SignalContainer& e) const {
    return "signal " + text(e.container) + " " + std::to_string(e.signal);
  }
  std::string operator()(const InspectContainer& e) const { return "inspect " + text(e.container); }
  std::string operator()(const ProbeHealth& e) const { return "probe " + text(e.container); }
  std::string operator()(const ReleaseSandbox&) const { return "release"; }
  std::string operator()(const SetTimer& e) const {
    return std::string{"timer "} + name_of_timer(e.timer.kind) + " " + text(e.timer.subject) + " " +
           std::to_string(e.delay.count());
  }
  std::string operator()(const Report& e) const {
    std::string line = std::string{"report "} + core::name_of(e.report->status) + ":";
    for (const auto& container : e.report->containers) {
      line += std::string{" "} + core::name_of(container.status);
      if (container.exit_code) line += "(" + std::to_string(*container.exit_code) + ")";
      const auto health = container.health.value_or(core::HealthStatus::UNKNOWN);
      if (health != core::HealthStatus::UNKNOWN) line += std::string{"/"} + core::name_of(health);
    }
    return line;
  }
};

}  // namespace

std::string line_of(const TaskEffect& effect) {
  return std::visit(Line{}, effect);
}

PlannedContainer planned(const std::string& name, bool essential) {
  PlannedContainer container;
  container.name = name;
  container.image = name + ":1";
  container.essential = essential;
  container.spec.id = "task-" + name;
  container.spec.network = name;
  return container;
}

std::shared_ptr<TaskPlan> plan_of(std::vector<PlannedContainer> containers) {
  auto plan = std::make_shared<TaskPlan>();
  plan->sandbox.id = "task";
  plan->containers = std::move(containers);
  return plan;
}

void depends(TaskPlan& plan, std::size_t index, std::size_t on, core::ContainerCondition condition) {
  plan.containers[index].dependencies.push_back({on, condition});
}

Lines RunDriver::on(const TaskEvent& event) {
  Lines lines;
  for (const auto& effect : advance(run, event, now)) {
    lines.push_back(line_of(effect));
    if (const auto* report = std::get_if<Report>(&effect)) last_report = report->report;
  }
  return lines;
}

Lines RunDriver::started(ContainerIndex c) {
  runtime::ContainerStatus status;
  status.id = run.plan->containers[c].spec.id;
  status.state = runtime::ContainerState::running;
  status.started_at = now;
  return on(ContainerStarted{c, std::move(status)});
}

Lines RunDriver::exited(ContainerIndex c, int code, bool out_of_memory) {
  return on(ContainerExited{c, {code, out_of_memory, now}});
}

void RunDriver::bring_up() {
  begun();
  for (ImageIndex image = 0; image < run.images.size(); ++image) pulled(image);
  sandbox();
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) created(c);
  for (ContainerIndex c = 0; c < run.containers.size(); ++c) {
    if (run.containers[c].phase == ContainerPhase::starting) started(c);
  }
}

}  // namespace troupe::node::testing
