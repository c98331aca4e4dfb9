/// The life of a session, and what its agent says.

#include "api/agent_gateway/acs_session.hpp"

#include "api/http/websocket.hpp"

#include <spdlog/spdlog.h>
#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>

namespace troupe::api::agent_gateway {
namespace {

using http::close_code::going_away;
using http::close_code::internal_error;
using http::close_code::policy_violation;

constexpr std::uint64_t tick_token = 1;

bool follows_manifests(const core::ContainerInstance& instance) {
  return core::find_attribute(instance, "ecs.capability.full-sync") != nullptr;
}

}  // namespace

http::Response refused_upgrade(unsigned status, const std::string& exception, const std::string& why) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = "{";
  http::append_json_string(response.body, exception);
  response.body += ":";
  http::append_json_string(response.body, why);
  response.body += "}";
  return response;
}

http::Response refused_upgrade(SessionRefusal why) {
  switch (why) {
    case SessionRefusal::cluster_unknown:
      return refused_upgrade(400, "InvalidClusterException", "Cluster not found.");
    case SessionRefusal::instance_unknown:
      return refused_upgrade(400, "InvalidInstanceException",
                             "The referenced container instance was not found.");
    case SessionRefusal::denied:
      return refused_upgrade(403, "AccessDeniedException",
                             "This key may not speak for the container instance.");
    case SessionRefusal::instance_inactive:
      break;
  }
  return refused_upgrade(400, "InactiveInstanceException",
                         "InactiveInstanceException: the container instance was deregistered.");
}

AcsTiming timing_for(std::chrono::milliseconds agent_silence) {
  AcsTiming timing;
  timing.heartbeat = agent_silence / 3;
  timing.silence = agent_silence * 5 / 6;
  timing.linger = agent_silence / 6;
  timing.tick = std::min(timing.tick, agent_silence / 12);
  return timing;
}

AcsSession::AcsSession(caf::actor_config& config, std::shared_ptr<const AcsParts> parts, AcsHello hello,
                       PendingUpgrade<AcsSessionActor> upgrade)
    : AcsSessionActor::base(config),
      parts_(std::move(parts)),
      hello_(std::move(hello)),
      upgrade_(std::move(upgrade)),
      unacked_(parts_->timing.ack_patience) {
  set_down_handler([this](const caf::down_msg&) { end(internal_error, "the container instance ended"); });
}

AcsSession::behavior_type AcsSession::make_behavior() {
  request(parts_->registry, caf::infinite,
          ResumeAgent{hello_.cluster, hello_.instance, hello_.caller, hello_.version,
                      AgentActor{AcsSessionActor{this}}})
      .then([this](const SessionOpened& session) { opened(session); },
            [this](const caf::error& why) {
              spdlog::error("agent session of {} fails: {}", core::to_string(hello_.instance),
                            system().render(why));
              upgrade_.refuse(refused_upgrade(500, "ServerException", "The session could not be opened."));
              quit();
            });
  return {
      [this](const StartTask& ask) { start_task(ask.task); },
      [this](const StopTask& ask) { stop_task(ask.task); },
      [this](const TaskManifest& manifest) { follow(*manifest.tasks); },
      [this](const SessionOver& news) { over(news); },
      [this](const TimerFired&) { tick(); },
      [this](const AcsFrameArrived& news) { take(news.frame); },
      [this](const FrameRefused& frame) { refused(frame); },
      [this](const SocketClosed& end_of_it) { closed(end_of_it); },
  };
}

void AcsSession::on_exit() {
  if (socket_) socket_->close(going_away, "the session ends");
  socket_.reset();
  instance_ = nullptr;
  upgrade_ = {};
  parts_ = nullptr;
}

void AcsSession::opened(const SessionOpened& session) {
  if (session.refused) {
    spdlog::info("agent session of {} is refused", core::to_string(hello_.instance));
    upgrade_.refuse(refused_upgrade(*session.refused));
    return quit();
  }
  socket_ = upgrade_.accept(AcsSessionActor{this});
  if (!socket_) return quit();
  instance_ = session.instance;
  monitor(instance_);
  cluster_ = session.record->cluster;
  full_sync_ = follows_manifests(*session.record);
  sequence_ = session.record->sent_before;
  heard_at_ = beat_at_ = now();
  look_again(next_look());
  spdlog::info("agent session of {} begins: agent {}", core::to_string(hello_.instance),
               hello_.version.agentVersion.value_or("of unknown version"));
}

void AcsSession::closed(const SocketClosed& news) {
  if (!socket_) return;
  spdlog::info("agent session of {} lost its connection: {} {}", core::to_string(hello_.instance), news.code,
               news.reason);
  socket_.reset();
  closed_at_ = now();
  look_again(parts_->timing.tick);
}

void AcsSession::over(const SessionOver& news) {
  const bool replaced = news.why == SessionOver::Why::replaced;
  // An agent that is told 1008 waits before it comes again: two with one identity
  // would otherwise push each other out without pause.
  end(policy_violation, replaced ? "another session of this instance has begun"
                                 : "InactiveInstanceException: the container instance was deregistered");
}

void AcsSession::refused(const FrameRefused& frame) {
  spdlog::warn("agent session of {} refuses a frame: {}", core::to_string(hello_.instance), frame.why);
  end(policy_violation, frame.why);
}

void AcsSession::end(std::uint16_t code, const std::string& why) {
  spdlog::info("agent session of {} ends: {}", core::to_string(hello_.instance), why);
  if (socket_) socket_->close(code, why);
  socket_.reset();
  quit();
}

/// An idle session has nothing to look for between two heartbeats: thousands of them would otherwise
/// cost more than what they say.
core::Millis AcsSession::next_look() const {
  const auto& timing = parts_->timing;
  if (!socket_ || unacked_.size() > 0) return timing.tick;
  auto next = beat_at_ + timing.heartbeat;
  if (hello_.acks_heartbeats) next = std::min(next, heard_at_ + timing.silence);
  return std::max<core::Millis>(timing.tick, next - now());
}

void AcsSession::look_again(core::Millis delay) {
  const auto at = now() + delay;
  if (look_at_ && *look_at_ <= at) return;
  look_at_ = at;
  send(parts_->timer, SetTimer{delay, tick_token});
}

void AcsSession::tick() {
  // A timer that was set before a sooner one.
  if (look_at_ && now() < *look_at_) return;
  look_at_.reset();
  const auto& timing = parts_->timing;
  if (!socket_) {
    if (now() - closed_at_ >= timing.linger) return end(going_away, "its agent did not come back");
  } else if (hello_.acks_heartbeats && now() - heard_at_ >= timing.silence) {
    socket_->close(going_away, "heartbeats are not acknowledged");
    closed({going_away, "heartbeats are not acknowledged"});
  } else {
    beat();
    send_again();
    renew_credentials();
  }
  look_again(next_look());
}

void AcsSession::beat() {
  if (now() - beat_at_ < parts_->timing.heartbeat) return;
  beat_at_ = now();
  write(heartbeat_frame(next_message("heartbeat-")));
}

/// Whatever the agent says shows that it is alive.
void AcsSession::take(const AcsFrame& frame) {
  if (!socket_) return;
  heard_at_ = now();
  send(instance_, Heartbeat{});
  if (const auto* ack = std::get_if<Acked>(&frame)) {
    unacked_.settle(ack->message);
  } else if (const auto* nack = std::get_if<Nacked>(&frame)) {
    spdlog::warn("agent of {} refuses {}: {}", core::to_string(hello_.instance), nack->message, nack->reason);
    unacked_.settle(nack->message);
  } else if (const auto* candidates = std::get_if<StopCandidates>(&frame)) {
    verify_stops(*candidates);
  } else if (const auto* unknown = std::get_if<UnknownFrame>(&frame)) {
    spdlog::debug("agent of {} sends {}, which is not known", core::to_string(hello_.instance),
                  unknown->type);
  }
}

/// Only what the owner of the tasks does not want to run here is stopped; what was placed
/// since the manifest was written is wanted. Answers to older manifests count for nothing.
void AcsSession::verify_stops(const StopCandidates& candidates) {
  if (candidates.manifest != manifest_) return;
  LookUpTasks ask;
  for (const auto& arn : candidates.tasks) {
    const auto reference = core::parse_ref(parts_->realm, "task", arn);
    const auto id = reference ? core::parse_id<core::TaskId>(reference->name) : std::nullopt;
    if (id) ask.tasks.push_back(*id);
  }
  request(instance_, caf::infinite, ask)
      .then(
          [this, asked = ask.tasks, manifest = candidates.manifest](const TasksFound& found) {
            std::vector<core::TaskId> unwanted;
            for (std::size_t i = 0; i < asked.size() && i < found.tasks.size(); ++i) {
              const auto& task = found.tasks[i];
              if (!task || task->desired_status == core::DesiredStatus::STOPPED) unwanted.push_back(asked[i]);
            }
            if (!unwanted.empty()) write(stop_verified_frame(context(), manifest, unwanted));
          },
          [](const caf::error&) {});
}

void AcsSession::write(std::string frame) {
  if (socket_) socket_->send(std::move(frame));
}

FrameContext AcsSession::context() const {
  return {parts_->realm, cluster_, hello_.instance, parts_->clock()};
}

core::Millis AcsSession::now() const {
  return std::chrono::duration_cast<core::Millis>(clock().now().time_since_epoch());
}

AcsSessionActor spawn_acs_session(caf::actor_system& system, std::shared_ptr<const AcsParts> parts,
                                  AcsHello hello, PendingUpgrade<AcsSessionActor> upgrade) {
  return system.spawn<AcsSession>(std::move(parts), std::move(hello), std::move(upgrade));
}

}  // namespace troupe::api::agent_gateway
