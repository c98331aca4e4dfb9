/// The decision itself: a ranking, a choice, a reservation, and again.

#include "actors/core/placement/filters.hpp"
#include "actors/core/placement/index.hpp"
#include "actors/core/placement/placement.hpp"

#include <algorithm>
#include <limits>

namespace troupe::core {
namespace {

Amounts need_of(const TaskSize& size) {
  return {static_cast<std::int32_t>(size.cpu.count), static_cast<std::int32_t>(size.memory.count), size.gpus};
}

/// No instance has as much, so that amounts can be counted in 32 bits.
bool is_beyond_all(const TaskSize& size) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  return size.cpu.count >= most || size.memory.count >= most;
}

bool equal_needs(const PlacementRequest& left, const PlacementRequest& right) {
  return left.size == right.size && left.group == right.group &&
         left.capacity_provider == right.capacity_provider && left.launch_type == right.launch_type &&
         left.attributes == right.attributes && left.constraints == right.constraints;
}

bool serves_any(const Fleet& fleet, LaunchType launch_type) {
  return std::any_of(fleet.instances().begin(), fleet.instances().end(),
                     [&](const auto& entry) { return serves(entry.second.record->capacity, launch_type); });
}

}  // namespace

/// What one request holds while it is placed: its size and group as numbers.
class PlacementIndex::Session {
 public:
  Session(Fleet& fleet, const PlacementRequest& request)
      : fleet_(fleet),
        size_(fleet.kept_.sizes.acquire(request.size)),
        group_(fleet.kept_.groups.acquire(request.group)) {
    if (fleet_.kept_.distributions.size() <= group_) fleet_.kept_.distributions.resize(group_ + 1);
    for (const auto& task : request.tasks) fleet_.kept_.reservations.ask_ahead(task);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    count();
    fleet_.kept_.sizes.release(size_);
    if (fleet_.kept_.groups.release(group_)) fleet_.kept_.distributions[group_] = {};
  }

  [[nodiscard]] GroupNumber group() const { return group_; }
  [[nodiscard]] Ask ask(const TaskSize& size, const Chain& chain) {
    Ask made{group_, need_of(size), {}};
    for (const auto& step : chain) {
      if (step.kind <= StepKind::spread_values) fleet_.counts(group_, step.field);
    }
    for (std::size_t i = 0; i < chain.size(); ++i) {
      if (chain[i].kind <= StepKind::spread_values) made.counts[i] = &fleet_.counts(group_, chain[i].field);
    }
    return made;
  }
  /// False when the task was placed already.
  bool assign(const TaskId& task, Slot slot, GroupCounting counting, PlacementResult& result) {
    const auto& kept = fleet_.kept_;
    const auto& address = kept.addresses[slot];
    prefetch(&address);
    prefetch<2 * 64>(kept.loads[slot].groups.data());
    const bool fresh = fleet_.hold(task, {slot, size_, group_}, counting);
    if (fresh && counting == GroupCounting::later) uncounted_.push_back(slot);
    result.assignments.push_back({task, address.id, kept.zones[address.zone]});
    return fresh;
  }
  /// Counts what was to be counted later: by now memory has answered.
  void count() {
    for (const auto slot : uncounted_) fleet_.count(slot, group_, 1);
    uncounted_.clear();
  }

 private:
  Fleet& fleet_;
  Fleet::Sizes::Number size_;
  GroupNumber group_;
  std::vector<Slot> uncounted_;
};

void PlacementIndex::place(Fleet& fleet, const PlacementRequest& request, PlacementResult& result) {
  if (!fleet.index_) fleet.index_ = std::make_unique<PlacementIndex>();
  auto& index = *fleet.index_;
  Session session{fleet, request};
  Dice dice{request.seed};
  const auto chain = chain_of(fleet, request.strategies);
  const auto ask = session.ask(request.size, chain);
  const FleetView view{fleet, fleet.slots_, fleet.kept_.loads, fleet.kept_.fields};
  const std::pair own{session.group(), fleet.kept_.groups.generation(session.group())};
  Entry* entry = nullptr;
  std::optional<bool> of_group;
  for (const auto& task : request.tasks) {
    const bool suits = suits_one_group(fleet, request, chain, session.group());
    if (suits != of_group) {
      entry = &index.find(fleet, request, chain, suits ? std::optional{own} : std::nullopt);
      of_group = suits;
    }
    index.catch_up(fleet, *entry, ask);
    const auto chosen = is_beyond_all(request.size) ? std::nullopt : entry->ranking.choose(view, ask, dice);
    if (!chosen) {
      session.count();
      index.explain(fleet, request, result);
      return;
    }
    entry->ranking.ask_ahead(view, chosen->slot());
    const auto counting = entry->ranking.asks_groups() ? GroupCounting::at_once : GroupCounting::later;
    const bool fresh = session.assign(task, chosen->slot(), counting, result);
    if (fresh && entry->ranking.take(*chosen, ask)) ++entry->seen;
  }
}

/// The same request again, while nothing changed, is answered from memory.
void PlacementIndex::explain(const Fleet& fleet, const PlacementRequest& request, PlacementResult& result) {
  if (request.list_refusals == ListRefusals::no) return;
  if (!failure_ || failure_->changes != fleet.changes() || !equal_needs(failure_->request, request)) {
    failure_.emplace(Failure{fleet.changes(), request, {}});
    failure_->request.tasks.clear();
    const auto criteria = Criteria::of(request);
    for (const auto& [id, instance] : fleet.instances()) {
      auto refusal = first_refusal(fleet, instance, criteria);
      if (refusal && !is_stranger(*refusal)) failure_->refusals.push_back(std::move(*refusal));
    }
  }
  result.refusals = failure_->refusals;
  result.provider_is_empty =
      !request.capacity_provider.empty() &&
      std::none_of(fleet.instances().begin(), fleet.instances().end(), [&](const auto& entry) {
        return serves(entry.second.record->capacity, request.launch_type) &&
               is_of_provider(*entry.second.record, request.capacity_provider);
      });
}

void PlacementIndex::place_on_named(Fleet& fleet, const PlacementRequest& request, PlacementResult& result) {
  Session session{fleet, request};
  const auto criteria = Criteria::of(request);
  for (std::size_t i = 0; i < request.tasks.size() && i < request.instances->size(); ++i) {
    const auto& id = (*request.instances)[i];
    const auto found = fleet.kept_.instances.find(id);
    if (found == fleet.kept_.instances.end() || is_managed(*found->second.record)) {
      result.refusals.push_back({id, "MISSING", "is not registered", "registered"});
    } else if (auto refusal = first_refusal(fleet, found->second, criteria)) {
      result.refusals.push_back(std::move(*refusal));
    } else {
      session.assign(request.tasks[i], found->second.slot, GroupCounting::at_once, result);
    }
  }
}

std::optional<Refusal> refuse(const Fleet& fleet, const FleetInstance& instance,
                              const PlacementRequest& request) {
  return first_refusal(fleet, instance, Criteria::of(request));
}

PlacementResult place(Fleet& fleet, const PlacementRequest& request) {
  PlacementResult result;
  result.assignments.reserve(request.tasks.size());
  if (request.instances) {
    PlacementIndex::place_on_named(fleet, request, result);
  } else {
    PlacementIndex::place(fleet, request, result);
  }
  if (result.assignments.empty()) result.fleet_is_empty = !serves_any(fleet, request.launch_type);
  return result;
}

std::vector<InstanceId> eligible(const Fleet& fleet, const PlacementRequest& request) {
  const auto criteria = Criteria::of(request);
  std::vector<InstanceId> ids;
  for (const auto& [id, instance] : fleet.instances()) {
    const bool refused = std::any_of(filters().begin(), filters().end(), [&](const NamedFilter& filter) {
      return filter.counts_for_daemons && filter.check(fleet, instance, criteria);
    });
    if (!refused) ids.push_back(id);
  }
  return ids;
}

}  // namespace troupe::core
