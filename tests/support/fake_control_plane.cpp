/// Two small actors that remember.

#include "tests/support/fake_control_plane.hpp"

#include "actors/player.hpp"

#include <algorithm>

namespace troupe::testing {
namespace {

using Notes = std::shared_ptr<ControlPlaneNotes>;

class RecordingInstance : public Player<InstanceActor> {
 public:
  RecordingInstance(caf::actor_config& config, Notes notes) : Super(config), notes_(std::move(notes)) {}

  behavior_type make_behavior() override {
    return {
        [this](const OpenSession&) {
          return AgentConnected{notes_->instance_id, InstanceActor{this}};
        },
        [](const RegisterHost&) -> caf::result<Answer> { return broken("not here"); },
        [](const ResumeSession&) -> caf::result<SessionOpened> { return broken("not here"); },
        [](const AssignTask&) {},
        [](const StopTask&) {},
        [](const ChangeInstance&) -> caf::result<Answer> { return broken("not here"); },
        [](const TaskChanged&) {},
        [this](const TaskReported& said) { notes_->reports.push_back(said.report); },
        [this](const Heartbeat&) { ++notes_->heartbeats; },
        [](const HealthReported&) {},
        [this](const UsageReported& said) { notes_->usage.push_back(said.said); },
        [](const LookUpUsage&) { return UsageFound{}; },
        [](const RuntimeReported&) {},
        [](const LookUpTasks&) { return TasksFound{}; },
        [](const TimerFired&) {},
    };
  }

 private:
  Notes notes_;
};

class RecordingRegistry : public Player<RegistryActor> {
 public:
  RecordingRegistry(caf::actor_config& config, Notes notes, std::function<InstanceActor()> instance)
      : Super(config), notes_(std::move(notes)), instance_(std::move(instance)) {}

  behavior_type make_behavior() override {
    return {
        [](const AskRegistry&) -> caf::result<Answer> { return broken("not here"); },
        [](const AskCluster&) -> caf::result<Answer> { return broken("not here"); },
        [this](const ConnectAgent& ask) { return connect(ask); },
        [](const ResumeAgent&) -> caf::result<SessionOpened> { return broken("not here"); },
        [](const FindInstance&) -> caf::result<SessionOpened> { return broken("not here"); },
        [](const ClusterStatusChanged&) {},
        [](const ServiceNamespaceChanged&) {},
        [](const ReadParts&) -> caf::result<ClusterRead> { return broken("not here"); },
    };
  }

 private:
  caf::result<AgentConnected> connect(const ConnectAgent& ask) {
    notes_->registrations.push_back(ask.registration);
    if (notes_->silent) {
      auto promise = make_response_promise<AgentConnected>();
      return promise;
    }
    if (notes_->refusals > 0) {
      --notes_->refusals;
      return broken("not yet");
    }
    notes_->agent = ask.agent;
    if (notes_->early_manifest) send(ask.agent, *notes_->early_manifest);
    return AgentConnected{notes_->instance_id, instance_()};
  }

  Notes notes_;
  std::function<InstanceActor()> instance_;
};

}  // namespace

FakeControlPlane::FakeControlPlane(ActorWorld& world) {
  replace_instance(world);
  registry = world.spawn<RecordingRegistry>(notes, [this] { return instance; });
}

void FakeControlPlane::replace_instance(ActorWorld& world) {
  if (instance) caf::anon_send_exit(instance, caf::exit_reason::kill);
  instance = world.spawn<RecordingInstance>(notes);
}

std::shared_ptr<const core::TaskReport> FakeControlPlane::last(const core::TaskId& task) const {
  const auto& all = notes->reports;
  const auto found =
      std::find_if(all.rbegin(), all.rend(), [&](const auto& report) { return report->task == task; });
  return found == all.rend() ? nullptr : *found;
}

std::vector<core::TaskStatus> FakeControlPlane::statuses(const core::TaskId& task) const {
  std::vector<core::TaskStatus> seen;
  for (const auto& report : notes->reports) {
    if (report->task == task) seen.push_back(report->status);
  }
  return seen;
}

void FakeControlPlane::start(ActorWorld& world, const core::TaskPtr& task) {
  world.tell(notes->agent, StartTask{task});
  world.settle();
}

void FakeControlPlane::stop(ActorWorld& world, const core::TaskId& task) {
  world.tell(notes->agent, StopTask{task});
  world.settle();
}

void FakeControlPlane::manifest(ActorWorld& world, std::vector<core::TaskPtr> tasks) {
  world.tell(notes->agent,
             TaskManifest{std::make_shared<const std::vector<core::TaskPtr>>(std::move(tasks))});
  world.settle();
}

}  // namespace troupe::testing
