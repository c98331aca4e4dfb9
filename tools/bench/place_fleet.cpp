/// Makes and fills the cluster.

#include "tools/bench/place_fleet.hpp"

#include <array>

namespace troupe::tools::bench {
namespace {

using core::PlacementConstraintType;
using core::PlacementStrategyType;

constexpr std::uint64_t services = 50;
constexpr std::uint64_t tasks_of_a_request = 10;
constexpr std::uint64_t requests_of_a_group = 10;

struct Proportion {
  std::int64_t cpu;
  std::int64_t memory_mib;
};
/// Tasks of different proportions, so that neither amount alone decides.
constexpr std::array<Proportion, 4> proportions{{{128, 256}, {256, 384}, {256, 1024}, {512, 512}}};
constexpr Proportion mean_proportion{288, 544};

core::TaskSize size_of(std::uint64_t service) {
  const auto& kind = proportions[service % proportions.size()];
  core::TaskSize size;
  size.cpu = {kind.cpu};
  size.memory = {kind.memory_mib};
  return size;
}

core::Attribute attribute(std::string name, std::string value) {
  return {.name = std::move(name), .value = std::move(value), .targetType = {}, .targetId = {}};
}

core::PlacementConstraint matching(const std::string& types) {
  return {PlacementConstraintType::memberOf, "attribute:ecs.instance-type =~ " + types};
}

core::InstancePtr instance(std::uint64_t number, std::uint64_t tasks_each, core::Dice& dice) {
  auto made = std::make_shared<core::ContainerInstance>();
  made->id = dice.id<core::InstanceId>();
  made->agent_connected = true;
  // Room for one task more than the mean, as the sizes do not divide evenly.
  made->registered.cpu = {static_cast<std::int64_t>(tasks_each + 1) * mean_proportion.cpu};
  made->registered.memory = {static_cast<std::int64_t>(tasks_each + 1) * mean_proportion.memory_mib};
  made->attributes = {
      attribute("ecs.capability.docker-remote-api.1.21", ""),
      attribute("ecs.os-type", "linux"),
      attribute("ecs.cpu-architecture", "x86_64"),
      attribute("ecs.availability-zone", std::string{"us-east-1"} + "abc"[number % 3]),
      attribute("ecs.instance-type", number % 2 == 0 ? "m5.4xlarge" : "c5.4xlarge"),
  };
  return made;
}

}  // namespace

std::vector<PlacePolicy> place_policies() {
  const core::PlacementStrategy binpack{PlacementStrategyType::binpack, "memory"};
  const core::PlacementStrategy spread{PlacementStrategyType::spread, "attribute:ecs.availability-zone"};
  return {
      {"binpack", {binpack}, {}},
      {"spread_az", {spread}, {}},
      {"spread_az_binpack", {spread, binpack}, {}},
      {"member_of", {binpack}, {matching("m5.*"), matching("c5.*")}},
      {"distinct_instance", {}, {{PlacementConstraintType::distinctInstance, {}}}, true},
  };
}

PlaceFleet::PlaceFleet(std::uint64_t instances, std::uint64_t tasks, double filled) {
  std::vector<core::InstanceId> ids;
  for (std::uint64_t i = 0; i < instances; ++i) {
    const auto made = instance(i, tasks / instances, dice_);
    fleet_.update(made);
    ids.push_back(made->id);
  }
  held_ = static_cast<std::size_t>(filled * static_cast<double>(tasks));
  for (std::size_t i = 0; i < held_; ++i) {
    // Services and instances take turns, shifted once a round so that all pairs occur.
    const auto service = (i + i / instances) % services;
    tasks_.push_back(dice_.id<core::TaskId>());
    fleet_.reserve(tasks_.back(),
                   {ids[i % instances], size_of(service), "service:s" + std::to_string(service)});
  }
}

core::PlacementRequest PlaceFleet::request(const PlacePolicy& policy) {
  core::PlacementRequest made;
  const auto number = requests_++;
  const auto service = number % services;
  made.size = size_of(service);
  made.group = policy.fresh_groups ? "service:n" + std::to_string(number / requests_of_a_group)
                                   : "service:s" + std::to_string(service);
  made.attributes = {attribute("ecs.os-type", "linux"), attribute("ecs.cpu-architecture", "x86_64")};
  made.strategies = policy.strategies;
  if (!policy.constraints.empty()) {
    made.constraints = {policy.constraints[number / services % policy.constraints.size()]};
  }
  made.seed = dice_.next();
  for (std::uint64_t i = 0; i < tasks_of_a_request; ++i) made.tasks.push_back(dice_.id<core::TaskId>());
  return made;
}

void PlaceFleet::keep(const core::PlacementResult& result) {
  for (const auto& made : result.assignments) tasks_.push_back(made.task);
}

void PlaceFleet::release_surplus() {
  while (tasks_.size() > held_) {
    std::swap(tasks_[dice_.below(tasks_.size())], tasks_.back());
    fleet_.release(tasks_.back());
    tasks_.pop_back();
  }
}

}  // namespace troupe::tools::bench
