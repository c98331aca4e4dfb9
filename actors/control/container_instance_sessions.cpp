/// A container instance and those who speak for it: agents in this process, and the
/// gateway's sessions with agents elsewhere. It does not know which.

#include "actors/control/container_instance.hpp"
#include "actors/core/cluster_life.hpp"

#include <algorithm>

namespace troupe::control {

caf::result<AgentConnected> ContainerInstance::open(const OpenSession& ask) {
  const auto stamp = stage().stamp();
  take_agent(ask.agent);
  auto joined = working_ ? core::rejoin_instance(*working_, ask.registration, stamp)
                         : core::join_instance(cluster_name_, id_, ask.registration, stamp);
  if (!ask.client_token.empty()) joined.client_token = ask.client_token;
  working_ = std::make_shared<const core::ContainerInstance>(std::move(joined));
  auto promise = make_response_promise<AgentConnected>();
  record_change([this, promise, agent = ask.agent](bool durable) mutable {
    if (!durable) {
      if (agent_ == agent) forget_agent();
      promise.deliver(broken("journal"));
      return;
    }
    spdlog::info("container instance {} joins cluster {}", core::to_string(id_), cluster_name_);
    promise.deliver(AgentConnected{id_, caf::actor_cast<InstanceActor>(this)});
    greet_agent();
  });
  return promise;
}

caf::result<Answer> ContainerInstance::register_host(const core::RegisterContainerInstance& command) {
  auto next =
      core::register_instance(stage().realm, cluster_name_, id_, working_.get(), command, stage().stamp());
  if (!next) return answer(next.error());
  working_ = std::make_shared<const core::ContainerInstance>(std::move(*next));
  auto promise = make_response_promise<Answer>();
  record_change([this, promise](bool durable) mutable {
    if (!durable) {
      promise.deliver(broken("journal"));
      return;
    }
    spdlog::info("container instance {} registers in cluster {}", core::to_string(id_), cluster_name_);
    promise.deliver(answer(core::Reply{core::InstanceReply{published_}}));
  });
  return promise;
}

/// Its agent is there when that is durable: until then it has no manifest, and work
/// waits.
caf::result<SessionOpened> ContainerInstance::resume_session(const ResumeSession& ask) {
  if (!working_) return broken("the container instance is still registering");
  if (working_->status == core::InstanceStatus::INACTIVE) {
    return SessionOpened{SessionRefusal::instance_inactive, {}, {}};
  }
  take_agent(ask.agent);
  working_ = std::make_shared<const core::ContainerInstance>(
      core::resume_instance(*working_, ask.version, stage().stamp()));
  auto promise = make_response_promise<SessionOpened>();
  record_change([this, promise, agent = ask.agent, next = working_](bool durable) mutable {
    if (!durable) {
      if (agent_ == agent) forget_agent();
      promise.deliver(broken("journal"));
      return;
    }
    promise.deliver(SessionOpened{std::nullopt, caf::actor_cast<InstanceActor>(this), next});
    if (agent_ == agent) greet_agent();
  });
  return promise;
}

/// The one before is told, so that no host has two voices.
void ContainerInstance::take_agent(const AgentActor& agent) {
  if (agent_ && agent_ != agent) send(agent_, SessionOver{SessionOver::Why::replaced});
  forget_agent();
  agent_ = agent;
  monitor(agent_);
  heard_at_ = clock().now();
}

void ContainerInstance::forget_agent() {
  if (agent_) demonitor(agent_.address());
  agent_ = nullptr;
}

void ContainerInstance::greet_agent() {
  absence_told_ = false;
  send_manifest();
  tell_tasks({true});
}

void ContainerInstance::send_manifest() {
  if (!agent_) return;
  auto tasks = std::make_shared<std::vector<core::TaskPtr>>();
  for (const auto& [id, placed] : tasks_) tasks->push_back(placed.task);
  send(agent_, TaskManifest{std::move(tasks)});
}

void ContainerInstance::take_health(const HealthReported& news) {
  const auto placed = tasks_.find(news.said->task);
  if (placed != tasks_.end() && placed->second.owner) send(placed->second.owner, news);
}

void ContainerInstance::take_runtime(const RuntimeReported& news) {
  if (!working_ || working_->status == core::InstanceStatus::INACTIVE) return;
  auto next = core::take_health(*working_, news.health, stage().stamp());
  if (next == *working_) return;
  working_ = std::make_shared<const core::ContainerInstance>(std::move(next));
  record_change([](bool) {});
}

/// Nothing of it is durable, and no event tells it: it is asked for. An agent that speaks of no
/// task while some run does not measure.
void ContainerInstance::take_usage(const core::UsageReport& said) {
  const auto containers_of = [this](const core::TaskId& id) -> std::optional<std::set<std::string>> {
    const auto placed = tasks_.find(id);
    if (placed == tasks_.end()) return std::nullopt;
    std::set<std::string> names;
    for (const auto& container : placed->second.task->containers) names.insert(container.name);
    return names;
  };
  const auto runs = [](const auto& placed) {
    return placed.second.task->last_status == core::TaskStatus::RUNNING;
  };
  if (said.tasks.empty() && std::ranges::any_of(tasks_, runs)) return;
  core::take_usage(usage_, said, containers_of, stage().clock());
}

TasksFound ContainerInstance::look_up(const std::vector<core::TaskId>& tasks) const {
  TasksFound found;
  for (const auto& id : tasks) {
    const auto placed = tasks_.find(id);
    found.tasks.push_back(placed != tasks_.end() ? placed->second.task : nullptr);
  }
  return found;
}

/// Time runs on a clock that nobody sets: a host that slept was not silent.
void ContainerInstance::look_for_silence() {
  const auto silence = stage().limits.agent_silence;
  const auto heard_ago = std::chrono::duration_cast<core::Millis>(clock().now() - heard_at_);
  if (heard_ago >= silence) {
    if (working_ && working_->agent_connected) {
      disconnect("its agent is silent");
    } else if (!absence_told_) {
      tell_tasks({false});
    }
    look_for_loss(heard_ago);
  }
  if (usage_changed_) touch();
  send(stage().timer, SetTimer{std::max(silence - heard_ago, silence / 4), silence_due});
}

/// A host that is gone keeps its record, for it may be cut off only: when it is back its
/// manifest has none of these tasks, and what still runs of them is stopped.
void ContainerInstance::look_for_loss(core::Millis silent_for) {
  const auto patience = stage().limits.instance_loss;
  if (patience.count() == 0 || silent_for < patience || tasks_.empty() || !working_) return;
  spdlog::warn("container instance {} is lost, and {} tasks with it", core::to_string(id_), tasks_.size());
  lose_tasks(core::loss_with_host(*working_));
}

/// The agent says something. One that was only silent is connected again.
void ContainerInstance::hear() {
  if (!agent_ || !current_sender() || agent_.address() != current_sender()->address()) return;
  heard_at_ = clock().now();
  if (!working_ || working_->agent_connected) return;
  spdlog::info("container instance {} hears its agent again", core::to_string(id_));
  change_connectivity(core::Connectivity::CONNECTED, [this](bool durable) {
    if (durable) greet_agent();
  });
}

void ContainerInstance::disconnect(const std::string& why) {
  if (!working_ || !working_->agent_connected) return;
  spdlog::warn("container instance {} is disconnected: {}", core::to_string(id_), why);
  change_connectivity(core::Connectivity::DISCONNECTED, [this](bool durable) {
    if (durable) tell_tasks({false});
  });
}

void ContainerInstance::change_connectivity(core::Connectivity connectivity, Done then) {
  working_ = std::make_shared<const core::ContainerInstance>(
      core::connect_instance(*working_, connectivity, stage().stamp()));
  record_change(std::move(then));
}

}  // namespace troupe::control
