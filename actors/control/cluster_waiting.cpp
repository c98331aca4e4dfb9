/// Tasks that were accepted and have no place: their capacity provider is to make
/// room. The cluster owns their records until they are placed. Whenever capacity
/// came, the scheduler is asked for all of them again, oldest first.

#include "actors/control/cluster.hpp"
#include "actors/control/provider_book.hpp"
#include "actors/core/task_life.hpp"

#include <algorithm>
#include <deque>

namespace troupe::control {

/// Those that are still to be asked for; each group is of one launch.
struct Cluster::WaitingRound {
  std::deque<std::vector<core::TaskPtr>> groups;
};

void Cluster::recover_waiting(const std::vector<core::TaskPtr>& tasks) {
  std::vector<core::TaskPtr> waiting;
  std::ranges::copy_if(tasks, std::back_inserter(waiting),
                       [](const core::TaskPtr& task) { return core::waits_for_place(*task); });
  std::ranges::stable_sort(waiting, {}, [](const core::TaskPtr& task) { return task->created_at; });
  for (const auto& task : waiting) waiting_.push_back(task->id);
}

void Cluster::place_waiting() {
  room_came_ = true;
  if (waiting_.empty() || placing_waiting_) return;
  placing_waiting_ = true;
  room_came_ = false;
  auto round = std::make_shared<WaitingRound>();
  for (const auto& id : waiting_) {
    const auto task = tasks_.find(id);
    const bool same = !round->groups.empty() && *round->groups.back().front()->launch == *task->launch;
    if (!same) round->groups.emplace_back();
    round->groups.back().push_back(task);
  }
  ask_for_next(round);
}

/// A scheduler that dies meanwhile is replaced, and the next one asked from the start.
void Cluster::ask_for_next(const std::shared_ptr<WaitingRound>& round) {
  if (round->groups.empty()) return end_round();
  const auto group = std::move(round->groups.front());
  round->groups.pop_front();
  auto wanted =
      std::make_shared<const core::PlacementRequest>(core::request_of_waiting(group, stage().stamp()));
  request(scheduler_, caf::infinite, PlaceTasks{std::move(wanted)})
      .then(
          [this, round, asked = schedulers_](const Placed& placed) {
            if (asked != schedulers_) return end_round();
            give_places(*placed.result);
            ask_for_next(round);
          },
          [this](const caf::error& /*why*/) { end_round(); });
}

void Cluster::end_round() {
  placing_waiting_ = false;
  if (room_came_) place_waiting();
}

/// Who was stopped meanwhile gives its place back.
void Cluster::give_places(const core::PlacementResult& placed) {
  const auto stamp = stage().stamp();
  std::vector<core::TaskPtr> tasks;
  std::vector<core::TaskId> ids;
  std::vector<core::TaskId> unwanted;
  std::vector<RecordWrite> records;
  std::vector<core::Event> events;
  for (const auto& place : placed.assignments) {
    if (!leave_queue(place.task)) {
      unwanted.push_back(place.task);
      continue;
    }
    auto task =
        std::make_shared<const core::Task>(core::place_waiting_task(*tasks_.find(place.task), place, stamp));
    placed_[task->id] = task;
    records.push_back({core::task_key(cluster_name_, task->id), core::store(*task)});
    events.push_back(event(core::TaskStateChange{task}, stamp));
    ids.push_back(task->id);
    tasks.push_back(std::move(task));
  }
  if (!unwanted.empty()) send(scheduler_, ReleaseTasks{std::move(unwanted)});
  if (tasks.empty()) return;
  write(std::move(records), std::move(events), [this, tasks, ids](bool durable) {
    for (const auto& id : ids) placed_.erase(id);
    if (durable) return started(tasks);
    // What the journal refused waits on, at the head of the queue.
    waiting_.insert(waiting_.begin(), ids.begin(), ids.end());
    send(scheduler_, ReleaseTasks{ids});
  });
}

/// A service's tasks that found no place wait for one when their capacity provider makes room: they are
/// assigned to no instance. What is more than the cluster may have waiting is refused as ever.
std::shared_ptr<const core::PlacementResult> Cluster::with_waiting(
    const core::PlacementRequest& wanted, const std::shared_ptr<const core::PlacementResult>& placed) const {
  const auto& provider = wanted.capacity_provider;
  const auto placed_count = placed->assignments.size();
  if (provider.empty() || wanted.instances || placed_count >= wanted.tasks.size()) return placed;
  if (!core::makes_room(*provider_book_->read(), provider)) return placed;
  auto result = std::make_shared<core::PlacementResult>(*placed);
  auto free = core::waiting_tasks_max - std::min(core::waiting_tasks_max, waiting_.size());
  // Tasks are placed in their order: the rest has none.
  for (auto at = placed_count; at < wanted.tasks.size() && free > 0; ++at, --free) {
    result->assignments.push_back({wanted.tasks[at], {}, {}});
  }
  return result;
}

/// False when it is not in the queue (any more).
bool Cluster::leave_queue(const core::TaskId& id) {
  return std::erase(waiting_, id) > 0;
}

/// `task` has left the queue. `told` gets its first new version when that is durable, else null.
void Cluster::stop_waiting(const core::TaskPtr& task, core::TaskStopCode code, const std::string& reason,
                           std::function<void(const core::TaskPtr&)> told) {
  const auto stamp = stage().stamp();
  std::vector<core::Event> events;
  std::vector<core::TaskPtr> versions;
  for (auto& step : core::end_task(*task, code, reason, stamp)) {
    versions.push_back(std::make_shared<const core::Task>(std::move(step)));
    events.push_back(event(core::TaskStateChange{versions.back()}, stamp));
  }
  write({{core::task_key(cluster_name_, task->id), core::store(*versions.back())}}, std::move(events),
        [this, versions, told = std::move(told)](bool durable) {
          if (durable) {
            const auto& last = versions.back();
            tasks_.put(last);
            if (const auto owner = owner_of(*last)) send(owner, TaskChanged{last});
          } else {
            waiting_.push_back(versions.back()->id);
          }
          told(durable ? versions.front() : nullptr);
        });
}

}  // namespace troupe::control
