/// The control plane on real threads: it ends at once, whatever is under way, and
/// what it acknowledged is there again.

#include "tests/control/control_world.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <random>

namespace troupe::testing {
namespace {

std::shared_ptr<const core::ClusterCommand> run_ten() {
  core::RunTask command;
  command.task_definition = "web";
  command.count = 10;
  return std::make_shared<const core::ClusterCommand>(command);
}

CastOptions threaded_options() {
  static std::atomic<std::uint64_t> drawn{std::random_device{}()};
  CastOptions options;
  options.clock = [] { return std::chrono::floor<core::Millis>(std::chrono::system_clock::now()); };
  options.chance = [] { return core::Dice{drawn += 0x9E3779B97F4A7C15ULL}.next(); };
  return options;
}

/// One life of a process: starts, is given work, and ends in the middle of it.
class Life {
 public:
  explicit Life(const std::shared_ptr<runtime::Journal>& journal) {
    configure(config_, 2);
    system_ = std::make_unique<caf::actor_system>(config_);
    auto started = start_control_plane(*system_, journal, threaded_options());
    if (started) plane_ = std::move(*started);
  }

  [[nodiscard]] bool runs() const { return plane_.registry != nullptr; }

  template <class Message>
  Answer ask(Message message) {
    caf::scoped_actor self{*system_};
    Answer reply;
    self->request(plane_.registry, std::chrono::seconds{30}, std::move(message))
        .receive([&](Answer& got) { reply = std::move(got); },
                 [&](caf::error& why) { ADD_FAILURE() << system_->render(why); });
    return reply;
  }

  Answer ask_cluster(core::ClusterCommand command) {
    return ask(AskCluster{"default", std::make_shared<const core::ClusterCommand>(std::move(command))});
  }

  void prepare() {
    (void)ask_cluster(core::CreateCluster{});
    core::RegisterTaskDefinition command;
    command.definition.family = "web";
    command.definition.containerDefinitions = {container("web")};
    const auto reply = ask(AskRegistry{std::make_shared<const core::RegistryCommand>(std::move(command))});
    const auto record = std::get<core::TaskDefinitionReply>(**reply).record;
    ConnectAgent joins;
    joins.registration.said.capacity = {{1'000'000}, {1'000'000}, {}, {}, 0};
    joins.registration.said.attributes = core::placement_attributes(record->definition);
    joins.agent = agent_ = spawn_agent(*system_, std::make_shared<AgentNotes>());
    caf::scoped_actor self{*system_};
    self->request(plane_.registry, std::chrono::seconds{30}, joins)
        .receive([](const AgentConnected&) {},
                 [&](caf::error& why) { ADD_FAILURE() << system_->render(why); });
  }

  void flood() {
    const auto command = run_ten();
    for (int i = 0; i < 100; ++i) caf::anon_send(plane_.registry, AskCluster{"default", command});
  }

  void end() {
    if (agent_) caf::anon_send_exit(agent_, caf::exit_reason::user_shutdown);
    agent_ = nullptr;
    plane_.shut_down(*system_);
    system_.reset();
  }

 private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  ControlPlane plane_;
  AgentActor agent_;
};

TEST(Shutdown, EndsInTheMiddleOfWorkAndReleasesTheJournal) {
  for (int round = 0; round < 10; ++round) {
    auto journal = std::make_shared<FaultyJournal>();
    Life life{journal};
    ASSERT_TRUE(life.runs());
    life.prepare();
    life.flood();
    life.end();
    EXPECT_EQ(journal.use_count(), 1);
  }
}

TEST(Shutdown, WhatWasAcknowledgedIsThereAfterwards) {
  auto journal = std::make_shared<FaultyJournal>();
  std::vector<std::string> acknowledged;
  {
    Life life{journal};
    ASSERT_TRUE(life.runs());
    life.prepare();
    for (int i = 0; i < 20; ++i) {
      const auto reply = life.ask(AskCluster{"default", run_ten()});
      ASSERT_TRUE(reply && *reply);
      for (const auto& task : std::get<core::TasksReply>(**reply).tasks) {
        acknowledged.push_back(core::to_string(task->id));
      }
    }
    life.flood();
    life.end();
  }
  Life life{journal};
  ASSERT_TRUE(life.runs());
  for (std::size_t i = 0; i < acknowledged.size(); i += 100) {
    core::DescribeTasks query;
    query.tasks.assign(acknowledged.begin() + static_cast<std::ptrdiff_t>(i),
                       acknowledged.begin() + static_cast<std::ptrdiff_t>(i + 100));
    const auto reply = life.ask_cluster(query);
    ASSERT_TRUE(reply && *reply);
    EXPECT_EQ(std::get<core::TasksReply>(**reply).tasks.size(), 100U);
  }
  life.end();
}

}  // namespace
}  // namespace troupe::testing
