/// How a deployment of a service begins, fails, is rolled back and ends.

#include "actors/core/service/deployments.hpp"

#include "actors/core/service/failures.hpp"
#include "actors/core/service/names.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

using enum ServiceDeploymentStatus;
using Monitors = ServiceDeploymentRollbackMonitorsStatus;

void announce(Draft& draft, ServiceEventType type, DeploymentEventName name, std::uint64_t id,
              const std::string& reason) {
  DeploymentStateChange change;
  change.type = type;
  change.name = name;
  change.deployment_id = deployment_name(id);
  change.reason = reason;
  draft.tell(std::move(change));
}

std::vector<std::uint64_t> revisions_with_tasks(const Service& service) {
  std::vector<std::uint64_t> revisions;
  for (const auto& deployment : service.deployments) {
    if (std::ranges::find(revisions, deployment.revision) == revisions.end()) {
      revisions.push_back(deployment.revision);
    }
  }
  return revisions;
}

bool is_rolling(const DeploymentConfiguration& configuration) {
  return configuration.strategy.value_or(DeploymentStrategy::ROLLING) == DeploymentStrategy::ROLLING;
}

ServiceDeployment new_history(Draft& draft, std::uint64_t revision) {
  const auto& service = draft.service();
  ServiceDeployment history;
  history.id = fresh_deployment_id(draft.dice());
  history.cluster = service.cluster;
  history.service = service.name;
  history.created_at = draft.time();
  history.source_revisions = revisions_with_tasks(service);
  history.target_revision = revision;
  history.configuration = service.configuration;
  const auto breaker = service.configuration.deploymentCircuitBreaker.value_or(DeploymentCircuitBreaker{});
  if (breaker.enable.value_or(false)) history.breaker = Monitors::MONITORING;
  history.breaker_threshold = breaker_threshold(breaker, service.desired_count);
  const auto alarms = service.configuration.alarms.value_or(DeploymentAlarms{});
  if (alarms.enable.value_or(false)) history.alarms = Monitors::MONITORING;
  if (!is_rolling(service.configuration)) {
    history.progress.emplace().entered_at = draft.time();
    // What an earlier deployment had shifted and not brought to its end is taken
    // back first, also when it was given up before.
    const auto* primary = draft.primary();
    const auto* before = primary == nullptr ? nullptr : draft.history(primary->service_deployment);
    if (before != nullptr && before->progress && before->status != SUCCESSFUL) {
      history.progress->production_percent = before->progress->production_percent;
      history.progress->test_percent = before->progress->test_percent;
    }
  }
  return history;
}

Deployment& push_primary(Draft& draft, std::uint64_t revision, const std::string& history) {
  auto& service = draft.edit();
  for (auto& deployment : service.deployments) deployment.status = DeploymentStatus::ACTIVE;
  Deployment deployment;
  deployment.id = fresh_number(draft.dice());
  deployment.revision = revision;
  deployment.service_deployment = history;
  deployment.created_at = deployment.updated_at = draft.time();
  deployment.desired_count = service.desired_count;
  service.deployments.insert(service.deployments.begin(), std::move(deployment));
  return service.deployments.front();
}

void end_history(Draft& draft, const std::string& id, ServiceDeploymentStatus status,
                 const std::string& reason) {
  if (draft.edit().current_deployment == id) draft.edit().current_deployment.clear();
  const auto* known = draft.history(id);
  if (known == nullptr || is_over(known->status)) return;
  auto& history = draft.edit_history(id);
  history.status = status;
  if (!reason.empty()) history.status_reason = reason;
  history.finished_at = draft.time();
  if (status == STOPPED) history.stopped_at = draft.time();
  if (history.breaker == Monitors::MONITORING) history.breaker = Monitors::MONITORING_COMPLETE;
  if (history.alarms == Monitors::MONITORING) history.alarms = Monitors::MONITORING_COMPLETE;
}

void roll_back(Draft& draft, const Deployment& failed, const DeploymentVerdict& verdict) {
  auto& history = draft.edit_history(failed.service_deployment);
  history.rollback_reason = verdict.by + ": " + verdict.because;
  history.status_reason = history.rollback_reason;
  history.rollback_started_at = draft.time();
  history.rollback_revision = draft.service().stable_revision;
  if (history.progress) {
    history.status = ROLLBACK_REQUESTED;
    return;
  }
  history.status = ROLLBACK_IN_PROGRESS;
  auto& service = draft.edit();
  Deployment source;
  const auto found = std::ranges::find_if(service.deployments, [&](const Deployment& d) {
    return d.revision == service.stable_revision && d.id != failed.id;
  });
  if (found != service.deployments.end()) {
    source = *found;
    service.deployments.erase(found);
  }
  service.revision = service.stable_revision;
  auto& back = push_primary(draft, service.stable_revision, failed.service_deployment);
  if (source.id != 0) {
    back.adopted = source.adopted;
    back.adopted.push_back(source.id);
  }
  const auto to = source.id != 0 ? source.id : back.id;
  back.rollout_reason = verdict.by + ": rolling back to deploymentId " + deployment_name(to) + ".";
  announce(draft, ServiceEventType::INFO, DeploymentEventName::SERVICE_DEPLOYMENT_IN_PROGRESS, failed.id,
           back.rollout_reason);
}

}  // namespace

void begin_deployment(Draft& draft, std::uint64_t revision) {
  auto history = new_history(draft, revision);
  const auto before = draft.service().current_deployment;
  if (!before.empty()) {
    end_history(draft, before, STOPPED, "Service deployment was superseded by a newer one.");
  }
  auto& service = draft.edit();
  service.revision = revision;
  service.current_deployment = history.id;
  service.balancing_zone.clear();
  service.placement_failures = 0;
  service.place_again_at.reset();
  auto& deployment = push_primary(draft, revision, history.id);
  deployment.rollout_reason = "ECS deployment " + deployment_name(deployment.id) + " in progress.";
  announce(draft, ServiceEventType::INFO, DeploymentEventName::SERVICE_DEPLOYMENT_IN_PROGRESS, deployment.id,
           deployment.rollout_reason);
  draft.add_history(std::move(history));
}

void fail_deployment(Draft& draft, const DeploymentVerdict& verdict) {
  const auto* primary = draft.primary();
  if (primary == nullptr || primary->rollout != DeploymentRolloutState::IN_PROGRESS) return;
  auto& deployment = draft.edit_deployment(primary->id);
  deployment.rollout = DeploymentRolloutState::FAILED;
  deployment.rollout_reason = verdict.by + ": " + verdict.because;
  deployment.updated_at = draft.time();
  const auto failed = deployment;
  announce(draft, ServiceEventType::ERROR, DeploymentEventName::SERVICE_DEPLOYMENT_FAILED, failed.id,
           failed.rollout_reason);
  const auto* history = draft.history(failed.service_deployment);
  if (history == nullptr) return;
  const auto status = history->status;
  if (status == ROLLBACK_IN_PROGRESS || status == ROLLBACK_REQUESTED) {
    end_history(draft, failed.service_deployment, ROLLBACK_FAILED, failed.rollout_reason);
    return;
  }
  const auto stable = draft.service().stable_revision;
  if (verdict.roll_back && stable != 0 && stable != failed.revision) {
    roll_back(draft, failed, verdict);
  } else {
    end_history(draft, failed.service_deployment, STOPPED, failed.rollout_reason);
  }
}

void restore_source(Draft& draft) {
  auto& service = draft.edit();
  const auto failed = *draft.primary();
  auto& history = draft.edit_history(failed.service_deployment);
  history.progress.reset();
  history.status = ROLLBACK_IN_PROGRESS;
  auto source = std::ranges::find_if(service.deployments, [&](const Deployment& d) {
    return d.revision == service.stable_revision && d.id != failed.id;
  });
  if (source == service.deployments.end()) {
    push_primary(draft, service.stable_revision, failed.service_deployment);
  } else {
    auto restored = std::move(*source);
    service.deployments.erase(source);
    for (auto& deployment : service.deployments) deployment.status = DeploymentStatus::ACTIVE;
    restored.status = DeploymentStatus::PRIMARY;
    restored.service_deployment = failed.service_deployment;
    restored.desired_count = service.desired_count;
    restored.failures = {};
    restored.updated_at = draft.time();
    service.deployments.insert(service.deployments.begin(), std::move(restored));
  }
  service.revision = service.stable_revision;
  auto& back = service.deployments.front();
  back.rollout = DeploymentRolloutState::IN_PROGRESS;
  back.rollout_reason = history.rollback_reason.substr(0, history.rollback_reason.find(':')) +
                        ": rolling back to deploymentId " + deployment_name(back.id) + ".";
  announce(draft, ServiceEventType::INFO, DeploymentEventName::SERVICE_DEPLOYMENT_IN_PROGRESS, failed.id,
           back.rollout_reason);
}

void complete_deployment(Draft& draft) {
  const auto id = draft.primary()->id;
  auto& deployment = draft.edit_deployment(id);
  deployment.rollout = DeploymentRolloutState::COMPLETED;
  deployment.rollout_reason = "ECS deployment " + deployment_name(id) + " completed.";
  deployment.updated_at = draft.time();
  const auto history_id = deployment.service_deployment;
  draft.edit().stable_revision = deployment.revision;
  const auto* history = draft.history(history_id);
  const bool back = history != nullptr && history->status == ROLLBACK_IN_PROGRESS;
  end_history(draft, history_id, back ? ROLLBACK_SUCCESSFUL : SUCCESSFUL, "");
  draft.say("(deployment " + deployment_name(id) + ") deployment completed.");
  announce(draft, ServiceEventType::INFO, DeploymentEventName::SERVICE_DEPLOYMENT_COMPLETED, id,
           draft.primary()->rollout_reason);
}

void abandon_deployment(Draft& draft, const std::string& reason) {
  const auto current = draft.service().current_deployment;
  if (!current.empty()) end_history(draft, current, STOPPED, reason);
}

}  // namespace troupe::core
