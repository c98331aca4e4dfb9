/// From the journal's bytes to the records.

#include "actors/control/recovery.hpp"

#include "actors/core/store.hpp"

#include <map>
#include <unordered_map>

namespace troupe::control {
namespace {

using Bytes = std::string_view;

/// Scans one kind of record; `take` reads one and says what is wrong with it.
template <class Take>
runtime::Result<void> read_all(const runtime::Journal& journal, Bytes prefix, const Take& take) {
  std::optional<std::string> problem;
  auto scanned = journal.scan(prefix, [&](Bytes key, Bytes value) {
    problem = take(key, value);
    if (problem) *problem = "record " + std::string{key} + " cannot be read: " + *problem;
    return !problem;
  });
  if (!scanned) return scanned;
  if (problem) return runtime::Failure{runtime::FailureKind::failed, *problem};
  return {};
}

/// Tasks of one RunTask share their launch in memory, as they did before.
class LaunchPool {
 public:
  void share(core::Task& task) {
    auto key = task.launch->cluster + "\n" + task.launch->family + "\n" + task.launch->started_by + "\n" +
               task.launch->group;
    auto& known = launches_[std::move(key)];
    if (known && *known == *task.launch) {
      task.launch = known;
    } else {
      known = task.launch;
    }
  }

 private:
  std::unordered_map<std::string, std::shared_ptr<const core::TaskLaunch>> launches_;
};

class Reader {
 public:
  Reader(const runtime::Journal& journal, const core::Realm& realm) : journal_(journal) {
    recovered_.world = std::make_shared<RecoveredWorld>();
    recovered_.world->catalog = core::Catalog{realm};
  }

  runtime::Result<Recovered> run() {
    for (const auto step :
         {&Reader::definitions, &Reader::providers, &Reader::clusters, &Reader::instances, &Reader::services,
          &Reader::revisions, &Reader::deployments, &Reader::tasks, &Reader::tokens, &Reader::events}) {
      if (auto ok = (this->*step)(); !ok) return ok.error();
    }
    if (auto ok = hand_out_services(); !ok) return ok.error();
    complete_latest();
    return std::move(recovered_);
  }

 private:
  using Problem = std::optional<std::string>;

  RecoveredCluster& cluster(const std::string& name) {
    auto& entry = recovered_.world->clusters[name];
    if (!entry) entry = std::make_shared<RecoveredCluster>();
    return *entry;
  }

  runtime::Result<void> definitions() {
    return read_all(journal_, "d/", [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_task_definition(value);
      if (!record) return record.error().message;
      recovered_.world->catalog.put(std::make_shared<const core::TaskDefinitionRecord>(std::move(*record)));
      return std::nullopt;
    });
  }

  runtime::Result<void> clusters() {
    return read_all(journal_, "c/", [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_cluster(value);
      if (!record) return record.error().message;
      auto shared = std::make_shared<const core::Cluster>(std::move(*record));
      cluster(shared->name).record = shared;
      return std::nullopt;
    });
  }

  runtime::Result<void> instances() {
    return read_all(journal_, "i/", [&](Bytes key, Bytes value) -> Problem {
      auto record = core::load_instance(value);
      if (!record) return record.error().message;
      cluster(core::cluster_in_key(key))
          .instances.push_back(std::make_shared<const core::ContainerInstance>(std::move(*record)));
      return std::nullopt;
    });
  }

  runtime::Result<void> providers() {
    auto known = std::make_shared<core::Providers>();
    auto read = read_all(journal_, "p/", [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_capacity_provider(value);
      if (!record) return record.error().message;
      (*known)[record->name] = std::make_shared<const core::CapacityProvider>(*record);
      return std::nullopt;
    });
    recovered_.world->providers = std::move(known);
    return read;
  }

  core::ServiceEntry& service(const std::string& cluster_name, const std::string& name) {
    return services_[cluster_name + "/" + name];
  }

  runtime::Result<void> services() {
    return read_all(journal_, "s/", [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_service(value);
      if (!record) return record.error().message;
      auto& entry = service(record->cluster, record->name);
      entry.state.service = std::make_shared<const core::Service>(std::move(*record));
      return std::nullopt;
    });
  }

  runtime::Result<void> revisions() {
    return read_all(journal_, "sr/", [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_service_revision(value);
      if (!record) return record.error().message;
      auto& entry = service(record->cluster, record->service);
      const auto number = record->number;
      if (auto runs = recovered_.world->catalog.find(record->what.family, record->what.revision)) {
        entry.definitions[number] = std::move(runs);
      } else if (record->what.revision != 0) {
        return "its task definition " + record->what.family + ":" + std::to_string(record->what.revision) +
               " is not in the journal";
      }
      entry.state.revisions[number] = std::make_shared<const core::ServiceRevision>(std::move(*record));
      return std::nullopt;
    });
  }

  runtime::Result<void> deployments() {
    return read_all(journal_, "sd/", [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_service_deployment(value);
      if (!record) return record.error().message;
      service(record->cluster, record->service).state.deployments[record->id] =
          std::make_shared<const core::ServiceDeployment>(*record);
      return std::nullopt;
    });
  }

  runtime::Result<void> hand_out_services() {
    for (auto& [key, entry] : services_) {
      if (!entry.state.service) {
        return runtime::Failure{runtime::FailureKind::failed, "service " + key + " is not in the journal"};
      }
      cluster(entry.state.service->cluster)
          .services.push_back(std::make_shared<const core::ServiceEntry>(std::move(entry)));
    }
    return {};
  }

  runtime::Result<void> tasks() {
    LaunchPool launches;
    return read_all(journal_, "t/", [&](Bytes key, Bytes value) -> Problem {
      auto record = core::load_task(value, recovered_.world->catalog);
      if (!record) return record.error().message;
      launches.share(*record);
      cluster(core::cluster_in_key(key))
          .tasks.push_back(std::make_shared<const core::Task>(std::move(*record)));
      return std::nullopt;
    });
  }

  runtime::Result<void> tokens() {
    return read_all(journal_, "k/", [&](Bytes key, Bytes value) -> Problem {
      auto record = core::load_token(value);
      if (!record) return record.error().message;
      cluster(core::cluster_in_key(key)).tokens.push_back(std::move(*record));
      return std::nullopt;
    });
  }

  runtime::Result<void> events() {
    return read_all(journal_, "e/", [&](Bytes key, Bytes value) -> Problem {
      auto event = core::load_event(value, recovered_.world->catalog);
      if (!event) return event.error().message;
      const auto sequence = core::event_sequence(key);
      recovered_.events.last_sequence = sequence;
      recovered_.events.retained.push_back(
          std::make_shared<const core::SequencedEvent>(core::SequencedEvent{sequence, std::move(*event)}));
      return std::nullopt;
    });
  }

  /// The last event of each resource; where it is retained no more, one is made
  /// from the record, with sequence number 0.
  void complete_latest() {
    std::unordered_map<std::string, core::EventPtr> latest;
    for (const auto& event : recovered_.events.retained) {
      if (auto key = core::resource_key(event->event.body); !key.empty()) latest[std::move(key)] = event;
    }
    const auto add = [&](core::EventBody body, core::Time at) {
      auto key = core::resource_key(body);
      if (latest.contains(key)) return;
      latest.emplace(std::move(key), std::make_shared<const core::SequencedEvent>(
                                         core::SequencedEvent{0, core::Event{{}, at, std::move(body)}}));
    };
    for (const auto& [name, known] : recovered_.world->clusters) {
      if (known->record) add(core::ClusterStateChange{known->record}, known->record->created_at);
      for (const auto& instance : known->instances)
        add(core::InstanceStateChange{instance}, instance->updated_at);
      for (const auto& task : known->tasks) add(core::TaskStateChange{task}, task->updated_at);
    }
    for (auto& [key, event] : latest) recovered_.events.latest.push_back(std::move(event));
  }

  const runtime::Journal& journal_;
  Recovered recovered_;
  std::map<std::string, core::ServiceEntry> services_;  ///< By cluster and name.
};

}  // namespace

runtime::Result<Recovered> recover(const runtime::Journal& journal, const core::Realm& realm) {
  return Reader{journal, realm}.run();
}

}  // namespace troupe::control
