/// The world's own order of things.

#include "tools/simulation/virtual_cluster.hpp"

#include "actors/timer.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace troupe::simulation {
namespace {

template <class Handle>
void end_it(const Handle& handle) {
  if (handle) caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
}

core::Time rounded_up(runtime::Time instant) {
  return std::chrono::ceil<core::Millis>(instant);
}

}  // namespace

VirtualCluster::VirtualCluster(ClusterSetup setup)
    : setup_(std::move(setup)),
      dice_(setup_.seed),
      agenda_(runtime::Timeline::manual(now())),
      scripts_(std::make_shared<runtime::SimulatedOptions>(setup_.scripts)),
      jobs_(std::make_shared<JobTimings>(setup_.jobs)) {
  shuffle(dice_.next());
  host_timer_ = spawn<Timer>();
  disk_->on_durable = [this](const runtime::WriteBatch& batch) {
    tell_watchers([&](Watcher& watcher) { watcher.durable(batch); });
  };
  disk_->on_crash = [this] { dying_ = true; };
}

VirtualCluster::~VirtualCluster() {
  closing_ = true;
  watchers_.clear();
  midst_.clear();
  hosts_.clear();
  bury_server();
  settle();
  // What is left on the agenda finds nobody; some of it holds actors.
  agenda_->run_due(runtime::Time::max());
  settle();
  host_timer_ = nullptr;
  close();
}

void VirtualCluster::trouble(const std::string& what) {
  note("trouble: " + what);
  on_trouble_(what);
}

void VirtualCluster::start_server() {
  if (server_runs()) return;
  if (!journal_.expired()) trouble("an actor of the control plane is left over");
  CastOptions options;
  options.realm = setup_.realm;
  options.limits = setup_.limits;
  options.clock = [this] { return wall(); };
  options.chance = [this] { return chance(); };
  options.own_threads = false;
  options.on_death = [this](const std::string&) { dying_ = true; };
  auto journal = disk_->open();
  journal_ = journal;
  ++process_;
  auto started = start_control_plane(system(), std::move(journal), options);
  if (!started) return trouble("the control plane does not start: " + started.error().message);
  plane_ = std::move(*started);
  note("server starts");
  for (const auto& [name, host] : hosts_) host->link().connect_server(plane_.registry);
  tell_watchers([](Watcher& watcher) { watcher.server_started(); });
  subscribe();
}

void VirtualCluster::crash_server() {
  if (server_runs()) bury_server();
}

/// Nothing of it acts any more: its disk and its lines are gone; what is left of
/// its actors talks among itself and ends.
void VirtualCluster::bury_server() {
  dying_ = false;
  if (!server_runs()) return;
  ++process_;
  disk_->cut_power();
  for (const auto& [name, host] : hosts_) host->link().lose_server();
  end_it(plane_.registry);
  end_it(plane_.events);
  end_it(plane_.stage->traffic);
  end_it(plane_.stage->timer);
  end_it(plane_.stage->journal);
  plane_ = {};
  if (closing_) return;
  note("server dies");
  tell_watchers([](Watcher& watcher) { watcher.server_lost(); });
}

HostSurroundings VirtualCluster::surroundings() {
  HostSurroundings around;
  around.system = &system();
  around.timer = host_timer_;
  around.agenda = agenda_;
  around.clock = [this] { return wall(); };
  around.chance = [this] { return chance(); };
  around.jobs = jobs_;
  around.link = setup_.link;
  around.scripts = scripts_;
  around.watch.on_start = [this](const StartTask& ask) {
    tell_watchers([&](Watcher& watcher) { watcher.start_sent(*ask.task); });
    link_watch_.on_start(ask);
  };
  around.watch.on_stop = [this](const troupe::StopTask& ask) {
    tell_watchers([&](Watcher& watcher) { watcher.stop_sent(ask.task); });
    link_watch_.on_stop(ask);
  };
  around.watch.through = [this](const TaskManifest& manifest) { return link_watch_.through(manifest); };
  around.on_start = [this](const std::string& host, const std::string& container) {
    tell_watchers([&](Watcher& watcher) { watcher.container_began(host, container); });
  };
  return around;
}

SimulatedHost& VirtualCluster::add_host(HostSetup setup) {
  setup.realm = setup_.realm;
  const auto name = setup.name;
  auto& host = hosts_[name];
  host = std::make_unique<SimulatedHost>(std::move(setup), surroundings());
  if (server_runs()) host->link().connect_server(plane_.registry);
  host->start();
  return *host;
}

void VirtualCluster::subscribe() {
  Subscribe ask;
  ask.from = last_event_;
  // The stream may call the sink before its answer has been read.
  const auto early = std::make_shared<std::optional<std::vector<core::EventPtr>>>(std::in_place);
  ask.sink = std::make_shared<const EventSink>([this, early, process = process_](const auto& events) {
    if (process != process_) return false;
    for (const auto& event : events) *early ? (*early)->push_back(event) : take_event(event);
    return true;
  });
  system().spawn(
      [this, ask, early, events = plane_.events, process = process_](caf::event_based_actor* self) {
        self->request(events, caf::infinite, ask)
            .then(
                [this, early, process](const Subscribed& subscribed) {
                  if (process != process_) return;
                  if (subscribed.gap) return trouble("the event stream has a gap");
                  for (const auto& event : *subscribed.missed) take_event(event);
                  const auto waited = std::move(**early);
                  early->reset();
                  for (const auto& event : waited) take_event(event);
                },
                [](const caf::error&) {});
      });
}

void VirtualCluster::take_event(const core::EventPtr& event) {
  if (event->sequence != last_event_ + 1) {
    trouble("event " + std::to_string(event->sequence) + " follows event " + std::to_string(last_event_));
  }
  last_event_ = event->sequence;
  tell_watchers([&](Watcher& watcher) { watcher.event(event); });
}

void VirtualCluster::call(Command command, Then then, const std::string& cluster) {
  if (!server_runs()) return then(nullptr);
  const auto take = [this, then, process = process_](const Answer& reply) {
    if (closing_) return;
    if (process != process_) return then(nullptr);
    if (*reply) tell_watchers([&](Watcher& watcher) { watcher.told(**reply); });
    then(reply.get());
  };
  const auto failed = [this, then](const caf::error&) {
    if (!closing_) then(nullptr);
  };
  system().spawn([command = std::move(command), cluster, registry = plane_.registry, take,
                  failed](caf::event_based_actor* self) {
    if (const auto* of_cluster = std::get_if<core::ClusterCommand>(&command)) {
      const AskCluster message{cluster, std::make_shared<const core::ClusterCommand>(*of_cluster)};
      self->request(registry, caf::infinite, message).then(take, failed);
    } else {
      const auto& of_registry = std::get<core::RegistryCommand>(command);
      const AskRegistry message{std::make_shared<const core::RegistryCommand>(of_registry)};
      self->request(registry, caf::infinite, message).then(take, failed);
    }
  });
}

core::Outcome VirtualCluster::ask(Command command, const std::string& cluster, core::Millis limit) {
  auto answer = std::make_shared<std::optional<core::Outcome>>();
  call(
      std::move(command),
      [answer](const core::Outcome* outcome) {
        *answer =
            outcome != nullptr ? *outcome : core::Outcome{core::Error{core::ErrorCode::server, "no answer"}};
      },
      cluster);
  const auto end = now() + limit;
  while (!*answer && step_once(end)) {
  }
  if (!*answer) return core::Error{core::ErrorCode::server, "no answer in time"};
  return **answer;
}

void VirtualCluster::after(core::Millis delay, std::function<void()> work) {
  agenda_->at(agenda_->now() + delay, [this, work = std::move(work)] {
    if (!closing_) work();
  });
}

void VirtualCluster::in_the_midst(std::uint64_t messages, std::function<void()> work) {
  midst_.emplace(steps_ + messages, std::move(work));
}

bool VirtualCluster::step_once(core::Time limit) {
  while (!midst_.empty() && midst_.begin()->first <= steps_) midst_.extract(midst_.begin()).mapped()();
  if (step()) {
    ++steps_;
    chronicle_.message(steps_, now(), last_handled().name, last_handled().id);
    if (dying_) bury_server();
    tell_watchers([](Watcher& watcher) { watcher.stepped(); });
    return true;
  }
  auto next = next_timer();
  if (const auto planned = agenda_->next_due()) {
    const auto due = rounded_up(*planned);
    next = next ? std::min(*next, due) : due;
  }
  if (!next || *next > limit) return false;
  fire_timers(*next);
  agenda_->run_due(now());
  return true;
}

void VirtualCluster::run_until(core::Time end) {
  while (step_once(end)) {
  }
  fire_timers(end);
  agenda_->run_due(now());
}

}  // namespace troupe::simulation
