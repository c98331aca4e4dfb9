/// One decision on a service while it is being made.

#include "actors/core/service/draft.hpp"

#include <algorithm>
#include <cassert>

namespace troupe::core {
namespace {

/// ECS keeps so many messages of a service.
constexpr std::size_t messages_kept = 100;

}  // namespace

void apply(ServiceState& state, const ServiceChange& change) {
  if (change.service) state.service = change.service;
  for (const auto& revision : change.revisions) state.revisions[revision->number] = revision;
  for (const auto& deployment : change.deployments) state.deployments[deployment->id] = deployment;
}

Draft::Draft(const ServiceState& state, const Stamp& stamp)
    : state_(state), stamp_(stamp), dice_(stamp.seed) {}

Service& Draft::edit() {
  if (!edited_) edited_ = *state_.service;
  return *edited_;
}

Deployment& Draft::edit_deployment(std::uint64_t id) {
  auto& all = edit().deployments;
  const auto found = std::find_if(all.begin(), all.end(), [&](const Deployment& d) { return d.id == id; });
  assert(found != all.end());
  return *found;
}

const Deployment* Draft::primary() const {
  for (const auto& deployment : service().deployments) {
    if (deployment.status == DeploymentStatus::PRIMARY) return &deployment;
  }
  return nullptr;
}

const ServiceDeployment* Draft::history(const std::string& id) const {
  const auto drafted = histories_.find(id);
  if (drafted != histories_.end()) return &drafted->second;
  const auto known = state_.deployments.find(id);
  return known == state_.deployments.end() ? nullptr : known->second.get();
}

ServiceDeployment& Draft::edit_history(const std::string& id) {
  const auto drafted = histories_.find(id);
  if (drafted != histories_.end()) return drafted->second;
  return histories_.emplace(id, *state_.deployments.at(id)).first->second;
}

void Draft::add_history(ServiceDeployment deployment) {
  auto id = deployment.id;
  histories_.insert_or_assign(std::move(id), std::move(deployment));
}

const ServiceRevision* Draft::revision(std::uint64_t number) const {
  for (const auto& drafted : revisions_) {
    if (drafted->number == number) return drafted.get();
  }
  const auto known = state_.revisions.find(number);
  return known == state_.revisions.end() ? nullptr : known->second.get();
}

void Draft::add_revision(ServiceRevision revision) {
  revisions_.push_back(std::make_shared<const ServiceRevision>(std::move(revision)));
}

void Draft::say(const std::string& text) {
  auto& events = edit().events;
  ServiceEvent message;
  message.id = to_string(dice_.uuid());
  message.createdAt = stamp_.now;
  message.message = "(service " + service().name + ") " + text;
  events.insert(events.begin(), std::move(message));
  if (events.size() > messages_kept) events.resize(messages_kept);
}

bool Draft::say_once(const std::string& text, Millis within) {
  const auto full = "(service " + service().name + ") " + text;
  for (const auto& message : service().events) {
    if (message.createdAt.value_or(Time{}) + within <= stamp_.now) break;
    if (message.message == full) return false;
  }
  say(text);
  return true;
}

void Draft::tell(ServiceAction action) {
  action.cluster = service().cluster;
  action.service = service().name;
  action.created_at = stamp_.now;
  events_.emplace_back(std::move(action));
}

void Draft::tell(DeploymentStateChange change) {
  change.cluster = service().cluster;
  change.service = service().name;
  change.updated_at = stamp_.now;
  events_.emplace_back(std::move(change));
}

ServiceChange Draft::finish() {
  ServiceChange change;
  if (edited_ && (!state_.service || *edited_ != *state_.service)) {
    if (state_.service) ++edited_->version;
    change.service = std::make_shared<const Service>(std::move(*edited_));
  }
  for (auto& [id, history] : histories_) {
    const auto known = state_.deployments.find(id);
    if (known != state_.deployments.end() && *known->second == history) continue;
    history.updated_at = stamp_.now;
    change.deployments.push_back(std::make_shared<const ServiceDeployment>(std::move(history)));
  }
  change.revisions = std::move(revisions_);
  change.events = std::move(events_);
  return change;
}

}  // namespace troupe::core
