/// The sessions beneath a remote instance.

#include "api/agent_client/remote_instance.hpp"

namespace troupe::api::agent_client {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t discover_call = 0;
constexpr Backoff discover_rule{1s, 2.0, 60s};
constexpr Backoff dial_rule{250ms, 1.5, 120s};
/// A session that held for so long was a good one: the next begins without waiting.
constexpr std::chrono::milliseconds good_session{60s};
constexpr std::chrono::milliseconds publish_interval{20s};

const char* name_of_session(Session session) {
  return session == Session::acs ? "work" : "telemetry";
}

}  // namespace

RemoteInstance::RemoteInstance(caf::actor_config& config, RemoteParts parts, core::InstanceId id,
                               core::VersionInfo version, AgentActor agent)
    : RemoteInstanceActor::base(config),
      parts_(std::move(parts)),
      speaker_{parts_.realm, parts_.cluster, id},
      version_(std::move(version)),
      agent_(std::move(agent)),
      begun_before_(parts_.begun->all()) {
  set_down_handler([this](const caf::down_msg&) { quit(caf::exit_reason::user_shutdown); });
}

RemoteInstance::behavior_type RemoteInstance::make_behavior() {
  monitor(agent_);
  discover();
  set_timer(publish_interval, telemetry_due);
  return {
      [](const OpenSession&) -> caf::result<AgentConnected> { return elsewhere(); },
      [](const RegisterHost&) -> caf::result<Answer> { return elsewhere(); },
      [](const ResumeSession&) -> caf::result<SessionOpened> { return elsewhere(); },
      [](const AssignTask&) {},
      [](const StopTask&) {},
      [](const ChangeInstance&) -> caf::result<Answer> { return elsewhere(); },
      [](const TaskChanged&) {},
      [this](const TaskReported& said) { take_report(said.report); },
      // The server asks by itself whether anybody is there.
      [](const Heartbeat&) {},
      [](const HealthReported&) {},
      [](const RuntimeReported&) {},
      [this](const UsageReported& news) { take_usage(*news.said); },
      [](const LookUpUsage&) -> caf::result<UsageFound> { return elsewhere(); },
      [](const LookUpTasks&) -> caf::result<TasksFound> { return elsewhere(); },
      [this](const TimerFired& fired) { on_timer(fired.token); },
      [this](const CallAnswered& said) {
        said.call == discover_call ? take_endpoints(said.answer) : submitted(said.call, said.answer);
      },
      [this](const LinkOpened& news) { opened(news); },
      [this](const LinkSaid& news) {
        if (news.session == Session::acs && news.dial == at(Session::acs).dial) take_frame(news.frame);
      },
      [this](const LinkOver& news) { ended(news); },
  };
}

void RemoteInstance::on_exit() {
  for (auto& session : sessions_) {
    if (session.link) session.link->close();
    session.link = nullptr;
  }
  agent_ = nullptr;
  parts_ = {};
}

void RemoteInstance::set_timer(std::chrono::milliseconds delay, Token token) {
  send(parts_.timer, SetTimer{delay, token});
}

void RemoteInstance::on_timer(std::uint64_t token) {
  switch (token) {
    case discover_due:
      return discover();
    case acs_due:
      return dial(Session::acs);
    case tcs_due:
      return dial(Session::tcs);
    case reports_due:
      return submit_due();
    case telemetry_due:
      publish();
      return set_timer(publish_interval, telemetry_due);
    default:
      return;
  }
}

void RemoteInstance::discover() {
  parts_.uplink->call("DiscoverPollEndpoint", discover_request(speaker_),
                      [self = RemoteInstanceActor{this}](CallAnswer answer) {
                        caf::anon_send(self, CallAnswered{discover_call, std::move(answer)});
                      });
}

void RemoteInstance::take_endpoints(const CallAnswer& answer) {
  if (!endpoints_.acs.empty()) return;
  const auto found = answer.status == 200 ? poll_endpoints(answer.body)
                                          : core::Result<PollEndpoints>{core::client_error(answer.body)};
  if (!found) {
    ++discoveries_failed_;
    spdlog::warn("agent cannot learn where its sessions are: {}", found.error().message);
    return set_timer(delay_of(discover_rule, discoveries_failed_, parts_.chance()), discover_due);
  }
  endpoints_ = *found;
  dial(Session::acs);
  dial(Session::tcs);
}

/// A process that has not been told all its tasks yet asks to be told all of them.
void RemoteInstance::dial(Session session) {
  const bool is_acs = session == Session::acs;
  const auto url = is_acs ? endpoints_.acs + acs_target(speaker_, version_, !synchronised_)
                          : endpoints_.tcs + tcs_target(speaker_, version_);
  auto& dialled = at(session);
  ++dialled.dial;
  if (is_acs) manifest_came_ = false;
  LinkHandlers handlers;
  handlers.on_open = [self = RemoteInstanceActor{this}, session, dial = dialled.dial] {
    caf::anon_send(self, LinkOpened{session, dial});
  };
  handlers.on_frame = [self = RemoteInstanceActor{this}, session, dial = dialled.dial](std::string frame) {
    caf::anon_send(self, LinkSaid{session, dial, std::move(frame)});
  };
  handlers.on_end = [self = RemoteInstanceActor{this}, session, dial = dialled.dial](LinkEnd end) {
    caf::anon_send(self, LinkOver{session, dial, std::move(end)});
  };
  dialled.link =
      parts_.uplink->open(url, is_acs ? Framing::plain : Framing::signed_each, std::move(handlers));
}

void RemoteInstance::opened(const LinkOpened& news) {
  auto& dialled = at(news.session);
  if (news.dial != dialled.dial) return;
  dialled.open = true;
  dialled.opened_at = parts_.clock();
  spdlog::info("agent of {} has its session for {}", core::to_string(speaker_.instance),
               name_of_session(news.session));
  if (news.session == Session::tcs) return publish();
  if (parts_.on_session) parts_.on_session(speaker_.instance);
}

void RemoteInstance::ended(const LinkOver& news) {
  auto& dialled = at(news.session);
  if (news.dial != dialled.dial) return;
  const bool held = dialled.open && parts_.clock() - dialled.opened_at >= good_session;
  dialled.open = false;
  dialled.link = nullptr;
  dialled.failures = held ? 1 : dialled.failures + 1;
  if (news.end.why.find("InactiveInstanceException") != std::string::npos) {
    spdlog::error("container instance {} was deregistered", core::to_string(speaker_.instance));
    if (parts_.on_deregistered) parts_.on_deregistered();
    return quit(caf::exit_reason::user_shutdown);
  }
  const auto delay = delay_of(dial_rule, dialled.failures, parts_.chance());
  spdlog::warn("agent of {} lost its session for {}: {}; it tries again in {} ms",
               core::to_string(speaker_.instance), name_of_session(news.session), news.end.why,
               delay.count());
  set_timer(delay, news.session == Session::acs ? acs_due : tcs_due);
}

void RemoteInstance::say(Session session, std::string frame) {
  auto& dialled = at(session);
  if (dialled.open && dialled.link) dialled.link->send(std::move(frame));
}

}  // namespace troupe::api::agent_client
