/// How long a service remembers: its past deployments, and itself.

#include "actors/control/service.hpp"
#include "actors/core/service/retention.hpp"
#include "actors/core/store.hpp"

#include <algorithm>

namespace troupe::control {
namespace {

/// Old history is looked for so often; it need not go to the minute.
constexpr core::Millis look_for_history = std::chrono::hours{24};

}  // namespace

void Service::look_for_outdated() {
  const auto& limits = stage().limits;
  const auto delay = std::min<core::Millis>(limits.service_history_retention, look_for_history);
  send(stage().timer, SetTimer{delay, outdated_due});
}

/// What it forgets is off its working state at once: nothing builds on it.
void Service::forget_outdated() {
  look_for_outdated();
  if (!working_.state.service) return;
  const auto outdated =
      core::find_outdated(working_.state, stage().clock(), stage().limits.service_history_retention);
  if (outdated.empty()) return;
  std::vector<RecordWrite> records;
  for (const auto& id : outdated.deployments) {
    records.push_back({core::service_deployment_key(*working_.state.deployments.at(id)), std::nullopt});
  }
  for (const auto number : outdated.revisions) {
    records.push_back({core::service_revision_key(*working_.state.revisions.at(number)), std::nullopt});
    working_.definitions.erase(number);
  }
  core::forget(working_.state, outdated);
  auto next = std::make_shared<const core::ServiceEntry>(working_);
  write(std::move(records), {}, [this, next = std::move(next)](bool durable) {
    if (durable) publish(next);
  });
}

/// An INACTIVE service is described for a while only.
void Service::forget() {
  std::vector<RecordWrite> records{{core::service_key(cluster_name_, service_name_), std::nullopt}};
  for (const auto& [number, revision] : working_.state.revisions) {
    records.push_back({core::service_revision_key(*revision), std::nullopt});
  }
  for (const auto& [id, deployment] : working_.state.deployments) {
    records.push_back({core::service_deployment_key(*deployment), std::nullopt});
  }
  acting_ = true;
  write(std::move(records), {}, [this](bool durable) {
    acting_ = false;
    if (!durable) return;
    send(cluster_, ServiceChanged{service_name_, nullptr});
    quit();
  });
}

}  // namespace troupe::control
