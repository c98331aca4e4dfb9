/// What agents ask of their cluster: registration, sessions, and what they submit.

#include "actors/control/cluster.hpp"
#include "actors/core/agent_identity.hpp"
#include "actors/core/cluster_life.hpp"
#include "actors/core/hosts.hpp"
#include "actors/core/submissions.hpp"

#include <algorithm>

namespace troupe::control {
namespace {

core::Error denied() {
  return {core::ErrorCode::access_denied, "This key may not speak for the container instance."};
}

Answer acknowledged() {
  return answer(core::Reply{core::Acknowledged{}});
}

}  // namespace

caf::result<Answer> Cluster::perform_agent(const core::AgentCommand& command) {
  if (const auto* ask = std::get_if<core::RegisterContainerInstance>(&command)) return register_host(*ask);
  if (const auto* ask = std::get_if<core::UpdateContainerAgent>(&command)) return refuse_update(*ask);
  if (const auto* ask = std::get_if<core::SubmitTaskState>(&command)) return submit(*ask);
  return submit(std::get<core::SubmitAttachmentStates>(command));
}

/// A host that says which instance it was is that one, even where this server has
/// never seen it: its agent would not take another name.
caf::result<Answer> Cluster::register_host(const core::RegisterContainerInstance& command) {
  std::optional<core::InstanceId> id;
  if (!command.instance.empty()) {
    const auto named = core::find_instance_id(stage().realm, cluster_name_, command.instance);
    if (!named) return answer(named.error());
    if (!*named) return answer(core::client_error("Invalid container instance: " + command.instance));
    id = *named;
  } else if (const auto before = registrations_.find(command.client_token);
             before != registrations_.end() && !command.client_token.empty()) {
    id = before->second;
  }
  if (!id) id = core::Dice{stage().chance()}.id<core::InstanceId>();
  const auto recorded = instances_.find(*id);
  const bool may = recorded != instances_.end() ? core::may_speak_for(command.caller, *recorded->second)
                                                : core::may_bring_hosts(command.caller);
  if (!may) return answer(denied());
  if (recorded != instances_.end()) registrations_.erase(recorded->second->client_token);
  if (!command.client_token.empty()) registrations_[command.client_token] = *id;
  const auto known = instance_actors_.find(*id);
  const auto owner =
      known != instance_actors_.end()
          ? known->second
          : spawn_instance(*id, recorded != instances_.end() ? recorded->second : core::InstancePtr{});
  return delegate(owner, RegisterHost{command});
}

caf::result<SessionOpened> Cluster::resume_agent(const ResumeAgent& ask) {
  auto found = find({ask.cluster, ask.instance, ask.caller});
  if (found.refused) return found;
  return delegate(found.instance, ResumeSession{ask.version, ask.agent});
}

SessionOpened Cluster::find(const FindInstance& ask) const {
  if (!active()) return {SessionRefusal::cluster_unknown, {}, {}};
  const auto known = instances_.find(ask.instance);
  if (known == instances_.end()) return {SessionRefusal::instance_unknown, {}, {}};
  if (!core::may_speak_for(ask.caller, *known->second)) return {SessionRefusal::denied, {}, {}};
  const auto owner = instance_actors_.find(ask.instance);
  if (known->second->status == core::InstanceStatus::INACTIVE || owner == instance_actors_.end()) {
    return {SessionRefusal::instance_inactive, {}, {}};
  }
  return {std::nullopt, owner->second, known->second};
}

caf::result<Answer> Cluster::refuse_update(const core::UpdateContainerAgent& command) const {
  const auto known =
      core::find_container_instance(stage().realm, cluster_name_, instances_, command.instance);
  return answer(known ? core::refuse_agent_update(**known) : known.error());
}

/// A task that has stopped, or stopped so long ago that it is forgotten, needs to be
/// told no more; an agent would repeat a refused call for ever.
caf::result<Answer> Cluster::submit(const core::SubmitTaskState& command) {
  if (auto ok = core::check(command); !ok) return answer(ok.error());
  const auto id = core::find_task_id(stage().realm, cluster_name_, command.task);
  if (!id) return answer(id.error());
  const auto task = *id ? tasks_.find(**id) : nullptr;
  if (!task) return answer(core::invalid_parameter("The referenced task was not found."));
  if (!speaks_for_host(command.caller, *task)) return answer(denied());
  auto promise = owe<Answer>();
  hand_over(task, core::report_of(command, *task), promise);
  return promise;
}

/// Attachments of an instance itself are nobody's record: they are acknowledged.
caf::result<Answer> Cluster::submit(const core::SubmitAttachmentStates& command) {
  if (auto ok = core::check(command); !ok) return answer(ok.error());
  for (const auto& [id, task] : tasks_.all()) {
    if (!core::holds_resources(*task) || task->attachments.empty()) continue;
    auto report = core::report_of(command.attachments, *task);
    if (report.network_details.empty()) continue;
    if (!speaks_for_host(command.caller, *task)) return answer(denied());
    auto promise = owe<Answer>();
    hand_over(task, std::move(report), promise);
    return promise;
  }
  return acknowledged();
}

bool Cluster::speaks_for_host(const core::Principal& who, const core::Task& task) const {
  const auto host = instances_.find(task.instance);
  return host != instances_.end() && core::may_speak_for(who, *host->second);
}

void Cluster::hand_over(const core::TaskPtr& task, core::TaskReport report, Promise promise) {
  if (!core::holds_resources(*task)) {
    const auto instance = instance_actors_.find(task->instance);
    const bool runs_on = report.status != core::TaskStatus::STOPPED && instance != instance_actors_.end();
    if (runs_on) send(instance->second, StopTask{task->id});
    promise.deliver(acknowledged());
    return;
  }
  const auto owner = task_actors_.find(task->id);
  if (owner == task_actors_.end()) {
    promise.deliver(broken("task " + core::to_string(task->id) + " is being restarted"));
    return;
  }
  request(owner->second, caf::infinite,
          SubmitReport{std::make_shared<const core::TaskReport>(std::move(report))})
      .then([promise](const Answer&) mutable { promise.deliver(acknowledged()); },
            [this, promise, id = task->id](caf::error& why) mutable {
              const auto ended = tasks_.find(id);
              if (ended && !core::holds_resources(*ended)) {
                promise.deliver(acknowledged());
              } else {
                promise.deliver(std::move(why));
              }
            });
}

}  // namespace troupe::control
