/// Tasks that were accepted and have no place: their capacity provider is to make
/// room. The cluster owns their records until they are placed. Whenever capacity
/// came, the scheduler is asked for all of them again, oldest first.

#include "actors/control/cluster.hpp"
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

/// False when it is not in the queue (any more).
bool Cluster::leave_queue(const core::TaskId& id) {
  return std::erase(waiting_, id) > 0;
}

/// `task` has left the queue.
caf::result<Answer> Cluster::stop_waiting(const core::TaskPtr& task, const std::string& reason) {
  const auto stamp = stage().stamp();
  std::vector<core::Event> events;
  std::vector<core::TaskPtr> versions;
  for (auto& step : core::end_task(*task, core::TaskStopCode::UserInitiated, reason, stamp)) {
    versions.push_back(std::make_shared<const core::Task>(std::move(step)));
    events.push_back(event(core::TaskStateChange{versions.back()}, stamp));
  }
  auto promise = owe<Answer>();
  write({{core::task_key(cluster_name_, task->id), core::store(*versions.back())}}, std::move(events),
        [this, versions, promise](bool durable) mutable {
          if (durable) {
            tasks_.put(versions.back());
            promise.deliver(answer(core::Reply{core::TaskReply{versions.front()}}));
          } else {
            waiting_.push_back(versions.back()->id);
            promise.deliver(broken("journal"));
          }
        });
  return promise;
}

}  // namespace troupe::control
