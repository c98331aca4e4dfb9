/// The records of clusters, from the journal's bytes.

#include "actors/control/cluster_records.hpp"

#include "actors/control/recovery.hpp"
#include "actors/core/store.hpp"

#include <unordered_map>

namespace troupe::control {
namespace {

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

class ClusterReader {
  using Bytes = std::string_view;
  using Problem = std::optional<std::string>;

 public:
  ClusterReader(const runtime::Journal& journal, const core::Catalog& catalog, std::string only)
      : journal_(journal), catalog_(catalog), only_(std::move(only)) {}

  runtime::Result<RecoveredClusters> run() {
    auto ok = follow({&ClusterReader::clusters, &ClusterReader::instances, &ClusterReader::services,
                      &ClusterReader::revisions, &ClusterReader::deployments,
                      &ClusterReader::hand_out_services, &ClusterReader::tasks, &ClusterReader::tokens});
    if (!ok) return ok.error();
    return std::move(clusters_);
  }

  runtime::Result<RecoveredClusters> run(const std::vector<ClusterPart>& parts) {
    for (const auto& part : parts) {
      if (auto ok = read(part); !ok) return ok.error();
    }
    return std::move(clusters_);
  }

 private:
  using Step = runtime::Result<void> (ClusterReader::*)();

  runtime::Result<void> follow(std::initializer_list<Step> steps) {
    for (const auto step : steps) {
      if (auto ok = (this->*step)(); !ok) return ok;
    }
    return {};
  }

  runtime::Result<void> read(const ClusterPart& part) {
    if (const auto* task = std::get_if<core::TaskId>(&part)) {
      part_ = core::to_string(*task);
      return tasks();
    }
    if (const auto* instance = std::get_if<core::InstanceId>(&part)) {
      part_ = core::to_string(*instance);
      return instances();
    }
    part_ = std::get<std::string>(part);
    return follow({&ClusterReader::services, &ClusterReader::revisions, &ClusterReader::deployments,
                   &ClusterReader::hand_out_services});
  }

  /// The prefix of what is asked for among records of this kind.
  [[nodiscard]] std::string all(const std::string& kind) const {
    return only_.empty() ? kind : kind + only_ + "/" + part_;
  }
  /// The same where a service has several.
  [[nodiscard]] std::string all_of_service(const std::string& kind) const {
    return part_.empty() ? all(kind) : all(kind) + "/";
  }

  RecoveredCluster& cluster(const std::string& name) {
    auto& entry = clusters_[name];
    if (!entry) entry = std::make_shared<RecoveredCluster>();
    return *entry;
  }

  runtime::Result<void> clusters() {
    return read_all(journal_, "c/" + only_, [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_cluster(value);
      if (!record) return record.error().message;
      if (!only_.empty() && record->name != only_) return std::nullopt;
      auto shared = std::make_shared<const core::Cluster>(std::move(*record));
      cluster(shared->name).record = shared;
      return std::nullopt;
    });
  }

  runtime::Result<void> instances() {
    return read_all(journal_, all("i/"), [&](Bytes key, Bytes value) -> Problem {
      auto record = core::load_instance(value);
      if (!record) return record.error().message;
      cluster(core::cluster_in_key(key))
          .instances.push_back(std::make_shared<const core::ContainerInstance>(std::move(*record)));
      return std::nullopt;
    });
  }

  core::ServiceEntry& service(const std::string& cluster_name, const std::string& name) {
    return services_[cluster_name + "/" + name];
  }

  runtime::Result<void> services() {
    return read_all(journal_, all("s/"), [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_service(value);
      if (!record) return record.error().message;
      if (!part_.empty() && record->name != part_) return std::nullopt;
      auto& entry = service(record->cluster, record->name);
      entry.state.service = std::make_shared<const core::Service>(std::move(*record));
      return std::nullopt;
    });
  }

  runtime::Result<void> revisions() {
    return read_all(journal_, all_of_service("sr/"), [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_service_revision(value);
      if (!record) return record.error().message;
      auto& entry = service(record->cluster, record->service);
      const auto number = record->number;
      if (auto runs = catalog_.find(record->what.family, record->what.revision)) {
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
    return read_all(journal_, all_of_service("sd/"), [&](Bytes /*key*/, Bytes value) -> Problem {
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
    services_.clear();
    return {};
  }

  runtime::Result<void> tasks() {
    LaunchPool launches;
    return read_all(journal_, all("t/"), [&](Bytes key, Bytes value) -> Problem {
      auto record = core::load_task(value, catalog_);
      if (!record) return record.error().message;
      launches.share(*record);
      cluster(core::cluster_in_key(key))
          .tasks.push_back(std::make_shared<const core::Task>(std::move(*record)));
      return std::nullopt;
    });
  }

  runtime::Result<void> tokens() {
    return read_all(journal_, all("k/"), [&](Bytes key, Bytes value) -> Problem {
      auto record = core::load_token(value);
      if (!record) return record.error().message;
      cluster(core::cluster_in_key(key)).tokens.push_back(std::move(*record));
      return std::nullopt;
    });
  }

  const runtime::Journal& journal_;
  const core::Catalog& catalog_;
  std::string only_;  ///< A cluster; empty: all.
  std::string part_;  ///< What is named so within it; empty: all.
  RecoveredClusters clusters_;
  std::map<std::string, core::ServiceEntry> services_;  ///< By cluster and name.
};

}  // namespace

runtime::Result<RecoveredClusters> read_clusters(const runtime::Journal& journal,
                                                 const core::Catalog& catalog) {
  return ClusterReader{journal, catalog, {}}.run();
}

runtime::Result<std::shared_ptr<const RecoveredCluster>> read_cluster(const runtime::Journal& journal,
                                                                      const ReadCluster& ask) {
  ClusterReader reader{journal, *ask.catalog, ask.name};
  auto read = ask.only.empty() ? reader.run() : reader.run(ask.only);
  if (!read) return read.error();
  auto& found = (*read)[ask.name];
  if (!found) found = std::make_shared<RecoveredCluster>();
  return std::shared_ptr<const RecoveredCluster>{std::move(found)};
}

}  // namespace troupe::control
