/// Three small actors: the registry and the instance that a host sees, and the
/// agent that the control plane sees.

#include "tools/simulation/link.hpp"

#include "actors/player.hpp"
#include "tools/simulation/line_answered.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace troupe::simulation {

struct Link::Session {
  bool alive = true;
  AgentActor agent;        ///< The host's.
  AgentActor far_agent;    ///< Stands for it with the control plane.
  InstanceActor instance;  ///< The control plane's; null until it has answered.
  InstanceActor near_instance;
  runtime::Time last_down{};
  runtime::Time last_up{};
};

namespace {

template <class Handle>
void end_actor(const Handle& handle) {
  if (handle) caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
}

caf::error not_here() {
  return broken("the line carries no such call");
}

class FarAgent : public Player<AgentActor> {
 public:
  FarAgent(caf::actor_config& config, std::shared_ptr<Link> link, Link::SessionPtr session)
      : Super(config), link_(std::move(link)), session_(std::move(session)) {
    // As a gateway does: who speaks for a host ends with the instance.
    set_down_handler([this](const caf::down_msg&) { link_->lose_instance(session_); });
  }

  behavior_type make_behavior() override {
    return {
        [this](const StartTask& ask) {
          link_->watch().on_start(ask);
          pass(ask);
        },
        [this](const StopTask& ask) {
          link_->watch().on_stop(ask);
          pass(ask);
        },
        [this](const TaskManifest& manifest) { pass(link_->watch().through(manifest)); },
        [this](const SessionOver& over) { pass(over); },
        // Its instance is known now.
        [this](const TimerFired&) { monitor(session_->instance); },
    };
  }
  const char* name() const override { return "far agent"; }
  void on_exit() override {
    link_ = nullptr;
    session_ = nullptr;
  }

 private:
  template <class Message>
  void pass(const Message& message) {
    link_->carry_down(session_, [agent = session_->agent, message] { caf::anon_send(agent, message); });
  }

  std::shared_ptr<Link> link_;
  Link::SessionPtr session_;
};

class NearInstance : public Player<InstanceActor> {
 public:
  NearInstance(caf::actor_config& config, std::shared_ptr<Link> link, Link::SessionPtr session)
      : Super(config), link_(std::move(link)), session_(std::move(session)) {}

  behavior_type make_behavior() override {
    return {
        [](const OpenSession&) -> caf::result<AgentConnected> { return not_here(); },
        [](const RegisterHost&) -> caf::result<Answer> { return not_here(); },
        [](const ResumeSession&) -> caf::result<SessionOpened> { return not_here(); },
        [](const AssignTask&) {},
        [](const StopTask&) {},
        [](const ChangeInstance&) -> caf::result<Answer> { return not_here(); },
        [](const TaskChanged&) {},
        [this](const TaskReported& said) { pass(said); },
        [this](const Heartbeat& beat) { pass(beat); },
        [this](const HealthReported& news) { pass(news); },
        [this](const RuntimeReported& news) { pass(news); },
        [this](const UsageReported& news) { pass(news); },
        [](const LookUpUsage&) { return UsageFound{}; },
        [](const LookUpTasks&) { return TasksFound{}; },
        [](const TimerFired&) {},
    };
  }
  const char* name() const override { return "near instance"; }
  void on_exit() override {
    link_ = nullptr;
    session_ = nullptr;
  }

 private:
  template <class Message>
  void pass(const Message& message) {
    link_->carry_up(session_, [session = session_, message] {
      caf::send_as(session->far_agent, session->instance, message);
    });
  }

  std::shared_ptr<Link> link_;
  Link::SessionPtr session_;
};

class NearRegistry : public Player<NearRegistryActor> {
 public:
  NearRegistry(caf::actor_config& config, Link* link) : Super(config), link_(link) {}

  behavior_type make_behavior() override {
    return {
        [](const AskRegistry&) -> caf::result<Answer> { return not_here(); },
        [](const AskCluster&) -> caf::result<Answer> { return not_here(); },
        [this](const ConnectAgent& ask) { return connect(ask); },
        [](const ResumeAgent&) -> caf::result<SessionOpened> { return not_here(); },
        [](const FindInstance&) -> caf::result<SessionOpened> { return not_here(); },
        [](const ClusterStatusChanged&) {},
        [](const ServiceNamespaceChanged&) {},
        [](const ReadParts&) -> caf::result<ClusterRead> { return not_here(); },
        [this](const LineAnswered& answered) { deliver(answered); },
    };
  }
  const char* name() const override { return "near registry"; }
  void on_exit() override { waiting_.clear(); }

 private:
  /// What the line has to say is heard as a message: a promise may only be kept by
  /// its own actor.
  caf::result<AgentConnected> connect(const ConnectAgent& ask) {
    const auto number = ++last_;
    const auto hear = [self = NearRegistryActor{this}, number](std::optional<AgentConnected> answer) {
      caf::anon_send(self, LineAnswered{number, std::move(answer)});
    };
    link_->open(
        ask, [hear](AgentConnected session) { hear(std::move(session)); }, [hear] { hear(std::nullopt); });
    auto promise = make_response_promise<AgentConnected>();
    waiting_.emplace(number, promise);
    return promise;
  }

  void deliver(const LineAnswered& answered) {
    auto found = waiting_.extract(answered.number);
    if (!found) return;
    if (answered.session) {
      found.mapped().deliver(*answered.session);
    } else {
      found.mapped().deliver(broken("connection refused"));
    }
  }

  Link* link_;
  std::map<std::uint64_t, caf::typed_response_promise<AgentConnected>> waiting_;
  std::uint64_t last_ = 0;
};

}  // namespace

Link::Link(caf::actor_system& system, std::shared_ptr<runtime::Timeline> agenda, LinkTiming timing,
           std::function<std::uint64_t()> chance, LinkWatch watch)
    : system_(system),
      agenda_(std::move(agenda)),
      timing_(timing),
      chance_(std::move(chance)),
      watch_(std::move(watch)),
      registry_(system.spawn<NearRegistry>(this)) {}

void Link::connect_server(RegistryActor server) {
  server_ = std::move(server);
}

void Link::lose_server() {
  server_ = nullptr;
  const auto session = session_;
  cut();
  if (session) end_actor(session->far_agent);
}

void Link::block_for(std::chrono::milliseconds duration) {
  blocked_until_ = std::max(blocked_until_, agenda_->now() + duration);
}

void Link::cut(HostEnd host) {
  const auto session = std::exchange(session_, nullptr);
  if (!session || !session->alive) return;
  session->alive = false;
  notice(timing_.notice_max, [session] { end_actor(session->far_agent); });
  if (host == HostEnd::gone) {
    end_actor(session->near_instance);
  } else {
    notice(timing_.notice_max / 2, [session] { end_actor(session->near_instance); });
  }
}

void Link::lose_instance(const SessionPtr& session) {
  if (session == session_) {
    cut();
  } else {
    end_actor(session->near_instance);
  }
}

void Link::end() {
  if (const auto session = std::exchange(session_, nullptr)) {
    session->alive = false;
    end_actor(session->far_agent);
    end_actor(session->near_instance);
  }
  end_actor(std::exchange(registry_, nullptr));
  server_ = nullptr;
}

void Link::open(const ConnectAgent& ask, std::function<void(AgentConnected)> done,
                std::function<void()> refused) {
  cut();
  const auto session = std::make_shared<Session>();
  session->agent = ask.agent;
  session->far_agent = system_.spawn<FarAgent>(shared_from_this(), session);
  session_ = session;
  const auto server_then = server_;
  carry_up(session, [this, session, server_then, registration = ask.registration, done, refused] {
    if (!server_ || server_ != server_then) {
      session->alive = false;
      end_actor(session->far_agent);
      refused();
      return;
    }
    ConnectAgent passed{registration, session->far_agent};
    // An actor of its own waits for the answer: the host's end must not.
    system_.spawn([self = shared_from_this(), session, passed, done, refused,
                   server = server_](caf::event_based_actor* waiter) {
      waiter->request(server, caf::infinite, passed)
          .then(
              [=](const AgentConnected& answer) {
                if (!session->alive) return refused();
                session->instance = answer.instance;
                caf::anon_send(session->far_agent, TimerFired{});
                self->carry_down(session, [self, session, done, id = answer.id] {
                  session->near_instance = self->system_.spawn<NearInstance>(self, session);
                  done(AgentConnected{id, session->near_instance});
                });
              },
              [=](const caf::error&) {
                session->alive = false;
                end_actor(session->far_agent);
                refused();
              });
    });
  });
}

void Link::carry_down(const SessionPtr& session, std::function<void()> deliver) {
  carry(session, session->last_down, std::move(deliver));
}

void Link::carry_up(const SessionPtr& session, std::function<void()> deliver) {
  carry(session, session->last_up, std::move(deliver));
}

/// In order: nothing arrives before what was sent before.
void Link::carry(const SessionPtr& session, runtime::Time& last, std::function<void()> deliver) {
  const auto from = std::max(agenda_->now(), blocked_until_);
  last = std::max(last, from + draw(timing_.delay_min, timing_.delay_max));
  agenda_->at(last, [session, deliver = std::move(deliver)] {
    if (session->alive) deliver();
  });
}

void Link::notice(std::chrono::milliseconds within, std::function<void()> what) {
  agenda_->at(agenda_->now() + draw(timing_.delay_min, within), std::move(what));
}

std::chrono::milliseconds Link::draw(std::chrono::milliseconds least, std::chrono::milliseconds most) {
  const auto span = static_cast<std::uint64_t>(std::max(most - least, std::chrono::milliseconds{0}).count());
  return least + std::chrono::milliseconds{static_cast<std::int64_t>(chance_() % (span + 1))};
}

}  // namespace troupe::simulation
