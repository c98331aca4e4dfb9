/// Keys and bytes of the records.

#include "actors/core/store.hpp"

#include "actors/core/codec/bytes.hpp"

#include <charconv>

namespace troupe::core {
namespace {

constexpr char layout = 3;

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

template <class T>
std::string with_layout(const T& value) {
  std::string bytes(1, layout);
  bytes.reserve(512);
  append_bytes(bytes, value);
  return bytes;
}

template <class T>
Result<T> read(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != layout) {
    return Error{ErrorCode::server, "another version of Troupe wrote it"};
  }
  return from_bytes<T>(bytes.substr(1));
}

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

std::string padded(std::string digits, std::size_t width) {
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

std::string cluster_key(const std::string& name) {
  return "c/" + name;
}

std::string task_definition_key(const std::string& family, std::int32_t revision) {
  return "d/" + family + "/" + padded(std::to_string(revision), 10);
}

std::string task_key(const std::string& cluster, const TaskId& id) {
  return "t/" + cluster + "/" + to_string(id);
}

std::string instance_key(const std::string& cluster, const InstanceId& id) {
  return "i/" + cluster + "/" + to_string(id);
}

std::string token_key(const std::string& cluster, const std::string& token) {
  return "k/" + cluster + "/" + token;
}

std::string service_key(const std::string& cluster, const std::string& service) {
  return "s/" + cluster + "/" + service;
}

std::string service_revision_key(const ServiceRevision& revision) {
  return "sr/" + revision.cluster + "/" + revision.service + "/" +
         padded(std::to_string(revision.number), 19);
}

std::string service_deployment_key(const ServiceDeployment& deployment) {
  return "sd/" + deployment.cluster + "/" + deployment.service + "/" + deployment.id;
}

std::string capacity_provider_key(const std::string& name) {
  return "p/" + name;
}

std::string event_key(std::uint64_t sequence) {
  return "e/" + to_hex({0, sequence}).substr(16);
}

std::vector<std::string> prefixes_in_order() {
  return {"e/", "t/"};
}

std::uint64_t event_sequence(std::string_view key) {
  const auto bits = parse_hex(std::string(16, '0') + std::string{key.substr(2)});
  return bits ? (*bits)[1] : 0;
}

std::string cluster_in_key(std::string_view key) {
  key.remove_prefix(key.find('/') + 1);
  return std::string{key.substr(0, key.find('/'))};
}

std::string store(const Cluster& record) {
  return with_layout(record);
}
std::string store(const TaskDefinitionRecord& record) {
  return with_layout(record);
}
std::string store(const Task& record) {
  return with_layout(TaskToStore{record, *record.launch});
}
std::string store(const ContainerInstance& record) {
  return with_layout(record);
}
std::string store(const ClientToken& record) {
  return with_layout(record);
}

std::string store(const Service& record) {
  return with_layout(record);
}
std::string store(const ServiceRevision& record) {
  return with_layout(record);
}
std::string store(const ServiceDeployment& record) {
  return with_layout(record);
}
std::string store(const CapacityProvider& record) {
  return with_layout(record);
}

std::string store(const Event& event) {
  return with_layout(EventToStore{event.id, event.at, std::visit(Freeze{}, event.body)});
}

Result<Cluster> load_cluster(std::string_view bytes) {
  return read<Cluster>(bytes);
}
Result<TaskDefinitionRecord> load_task_definition(std::string_view bytes) {
  return read<TaskDefinitionRecord>(bytes);
}
Result<ContainerInstance> load_instance(std::string_view bytes) {
  return read<ContainerInstance>(bytes);
}
Result<ClientToken> load_token(std::string_view bytes) {
  return read<ClientToken>(bytes);
}

Result<Service> load_service(std::string_view bytes) {
  return read<Service>(bytes);
}
Result<ServiceRevision> load_service_revision(std::string_view bytes) {
  return read<ServiceRevision>(bytes);
}
Result<ServiceDeployment> load_service_deployment(std::string_view bytes) {
  return read<ServiceDeployment>(bytes);
}
Result<CapacityProvider> load_capacity_provider(std::string_view bytes) {
  return read<CapacityProvider>(bytes);
}

Result<Task> load_task(std::string_view bytes, const Catalog& catalog) {
  auto stored = read<StoredTask>(bytes);
  if (!stored) return stored.error();
  return revive(std::move(*stored), catalog);
}

Result<Event> load_event(std::string_view bytes, const Catalog& catalog) {
  auto stored = read<StoredEvent>(bytes);
  if (!stored) return stored.error();
  auto body = std::visit(Thaw{catalog}, stored->body);
  if (!body) return body.error();
  return Event{stored->id, stored->at, std::move(*body)};
}

}  // namespace troupe::core
