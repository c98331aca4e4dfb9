/// Joining samples.

#include "actors/core/usage/usage.hpp"

#include <algorithm>
#include <array>

namespace troupe::core {
namespace {

constexpr std::array all_figures = {&UsageFigures::cpu_units,      &UsageFigures::memory_bytes,
                                    &UsageFigures::received_bytes, &UsageFigures::sent_bytes,
                                    &UsageFigures::read_bytes,     &UsageFigures::written_bytes};

ContainerUsage* find_container(UsageReport& report, const TaskId& id, const std::string& name) {
  const auto task = std::ranges::find(report.tasks, id, &TaskUsage::task);
  if (task == report.tasks.end()) return nullptr;
  const auto container = std::ranges::find(task->containers, name, &ContainerUsage::name);
  return container == task->containers.end() ? nullptr : &*container;
}

}  // namespace

void Spread::add(double sample) {
  const auto value = static_cast<float>(sample);
  merge({value, value, value, 1});
}

void Spread::merge(const Spread& other) {
  if (other.count == 0) return;
  least = count == 0 ? other.least : std::min(least, other.least);
  greatest = count == 0 ? other.greatest : std::max(greatest, other.greatest);
  sum += other.sum;
  count += other.count;
}

double Spread::average() const {
  return count == 0 ? 0.0 : static_cast<double>(sum) / count;
}

void UsageFigures::merge(const UsageFigures& other) {
  for (const auto figure : all_figures) (this->*figure).merge(other.*figure);
}

void FiguresSum::add(const UsageFigures& figures) {
  ++containers_;
  for (const auto figure : all_figures) {
    if ((figures.*figure).count != 0) (sums_.*figure).add((figures.*figure).average());
  }
}

UsageFigures FiguresSum::sample() const {
  UsageFigures figures;
  for (const auto figure : all_figures) {
    const auto& sum = sums_.*figure;
    if (containers_ == 0 || sum.count != 0) (figures.*figure).add(static_cast<double>(sum.sum));
  }
  return figures;
}

/// Both are in the order of the host's own list, so what is sought is mostly at hand; hosts
/// have hundreds of tasks at most.
void join(UsageReport& report, const UsageReport& later) {
  auto joined = later;
  for (auto& task : joined.tasks) {
    for (auto& container : task.containers) {
      const auto* before = find_container(report, task.task, container.name);
      if (before != nullptr) container.figures.merge(before->figures);
    }
  }
  report = std::move(joined);
}

}  // namespace troupe::core
