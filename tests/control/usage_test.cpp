/// What hosts use, from their reports to ReadUsage.

#include "tests/control/control_world.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe::testing {
namespace {

class Usage : public ControlTest {
 protected:
  Usage() {
    start();
    create_cluster();
    register_definition();
  }

  void report(const FakeAgent& agent, const std::vector<core::TaskPtr>& tasks, double cpu) {
    auto said = std::make_shared<core::UsageReport>();
    for (const auto& task : tasks) {
      core::ContainerUsage usage;
      usage.name = task->containers.front().name;
      usage.figures.cpu_units.add(cpu);
      usage.figures.memory_bytes.add(1'000);
      said->tasks.push_back({task->id, {usage}});
    }
    world.tell(agent.instance, UsageReported{std::move(said)});
    world.settle();
  }

  core::UsageReply read(std::int64_t minutes = 0) {
    return reply<core::UsageReply>(ask(core::ReadUsage{minutes}));
  }
};

TEST_F(Usage, OfAnEmptyClusterIsNone) {
  const auto usage = read();
  EXPECT_EQ(usage.cluster, "default");
  EXPECT_TRUE(usage.instances.empty());
  EXPECT_TRUE(usage.tasks.empty());
}

TEST_F(Usage, IsShownBesideWhatIsReserved) {
  auto near = make_agent("near");
  auto far = make_agent("far");
  ASSERT_TRUE(connect(near));
  ASSERT_TRUE(connect(far));
  const auto tasks = run(2);
  std::vector<core::TaskPtr> of_near;
  for (const auto& one : tasks) {
    if (one->instance == near.id) of_near.push_back(one);
  }
  report(near, of_near, 300);
  const auto usage = read();
  ASSERT_EQ(usage.instances.size(), 2U);
  ASSERT_EQ(usage.tasks.size(), 2U);
  EXPECT_EQ(usage.tasks_by_status.at(core::TaskStatus::RUNNING), 2);
  for (const auto& [instance, used] : usage.instances) {
    ASSERT_TRUE(used);
    const bool is_near = instance->id == near.id;
    EXPECT_EQ(used->at.has_value(), is_near);
    const auto held = is_near ? of_near.size() : 2 - of_near.size();
    EXPECT_EQ(instance->used.memory.count, static_cast<std::int64_t>(64 * held));
    EXPECT_EQ(used->tasks.size(), is_near ? of_near.size() : 0U);
    if (is_near) {
      EXPECT_EQ(used->latest.cpu_units.average(), 300.0 * static_cast<double>(held));
    }
  }
}

TEST_F(Usage, OfTasksOfOthersIsDropped) {
  auto near = make_agent("near");
  ASSERT_TRUE(connect(near));
  const auto tasks = run(1);
  auto stranger = make_agent("stranger");
  ASSERT_TRUE(connect(stranger));
  report(stranger, tasks, 300);
  for (const auto& [instance, used] : read().instances) EXPECT_TRUE(used->tasks.empty());
}

TEST_F(Usage, OfAHostThatDoesNotMeasureIsNotZero) {
  auto agent = make_agent();
  ASSERT_TRUE(connect(agent));
  const auto tasks = run(1);
  report(agent, {}, 0);
  EXPECT_FALSE(read().instances.front().usage->at);
  report(agent, tasks, 7);
  report(agent, {}, 0);
  EXPECT_EQ(read().instances.front().usage->latest.cpu_units.average(), 7.0);
}

TEST_F(Usage, IsForgottenWithTheTaskAndTheMinutesStay) {
  auto agent = make_agent();
  ASSERT_TRUE(connect(agent));
  const auto tasks = run(1);
  report(agent, tasks, 50);
  reply<core::TaskReply>(ask(core::StopTask{core::to_string(tasks.front()->id), ""}));
  world.settle();
  ASSERT_EQ(task(tasks.front()->id)->last_status, core::TaskStatus::STOPPED);
  report(agent, {}, 0);
  const auto used = read(60).instances.front().usage;
  EXPECT_TRUE(used->tasks.empty());
  ASSERT_FALSE(used->minutes.empty());
  EXPECT_EQ(used->minutes.front().figures.cpu_units.greatest, 50.0F);
  EXPECT_EQ(used->latest.cpu_units, (core::Spread{0, 0, 0, 1}));
}

TEST_F(Usage, IsGatheredAnewAfterARestart) {
  auto agent = make_agent();
  ASSERT_TRUE(connect(agent));
  report(agent, run(1), 50);
  restart();
  const auto usage = read(60);
  ASSERT_EQ(usage.instances.size(), 1U);
  EXPECT_TRUE(usage.instances.front().usage->minutes.empty());
  EXPECT_EQ(usage.tasks.size(), 1U);
}

TEST_F(Usage, MinutesThatAreNotKeptAreRefused) {
  EXPECT_EQ(refusal(ask(core::ReadUsage{61})),
            "InvalidParameterException: minutes must be between 0 and 60.");
}

}  // namespace
}  // namespace troupe::testing
