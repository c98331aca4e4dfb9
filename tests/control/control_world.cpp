/// The control plane under test and the agents beside it.

#include "tests/control/control_world.hpp"

#include "actors/player.hpp"

#include <stdexcept>

namespace troupe::testing {
namespace {

using Notes = std::shared_ptr<AgentNotes>;

/// Runs nothing, and says what an agent would.
class ObedientAgent : public Player<AgentActor> {
 public:
  ObedientAgent(caf::actor_config& config, Notes notes) : Super(config), notes_(std::move(notes)) {}

  behavior_type make_behavior() override {
    return {
        [this](const StartTask& ask) {
          notes_->started.push_back(ask.task->id);
          if (!notes_->tasks.contains(ask.task->id)) move_to(ask.task->id, core::TaskStatus::RUNNING);
        },
        [this](const StopTask& ask) {
          notes_->stopped.push_back(ask.task);
          move_to(ask.task, core::TaskStatus::STOPPED);
        },
        [this](const TaskManifest& manifest) { follow(manifest); },
        [this](const SessionOver& over) { notes_->over.push_back(over.why); },
        [](const TimerFired&) {},
    };
  }

 private:
  void move_to(const core::TaskId& task, core::TaskStatus status) {
    if (!notes_->obedient) return;
    notes_->tasks[task] = status;
    send(caf::actor_cast<InstanceActor>(current_sender()),
         TaskReported{std::make_shared<const core::TaskReport>(report_of(task, status))});
  }

  void follow(const TaskManifest& manifest) {
    auto& seen = notes_->manifests.emplace_back();
    for (const auto& task : *manifest.tasks) seen.push_back(task->id);
    for (const auto& task : *manifest.tasks) {
      const bool stops = task->desired_status == core::DesiredStatus::STOPPED;
      move_to(task->id, stops ? core::TaskStatus::STOPPED : core::TaskStatus::RUNNING);
    }
  }

  Notes notes_;
};

}  // namespace

AgentActor spawn_agent(caf::actor_system& system, std::shared_ptr<AgentNotes> notes) {
  return system.spawn<ObedientAgent>(std::move(notes));
}

core::TaskReport report_of(const core::TaskId& task, core::TaskStatus status) {
  core::TaskReport report;
  report.task = task;
  report.status = status;
  if (status == core::TaskStatus::STOPPED) report.stop_code = core::TaskStopCode::EssentialContainerExited;
  return report;
}

ControlTest::ControlTest() {
  options.clock = [this] {
    if (clock_fails) throw std::runtime_error("the clock fails");
    return world.now();
  };
  options.chance = [this] { return chance.next(); };
  options.own_threads = false;
}

ControlTest::~ControlTest() {
  stop();
}

void ControlTest::start() {
  auto started = start_control_plane(world.system(), journal, options);
  ASSERT_TRUE(started) << started.error().message;
  plane = std::move(*started);
  world.settle();
}

void ControlTest::stop() {
  if (!plane.registry) return;
  const auto end = [](const auto& actor) { caf::anon_send_exit(actor, caf::exit_reason::user_shutdown); };
  end(plane.registry);
  end(plane.events);
  end(plane.stage->traffic);
  end(plane.stage->timer);
  end(plane.stage->journal);
  plane = {};
  world.settle();
  EXPECT_EQ(journal.use_count(), 1) << "an actor of the control plane is left over";
}

Answer ControlTest::ask(core::RegistryCommand command) {
  const auto shared_command = std::make_shared<const core::RegistryCommand>(std::move(command));
  return world.ask<Answer>(plane.registry, AskRegistry{shared_command}).value_or(nullptr);
}

Answer ControlTest::ask(core::ClusterCommand command, const std::string& cluster_name) {
  const auto shared_command = std::make_shared<const core::ClusterCommand>(std::move(command));
  return world.ask<Answer>(plane.registry, AskCluster{cluster_name, shared_command}).value_or(nullptr);
}

std::shared_ptr<PendingCall> ControlTest::begin(core::ClusterCommand command,
                                                const std::string& cluster_name) {
  auto call = std::make_shared<PendingCall>();
  const AskCluster message{cluster_name, std::make_shared<const core::ClusterCommand>(std::move(command))};
  world.track(world.system().spawn([call, message, registry = plane.registry](caf::event_based_actor* self) {
    self->request(registry, caf::infinite, message)
        .then([call](const Answer& reply) { call->answer = reply; },
              [call, self](const caf::error& why) { call->error = self->system().render(why); });
  }));
  return call;
}

std::string ControlTest::refusal(const Answer& answer) {
  if (!answer) return "failure";
  if (*answer) return "";
  return std::string{exception_name(answer->error().code)} + ": " + answer->error().message;
}

void ControlTest::create_cluster(const std::string& name) {
  EXPECT_EQ(refusal(ask(core::CreateCluster{}, name)), "");
}

core::TaskDefinitionPtr ControlTest::register_definition(const std::string& family) {
  core::RegisterTaskDefinition command;
  command.definition.family = family;
  command.definition.containerDefinitions = {container("web")};
  return reply<core::TaskDefinitionReply>(ask(std::move(command))).record;
}

FakeAgent ControlTest::make_agent(const std::string& host) {
  FakeAgent agent;
  agent.notes = std::make_shared<AgentNotes>();
  agent.actor = world.track(spawn_agent(world.system(), agent.notes));
  agent.said.host_id = host;
  agent.said.capacity.cpu = {4096};
  agent.said.capacity.memory = {4096};
  if (const auto described = ask(core::DescribeTaskDefinition{"web"}); described && *described) {
    const auto record = std::get<core::TaskDefinitionReply>(**described).record;
    agent.said.attributes = core::placement_attributes(record->definition);
  }
  return agent;
}

bool ControlTest::connect(FakeAgent& agent, const std::string& cluster_name) {
  ConnectAgent ask;
  ask.registration.cluster = cluster_name;
  if (!agent.id.empty()) ask.registration.instance = agent.id;
  ask.registration.said = agent.said;
  ask.agent = agent.actor;
  const auto session = world.ask<AgentConnected>(plane.registry, ask);
  if (!session) return false;
  agent.id = session->id;
  agent.instance = session->instance;
  return true;
}

void ControlTest::say(const FakeAgent& agent, const core::TaskReport& report) {
  agent.notes->tasks[report.task] = report.status;
  world.inject(agent.actor, agent.instance, TaskReported{std::make_shared<const core::TaskReport>(report)});
  world.settle();
}

void ControlTest::beat(const FakeAgent& agent) {
  world.inject(agent.actor, agent.instance, Heartbeat{});
  world.settle();
}

core::RunTask ControlTest::run_command(std::int32_t count) const {
  core::RunTask command;
  command.task_definition = "web";
  command.count = count;
  return command;
}

std::vector<core::TaskPtr> ControlTest::run(std::int32_t count) {
  return reply<core::TasksReply>(ask(run_command(count))).tasks;
}

core::TaskPtr ControlTest::task(const core::TaskId& id) {
  const auto found = reply<core::TasksReply>(ask(core::DescribeTasks{{core::to_string(id)}})).tasks;
  return found.empty() ? nullptr : found.front();
}

core::InstancePtr ControlTest::instance(const core::InstanceId& id) {
  const auto found =
      reply<core::InstancesReply>(ask(core::DescribeContainerInstances{{core::to_string(id)}})).instances;
  return found.empty() ? nullptr : found.front();
}

core::ClusterReply ControlTest::cluster(const std::string& name) {
  return reply<core::ClusterReply>(ask(core::DescribeCluster{}, name));
}

std::vector<core::EventPtr> ControlTest::events_after(std::uint64_t from) {
  Subscribe ask;
  ask.from = from;
  ask.sink = std::make_shared<const EventSink>([](const auto&) { return true; });
  const auto subscribed = world.ask<Subscribed>(plane.events, ask);
  if (!subscribed || subscribed->gap) {
    ADD_FAILURE() << "events after " << from << " are not retained";
    return {};
  }
  world.tell(plane.events, Unsubscribe{subscribed->subscription});
  world.settle();
  return *subscribed->missed;
}

}  // namespace troupe::testing
