/// Operations on a service, and its records.

#include "actors/control/service.hpp"

#include "actors/core/service/names.hpp"
#include "actors/core/store.hpp"

#include <algorithm>

namespace troupe::control {
namespace {

/// The last part of an ARN.
std::string last_part(const std::string& arn) {
  return arn.substr(arn.rfind('/') + 1);
}

}  // namespace

Service::Service(caf::actor_config& config, StagePtr stage, ServiceStart start, ClusterActor cluster)
    : Owner(config, std::move(stage)),
      cluster_name_(std::move(start.cluster)),
      service_name_(std::move(start.name)),
      cluster_(std::move(cluster)),
      published_(std::move(start.entry)),
      fleet_(std::move(start.fleet)) {
  if (published_) working_ = *published_;
  for (auto& task : start.tasks) tasks_[task->id] = std::move(task);
}

Service::behavior_type Service::make_behavior() {
  look_for_outdated();
  if (published_) {
    // After a restart agents come back one after another: what they run is not
    // replaced, and nothing is placed, before one of them is there.
    agents_awaited_ = !fleet_->instances.empty() && !fleet_->any_connected();
    if (agents_awaited_) {
      send(this->stage().timer, SetTimer{this->stage().limits.agent_silence, agents_late});
    } else {
      wake();
    }
  }
  return {
      [this](const ServiceCall& call) { return perform(call); },
      [this](const TaskChanged& change) { take_task(change.task); },
      [this](const TasksNotEnded& told) {
        for (const auto& task : told.tasks) stopping_.erase(task);
        retry_later();
      },
      [this](const TasksForgotten& told) {
        for (const auto& task : told.tasks) tasks_.erase(task);
      },
      [this](const FleetChanged& change) {
        fleet_ = change.fleet;
        if (fleet_->any_connected()) agents_awaited_ = false;
        wake();
      },
      [this](const CapacityFreed&) {
        capacity_freed_ = true;
        wake();
      },
      [this](const TimerFired& timer) { take_timer(timer.token); },
      [this](const Tick&) { reconcile(); },
  };
}

/// Its cluster knows what it had begun: nothing of it is taken back here.
void Service::on_exit() {
  cluster_ = nullptr;
  Owner::on_exit();
}

caf::result<Answer> Service::perform(const ServiceCall& call) {
  const auto& command = std::get<core::ServiceCommand>(*call.command);
  const auto& context = *call.context;
  const auto stamp = stage().stamp();
  const auto& state = working_.state;
  if (const auto* ask = std::get_if<core::CreateService>(&command)) {
    return answer_service(core::decide(state.service ? &state : nullptr, *ask, context, stamp),
                          context.definition);
  }
  if (!state.service) return answer(core::service_not_found());
  if (const auto* ask = std::get_if<core::UpdateService>(&command)) {
    return answer_service(core::decide(state, *ask, context, stamp), context.definition);
  }
  if (const auto* ask = std::get_if<core::DeleteService>(&command)) {
    return answer_service(core::decide(state, *ask, stamp), nullptr);
  }
  if (const auto* ask = std::get_if<core::StopServiceDeployment>(&command)) {
    const auto& arn = ask->service_deployment;
    return answer_deployment(core::decide(state, last_part(arn), *ask, stamp), arn);
  }
  if (const auto* ask = std::get_if<core::ContinueServiceDeployment>(&command)) {
    const auto& arn = ask->service_deployment;
    return answer_deployment(core::decide(state, last_part(arn), *ask, stamp), arn);
  }
  if (const auto* ask = std::get_if<core::CreateTaskSet>(&command)) {
    return answer_task_set(core::decide(state, *ask, context, stamp), context.definition);
  }
  if (const auto* ask = std::get_if<core::UpdateTaskSet>(&command)) {
    return answer_task_set(core::decide(state, *ask, context.realm, stamp), nullptr);
  }
  if (const auto* ask = std::get_if<core::DeleteTaskSet>(&command)) {
    return answer_task_set(core::decide(state, *ask, context.realm, stamp), nullptr);
  }
  const auto& ask = std::get<core::UpdateServicePrimaryTaskSet>(command);
  return answer_task_set(core::decide(state, ask, context.realm, stamp), nullptr);
}

caf::result<Answer> Service::answer_service(const Decided& decided,
                                            const core::TaskDefinitionPtr& definition) {
  if (!decided) return answer(decided.error());
  learn_definitions(*decided, definition);
  return carry_out(*decided, [this] { return core::Reply{core::ServiceReply{snapshot()}}; });
}

caf::result<Answer> Service::answer_task_set(const DecidedTaskSet& decided,
                                             const core::TaskDefinitionPtr& definition) {
  if (!decided) return answer(decided.error());
  learn_definitions(decided->change, definition);
  return carry_out(decided->change, [this, set = decided->task_set] {
    return core::Reply{core::TaskSetReply{snapshot(), set}};
  });
}

caf::result<Answer> Service::answer_deployment(const Decided& decided, const std::string& arn) {
  if (!decided) return answer(decided.error());
  return carry_out(*decided, [arn] { return core::Reply{core::ServiceDeploymentArnReply{arn}}; });
}

/// Answers when it is durable, and does what follows from it.
caf::result<Answer> Service::carry_out(const core::ServiceChange& change, MakeReply make_reply) {
  auto promise = make_response_promise<Answer>();
  commit(change, {}, [this, promise, make_reply = std::move(make_reply)](bool durable) mutable {
    if (!durable) {
      promise.deliver(broken("journal"));
      return;
    }
    promise.deliver(answer(make_reply()));
    wake();
  });
  return promise;
}

/// A new revision runs the definition that the command named, or that of the
/// revision which it follows.
void Service::learn_definitions(const core::ServiceChange& change,
                                const core::TaskDefinitionPtr& definition) {
  auto& known = working_.definitions;
  for (const auto& revision : change.revisions) {
    const auto runs = [&](const core::TaskDefinitionPtr& candidate) {
      return candidate && candidate->definition.family == revision->what.family &&
             candidate->definition.revision == revision->what.revision;
    };
    const auto same = std::ranges::find_if(known, [&](const auto& entry) { return runs(entry.second); });
    if (runs(definition)) {
      known[revision->number] = definition;
    } else if (same != known.end()) {
      known[revision->number] = same->second;
    }
  }
}

core::ServiceSnapshot Service::snapshot() const {
  std::vector<core::TaskPtr> tasks;
  for (const auto& [id, task] : tasks_) tasks.push_back(task);
  return core::show_service(*published_, tasks);
}

/// One decision: its records, and the tasks that it starts, in one batch.
void Service::commit(const core::ServiceChange& change, const std::vector<core::TaskPtr>& started,
                     Done then) {
  if (change.empty() && started.empty()) return after_writes(std::move(then));
  core::apply(working_.state, change);
  const auto stamp = stage().stamp();
  std::vector<RecordWrite> records;
  std::vector<core::Event> events;
  for (const auto& task : started) {
    records.push_back({core::task_key(cluster_name_, task->id), core::store(*task)});
    events.push_back(event(core::TaskStateChange{task}, stamp));
  }
  if (change.service) {
    records.push_back({core::service_key(cluster_name_, service_name_), core::store(*change.service)});
  }
  for (const auto& revision : change.revisions) {
    records.push_back({core::service_revision_key(*revision), core::store(*revision)});
  }
  for (const auto& deployment : change.deployments) {
    records.push_back({core::service_deployment_key(*deployment), core::store(*deployment)});
  }
  for (const auto& body : change.events) {
    std::visit([&](const auto& told) { events.push_back(event(told, stamp)); }, body);
  }
  auto next = std::make_shared<const core::ServiceEntry>(working_);
  write(std::move(records), std::move(events),
        [this, next = std::move(next), then = std::move(then)](bool durable) {
          if (durable) publish(next);
          then(durable);
        });
}

void Service::publish(const core::ServiceEntryPtr& next) {
  const auto& service = *next->state.service;
  if (!published_ || published_->state.service->status != service.status) {
    spdlog::info("service {} of cluster {} is {}", service_name_, cluster_name_,
                 core::name_of(service.status));
  }
  published_ = next;
  if (cluster_) send(cluster_, ServiceChanged{service_name_, next});
}

/// What the journal refused is decided again; a service that never came to be
/// ends.
void Service::refused(const caf::error& /*why*/) {
  acting_ = false;
  if (!published_) {
    send(cluster_, ServiceChanged{service_name_, nullptr});
    return quit();
  }
  working_ = *published_;
  // The places that it gives back are news to those that found none, itself among them.
  pausing_ = true;
  retry_later();
}

}  // namespace troupe::control
