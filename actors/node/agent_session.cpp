/// The agent's session with the control plane: survey, registration, heartbeats.

#include "actors/node/agent.hpp"
#include "actors/node/host_facts.hpp"

#include <algorithm>
#include <utility>

namespace troupe::node {
namespace {

constexpr unsigned attempt_shift = 8;
constexpr std::uint64_t token_mask = 0xFF;

}  // namespace

void Agent::set_timer(std::chrono::milliseconds delay, std::uint64_t token) {
  send(parts_.timer, troupe::SetTimer{delay, token});
}

void Agent::on_timer(std::uint64_t token) {
  switch (token & token_mask) {
    case heartbeat_due:
      return heartbeat();
    case sweep_due:
      return sweep();
    case survey_due:
      return take_survey();
    case connect_due:
      return connect();
    case usage_due:
      return look_at_usage();
    case register_late:
      if (!instance_ && token >> attempt_shift == attempt_) reconnect_later("nobody answers");
      return;
    default:
      return;
  }
}

void Agent::take_survey() {
  send(parts_.engine, TakeSurvey{this});
}

void Agent::surveyed(const HostSurveyed& answer) {
  if (!answer.survey) {
    set_timer(parts_.host.options->reconnect_delay_max, survey_due);
    return;
  }
  Leftovers found;
  found.take(*answer.survey, host_name(*parts_.host.options));
  if (surveyed_once_) {
    recover_runners(std::move(found));
    return;
  }
  surveyed_once_ = true;
  leftovers_ = std::move(found);
  connect();
}

void Agent::connect() {
  if (instance_) return;
  early_.clear();
  ++attempt_;
  ConnectAgent ask;
  ask.registration.cluster = parts_.host.options->cluster;
  ask.registration.instance = id_;
  ask.registration.client_token = client_token_;
  ask.registration.said = registration_of(*parts_.host.options, parts_.host.runtime->info());
  ask.agent = AgentActor{HostAgentActor{this}};
  set_timer(parts_.host.options->register_deadline, register_late | (attempt_ << attempt_shift));
  request(parts_.registry, caf::infinite, std::move(ask))
      .then([this](const AgentConnected& session) { connected(session); },
            [this](const caf::error& why) { reconnect_later(system().render(why)); });
}

void Agent::reconnect_later(const std::string& why) {
  ++attempt_;  // The deadline of the attempt that failed means nothing any more.
  const auto& options = *parts_.host.options;
  spdlog::warn("agent {} is not connected: {}; it tries again in {} ms", host_name(options), why,
               retry_delay_.count());
  set_timer(retry_delay_, connect_due);
  retry_delay_ = std::min(retry_delay_ * 2, options.reconnect_delay_max);
}

void Agent::connected(const AgentConnected& session) {
  if (instance_) demonitor(instance_.address());
  instance_ = session.instance;
  monitor(instance_);
  retry_delay_ = parts_.host.options->reconnect_delay_min;
  spdlog::info("agent {} speaks for container instance {}", host_name(*parts_.host.options),
               core::to_string(session.id));
  if (id_ != session.id) {
    if (id_) orphan_all();
    id_ = session.id;
    parts_.host.executor->run(
        Lane::host, Urgency::ending, [options = parts_.host.options, id = session.id, orphans = orphans_] {
          // The orphans first: with the new id alone they would be taken for nobody's.
          const auto left = save_orphans(*options, orphans);
          if (!left) spdlog::error("agent cannot keep what it left behind: {}", left.error().message);
          const auto saved = save_instance_id(*options, id);
          if (!saved) spdlog::error("agent cannot keep its instance id: {}", saved.error().message);
        });
  }
  send(instance_, Heartbeat{});
  for (const auto& [task, running] : running_) {
    if (running.report) send(instance_, TaskReported{running.report});
  }
  for (const auto& work : std::exchange(early_, {})) work();
}

/// The manifest may come before the answer that says who this host is. Followed then
/// it would end what belongs to the instance before, and be answered to nobody.
void Agent::in_session(std::function<void()> work) {
  if (instance_) {
    work();
  } else {
    early_.push_back(std::move(work));
  }
}

void Agent::heartbeat() {
  if (instance_) send(instance_, Heartbeat{});
  set_timer(parts_.host.options->heartbeat_interval, heartbeat_due);
}

/// A host that takes longer to read than the interval is read as often as it can be.
void Agent::look_at_usage() {
  const auto interval = parts_.host.options->usage_interval;
  if (interval.count() == 0) return;
  if (!sampling_ && instance_) {
    sampling_ = true;
    send(parts_.engine, SampleUsage{this});
  }
  set_timer(interval, usage_due);
}

void Agent::sampled(const UsageSampled& answer) {
  sampling_ = false;
  if (instance_) send(instance_, UsageReported{answer.report});
}

/// What cannot be told now is told when the session is there again.
void Agent::tell(const std::shared_ptr<const core::TaskReport>& report) {
  if (instance_) send(instance_, TaskReported{report});
}

}  // namespace troupe::node
