/// How many instances tasks need, and the steps towards that.

#include "actors/core/managed_scaling.hpp"

#include <algorithm>
#include <map>

namespace troupe::core {
namespace {

constexpr int target_default = 100;
constexpr int step_min_default = 1;
constexpr int step_max_default = 10'000;
constexpr int warmup_default_s = 300;

struct ScalingRules {
  int target;
  int step_min;
  int step_max;
  Millis warmup;
  bool drains;
};

ScalingRules rules_of(const AutoScalingGroupProvider& provider) {
  const auto scaling = provider.managedScaling.value_or(ManagedScaling{});
  return {scaling.targetCapacity.value_or(target_default),
          scaling.minimumScalingStepSize.value_or(step_min_default),
          scaling.maximumScalingStepSize.value_or(step_max_default),
          std::chrono::seconds{scaling.instanceWarmupPeriod.value_or(warmup_default_s)},
          provider.managedDraining.value_or(ManagedDraining::ENABLED) == ManagedDraining::ENABLED};
}

std::int64_t rounded_up(std::int64_t sum, std::int64_t each) {
  return each > 0 ? (sum + each - 1) / each : 0;
}

/// Tasks that want one port of the host cannot share an instance.
int most_of_one_port(const std::vector<TaskSize>& tasks) {
  std::map<std::pair<bool, std::uint16_t>, int> wanted;
  int most = 0;
  for (const auto& task : tasks) {
    for (const auto port : task.tcp_ports) most = std::max(most, ++wanted[{true, port}]);
    for (const auto port : task.udp_ports) most = std::max(most, ++wanted[{false, port}]);
  }
  return most;
}

/// When this idle instance may be ended.
Time due_of(const ScalingInstance& instance, const ScalingRules& rules) {
  return std::max(instance.registered_at, instance.idle_since) + rules.warmup;
}

int within(int value, int low, int high) {
  return std::max(low, std::min(value, high));
}

/// Ends what drains and is empty; the rest of those that drain count no more.
void finish_draining(const ScalingView& view, ScalingPlan& plan) {
  for (const auto& instance : view.instances) {
    if (instance.draining && instance.tasks + instance.daemons == 0) plan.end.push_back(instance.id);
  }
}

/// Of the idle ones those that have been idle longest.
void scale_in(const ScalingView& view, const ScalingRules& rules, int count, Time now, ScalingPlan& plan) {
  std::vector<const ScalingInstance*> idle;
  for (const auto& instance : view.instances) {
    if (!instance.draining && instance.tasks == 0) idle.push_back(&instance);
  }
  std::ranges::sort(idle, {}, [&](const auto* instance) { return due_of(*instance, rules); });
  for (const auto* instance : idle) {
    if (count-- <= 0) return;
    const auto due = due_of(*instance, rules);
    if (due > now) {
      plan.look_again_at = due;
      return;
    }
    (rules.drains ? plan.drain : plan.end).push_back(instance->id);
  }
}

}  // namespace

int instances_needed(const std::vector<TaskSize>& tasks, const Capacity& offer) {
  if (tasks.empty()) return 0;
  std::int64_t cpu = 0;
  std::int64_t memory = 0;
  std::int64_t gpus = 0;
  for (const auto& task : tasks) {
    cpu += task.cpu.count;
    memory += task.memory.count;
    gpus += task.gpus;
  }
  const auto by_size = std::max({std::int64_t{1}, rounded_up(cpu, offer.cpu.count),
                                 rounded_up(memory, offer.memory.count), rounded_up(gpus, offer.gpus)});
  const auto bounded = std::min(by_size, static_cast<std::int64_t>(tasks.size()));
  return std::max(static_cast<int>(bounded), most_of_one_port(tasks));
}

double reservation(int needed, int instances) {
  if (instances == 0) return needed == 0 ? 100 : 200;
  return 100.0 * needed / instances;
}

ScalingPlan plan_scaling(const ScalingView& view, Time now) {
  const auto rules = rules_of(view.rules);
  ScalingPlan plan;
  finish_draining(view, plan);
  int busy = 0;
  int present = view.starting;
  for (const auto& instance : view.instances) {
    if (instance.draining) continue;
    ++present;
    if (instance.tasks > 0) ++busy;
  }
  const int more = view.offer ? instances_needed(view.waiting, *view.offer) : (view.waiting.empty() ? 0 : 1);
  const int needed = busy + more;
  plan.reservation = reservation(needed, present);
  const int ideal = static_cast<int>(rounded_up(std::int64_t{100} * needed, rules.target));
  const int wanted = within(ideal, view.size_min, std::max(view.size_min, view.size_max));
  if (wanted > present) {
    const int step = within(wanted - present, rules.step_min, rules.step_max);
    plan.start = std::min(step, std::max(0, view.size_max - present));
  } else if (wanted < present) {
    // What is still starting cannot be ended: it counts with those that may go.
    const int count = std::min(present - wanted, rules.step_max);
    scale_in(view, rules, count, now, plan);
  }
  return plan;
}

}  // namespace troupe::core
