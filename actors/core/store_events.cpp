/// Bytes of tasks, which refer to their definition, and of events, which tell of them.

#include "actors/core/store.hpp"

#include "actors/core/store_layout.hpp"

namespace troupe::core {
namespace {

struct StoredTask {
  Task task;
  TaskLaunch launch;
};
BOOST_DESCRIBE_STRUCT(StoredTask, (), (task, launch))

/// What is written without a copy; its bytes are those of StoredTask.
struct TaskToStore {
  std::reference_wrapper<const Task> task;
  std::reference_wrapper<const TaskLaunch> launch;
};
BOOST_DESCRIBE_STRUCT(TaskToStore, (), (task, launch))

struct StoredEvent {
  Uuid id;
  Time at{};
  std::variant<StoredTask, ContainerInstance, Cluster, ServiceAction, DeploymentStateChange> body;
};
BOOST_DESCRIBE_STRUCT(StoredEvent, (), (id, at, body))

/// As StoredEvent.
struct EventToStore {
  Uuid id;
  Time at{};
  std::variant<TaskToStore, std::reference_wrapper<const ContainerInstance>,
               std::reference_wrapper<const Cluster>, std::reference_wrapper<const ServiceAction>,
               std::reference_wrapper<const DeploymentStateChange>>
      body;
};
BOOST_DESCRIBE_STRUCT(EventToStore, (), (id, at, body))

Result<Task> revive(StoredTask stored, const Catalog& catalog) {
  auto task = std::move(stored.task);
  task.definition = catalog.find(stored.launch.family, stored.launch.revision);
  if (!task.definition) {
    return Error{ErrorCode::server, "task " + to_string(task.id) + " refers to task definition " +
                                        stored.launch.family + ":" + std::to_string(stored.launch.revision) +
                                        ", which is not in the journal"};
  }
  task.launch = std::make_shared<const TaskLaunch>(std::move(stored.launch));
  return task;
}

struct Freeze {
  using Body = decltype(EventToStore::body);
  Body operator()(const TaskStateChange& e) const { return TaskToStore{*e.task, *e.task->launch}; }
  Body operator()(const InstanceStateChange& e) const { return std::cref(*e.instance); }
  Body operator()(const ClusterStateChange& e) const { return std::cref(*e.cluster); }
  Body operator()(const ServiceAction& e) const { return std::cref(e); }
  Body operator()(const DeploymentStateChange& e) const { return std::cref(e); }
};

struct Thaw {
  const Catalog& catalog;
  Result<EventBody> operator()(StoredTask& stored) const {
    auto task = revive(std::move(stored), catalog);
    if (!task) return task.error();
    return EventBody{TaskStateChange{std::make_shared<const Task>(std::move(*task))}};
  }
  Result<EventBody> operator()(ContainerInstance& stored) const {
    return EventBody{InstanceStateChange{std::make_shared<const ContainerInstance>(std::move(stored))}};
  }
  Result<EventBody> operator()(Cluster& stored) const {
    return EventBody{ClusterStateChange{std::make_shared<const Cluster>(std::move(stored))}};
  }
  Result<EventBody> operator()(ServiceAction& stored) const { return EventBody{std::move(stored)}; }
  Result<EventBody> operator()(DeploymentStateChange& stored) const { return EventBody{std::move(stored)}; }
};

}  // namespace

std::string store(const Task& record) {
  return with_layout(TaskToStore{record, *record.launch});
}
std::string store(const Event& event) {
  return with_layout(EventToStore{event.id, event.at, std::visit(Freeze{}, event.body)});
}

Result<Task> load_task(std::string_view bytes, const Catalog& catalog) {
  auto stored = read_layout<StoredTask>(bytes);
  if (!stored) return stored.error();
  return revive(std::move(*stored), catalog);
}

Result<Event> load_event(std::string_view bytes, const Catalog& catalog) {
  auto stored = read_layout<StoredEvent>(bytes);
  if (!stored) return stored.error();
  auto body = std::visit(Thaw{catalog}, stored->body);
  if (!body) return body.error();
  return Event{stored->id, stored->at, std::move(*body)};
}

}  // namespace troupe::core
