/// What services ask of their cluster for their tasks: places, owners, ends; and
/// what becomes of it when the service that asked dies.

#include "actors/control/cluster.hpp"

namespace troupe::control {
namespace {

/// The service whose tasks are in this group.
std::string service_in_group(const std::string& group) {
  constexpr std::string_view prefix = "service:";
  return group.starts_with(prefix) ? group.substr(prefix.size()) : std::string{};
}

}  // namespace

/// Who is refused hears when capacity has come back; also when it came back
/// while the scheduler was looking. A scheduler that has died since has reserved
/// nothing that the next one knows, and a service that has died wants nothing.
caf::result<Placed> Cluster::place_for_service(const PlaceTasks& ask) {
  // Before the promise, which takes the sender with it.
  const auto asker = current_sender() ? current_sender()->address() : caf::actor_addr{};
  auto promise = owe<Placed>();
  request(scheduler_, caf::infinite, ask)
      .then(
          [this, promise, wanted = ask.request, freed = times_freed_, asked = schedulers_,
           asker](const Placed& placed) mutable {
            if (asked != schedulers_) {
              promise.deliver(broken("the scheduler was replaced"));
              return;
            }
            const auto owner = service_actors_.find(service_in_group(wanted->group));
            if (owner == service_actors_.end() || owner->second.address() != asker) {
              send(scheduler_, ReleaseTasks{wanted->tasks});
              promise.deliver(broken("the service ended"));
              return;
            }
            const auto result = with_waiting(*wanted, placed.result);
            for (const auto& place : result->assignments) {
              pledged_[place.task] = {place.instance, wanted->size, wanted->group};
            }
            const auto refused = result->assignments.size() < wanted->tasks.size();
            promise.deliver(Placed{result});
            if (!refused) return;
            services_waiting_.insert(wanted->group);
            if (freed != times_freed_) capacity_freed();
          },
          [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
  return promise;
}

/// Places that a service got in vain.
void Cluster::give_back(const ReleaseTasks& ask) {
  for (const auto& task : ask.tasks) pledged_.erase(task);
  send(scheduler_, ask);
  capacity_freed();
}

void Cluster::take_over(const std::vector<core::TaskPtr>& tasks) {
  for (const auto& task : tasks) pledged_.erase(task->id);
  started(tasks);
}

void Cluster::capacity_freed() {
  ++times_freed_;
  place_waiting();
  for (const auto& group : std::exchange(services_waiting_, {})) {
    const auto owner = service_actors_.find(service_in_group(group));
    if (owner != service_actors_.end()) send(owner->second, CapacityFreed{});
  }
}

void Cluster::end_tasks(const EndTasks& ask) {
  const auto asker = service_actors_.find(ask.service);
  const auto tell = [this, service = ask.service](const core::TaskId& id) {
    const auto owner = service_actors_.find(service);
    if (owner != service_actors_.end()) send(owner->second, TasksNotEnded{{id}});
  };
  if (asker == service_actors_.end()) return;
  for (const auto& stop : *ask.tasks) {
    const auto task = tasks_.find(stop.task);
    if (task && core::waits_for_place(*task) && leave_queue(stop.task)) {
      stop_waiting(task, core::TaskStopCode::ServiceSchedulerInitiated, stop.reason,
                   [tell, id = stop.task](const core::TaskPtr& stopped) {
                     if (!stopped) tell(id);
                   });
      continue;
    }
    const auto owner = task_actors_.find(stop.task);
    if (owner == task_actors_.end()) {
      tell(stop.task);
      continue;
    }
    request(owner->second, caf::infinite, EndTask{core::TaskStopCode::ServiceSchedulerInitiated, stop.reason})
        .then([](const Answer&) {}, [tell, id = stop.task](const caf::error&) { tell(id); });
  }
}

}  // namespace troupe::control
