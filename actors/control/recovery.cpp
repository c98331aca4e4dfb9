/// From the journal's bytes to the records.

#include "actors/control/recovery.hpp"

#include "actors/control/cluster_records.hpp"
#include "actors/core/store.hpp"

namespace troupe::control {
namespace {

using Bytes = std::string_view;
using Problem = std::optional<std::string>;

class Reader {
 public:
  Reader(const runtime::Journal& journal, const core::Realm& realm) : journal_(journal) {
    recovered_.world = std::make_shared<RecoveredWorld>();
    recovered_.world->catalog = core::Catalog{realm};
  }

  runtime::Result<Recovered> run() {
    for (const auto step : {&Reader::definitions, &Reader::providers, &Reader::clusters, &Reader::events}) {
      if (auto ok = (this->*step)(); !ok) return ok.error();
    }
    complete_latest();
    return std::move(recovered_);
  }

 private:
  runtime::Result<void> definitions() {
    return read_all(journal_, "d/", [&](Bytes /*key*/, Bytes value) -> Problem {
      auto record = core::load_task_definition(value);
      if (!record) return record.error().message;
      recovered_.world->catalog.put(std::make_shared<const core::TaskDefinitionRecord>(std::move(*record)));
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

  runtime::Result<void> clusters() {
    auto read = read_clusters(journal_, recovered_.world->catalog);
    if (!read) return read.error();
    recovered_.world->clusters = std::move(*read);
    return {};
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

  /// An event for each resource whose last one is retained no more, made from its
  /// record, with sequence number 0.
  void complete_latest() {
    auto& events = recovered_.events;
    const auto add = [&](core::EventBody body, core::Time at) {
      core::Event event{{}, at, std::move(body)};
      events.latest.push_back(
          std::make_shared<const core::SequencedEvent>(core::SequencedEvent{0, std::move(event)}));
    };
    for (const auto& [name, known] : recovered_.world->clusters) {
      if (known->record) add(core::ClusterStateChange{known->record}, known->record->created_at);
      for (const auto& instance : known->instances)
        add(core::InstanceStateChange{instance}, instance->updated_at);
      events.tasks.insert(events.tasks.end(), known->tasks.begin(), known->tasks.end());
    }
  }

  const runtime::Journal& journal_;
  Recovered recovered_;
};

}  // namespace

runtime::Result<Recovered> recover(const runtime::Journal& journal, const core::Realm& realm) {
  return Reader{journal, realm}.run();
}

}  // namespace troupe::control
