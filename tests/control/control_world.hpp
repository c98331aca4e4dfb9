#pragma once

/// A control plane in a world of actors: the real actors on a journal in memory,
/// and agents that do as they are told.

#include "actors/cast.hpp"
#include "actors/core/task_definition/registration.hpp"
#include "tests/control/faulty_journal.hpp"
#include "tests/support/actor_world.hpp"
#include "tests/support/builders.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe::testing {

/// What a fake agent was told, and how it behaves.
struct AgentNotes {
  std::vector<core::TaskId> started;
  std::vector<core::TaskId> stopped;
  std::vector<std::vector<core::TaskId>> manifests;
  std::vector<SessionOver::Why> over;              ///< It was told that it speaks no more.
  std::map<core::TaskId, core::TaskStatus> tasks;  ///< What it would report.
  bool obedient = true;                            ///< Reports RUNNING and STOPPED at once.
};

/// An agent and the session that it has.
struct FakeAgent {
  AgentActor actor;
  std::shared_ptr<AgentNotes> notes;
  core::Registration said;
  core::InstanceId id;
  InstanceActor instance;
};

/// The answer to a call that was made and not waited for.
struct PendingCall {
  Answer answer;
  std::string error;
  [[nodiscard]] bool done() const { return answer || !error.empty(); }
};

class ControlTest : public ActorTest {
 protected:
  ControlTest();
  ~ControlTest() override;

  void start();
  /// Ends the control plane; nothing of it may be left.
  void stop();
  void restart() {
    stop();
    start();
  }

  // Calls that are answered before they return. A failed one gives null and last_error().
  Answer ask(core::RegistryCommand command);
  Answer ask(core::ClusterCommand command, const std::string& cluster = "");
  /// A call that is only sent.
  std::shared_ptr<PendingCall> begin(core::ClusterCommand command, const std::string& cluster = "");

  /// The reply as T; fails the test when it is an error or another reply.
  template <class T>
  T reply(const Answer& answer) {
    if (!answer) {
      ADD_FAILURE() << "no answer: " << world.last_error();
      return {};
    }
    if (!*answer) {
      ADD_FAILURE() << exception_name(answer->error().code) << ": " << answer->error().message;
      return {};
    }
    return std::get<T>(**answer);
  }
  /// "Exception: text" of a refusal; "" for a reply, "failure" without an answer.
  static std::string refusal(const Answer& answer);

  void create_cluster(const std::string& name = "default");
  /// Registers family `family` with one container of 64 MiB.
  core::TaskDefinitionPtr register_definition(const std::string& family = "web");
  [[nodiscard]] FakeAgent make_agent(const std::string& host = "host-1");
  /// Registers the agent (again); false when it was refused.
  bool connect(FakeAgent& agent, const std::string& cluster = "");
  /// The agent says something, as itself.
  void say(const FakeAgent& agent, const core::TaskReport& report);
  void beat(const FakeAgent& agent);

  core::RunTask run_command(std::int32_t count = 1) const;
  std::vector<core::TaskPtr> run(std::int32_t count = 1);
  core::TaskPtr task(const core::TaskId& id);
  core::InstancePtr instance(const core::InstanceId& id);
  core::ClusterReply cluster(const std::string& name = "");

  /// All events from sequence `from` + 1 on, as the stream has them.
  std::vector<core::EventPtr> events_after(std::uint64_t from);

  std::shared_ptr<FaultyJournal> journal = std::make_shared<FaultyJournal>();
  CastOptions options;
  ControlPlane plane;
  core::Dice chance{1};
  /// The next decision throws: its actor dies.
  bool clock_fails = false;
};

/// An agent that runs nothing and says what one would; on any scheduler.
AgentActor spawn_agent(caf::actor_system& system, std::shared_ptr<AgentNotes> notes);

core::TaskReport report_of(const core::TaskId& task, core::TaskStatus status);

}  // namespace troupe::testing
