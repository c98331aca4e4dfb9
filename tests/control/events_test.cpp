/// The event stream: order, snapshots, resuming and trimming.

#include "actors/core/store.hpp"
#include "tests/control/control_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What a subscriber has: a snapshot and all that came after it.
struct Watcher {
  std::vector<core::EventPtr> events;
  bool gone = false;
  Subscribed start;
};

class Events : public ControlTest {
 protected:
  Events() {
    start();
    create_cluster();
    register_definition();
    agent = make_agent();
    EXPECT_TRUE(connect(agent));
  }

  std::shared_ptr<Watcher> watch(std::optional<std::uint64_t> from = {}, EventFilter filter = {}) {
    auto watcher = std::make_shared<Watcher>();
    Subscribe ask;
    ask.from = from;
    ask.filter = std::move(filter);
    ask.sink = std::make_shared<const EventSink>([watcher](const std::vector<core::EventPtr>& events) {
      watcher->events.insert(watcher->events.end(), events.begin(), events.end());
      return !watcher->gone;
    });
    watcher->start = world.ask<Subscribed>(plane.events, ask).value_or(Subscribed{});
    return watcher;
  }

  std::uint64_t last_sequence() { return watch()->start.sequence; }

  FakeAgent agent;
};

TEST_F(Events, SnapshotAndDeltasGiveTheStateInEveryOrder) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    world.shuffle(seed);
    const auto call = begin(run_command(4));
    for (std::uint64_t i = 0; i < seed % 40; ++i) world.step();
    const auto watcher = watch();
    world.settle();
    std::map<std::string, core::EventPtr> state;
    for (const auto& event : watcher->start.snapshot->latest) {
      EXPECT_LE(event->sequence, watcher->start.sequence);
      state[core::resource_key(event->event.body)] = event;
    }
    auto expected = watcher->start.sequence;
    for (const auto& event : watcher->events) {
      EXPECT_EQ(event->sequence, ++expected);
      state[core::resource_key(event->event.body)] = event;
    }
    for (const auto& one : reply<core::TasksReply>(call->answer).tasks) {
      const auto known = state.find(core::task_key("default", one->id));
      ASSERT_NE(known, state.end());
      const auto shown = std::get<core::TaskStateChange>(known->second->event.body).task;
      EXPECT_EQ(shown->version, task(one->id)->version);
      (void)begin(core::StopTask{core::to_string(one->id), ""});
    }
    world.settle();
    if (HasFailure()) break;
  }
}

TEST_F(Events, ASubscriberResumesWhereItWas) {
  const auto from = last_sequence();
  const auto live = watch(from);
  (void)run(2);
  const auto late = watch(from);
  EXPECT_FALSE(late->start.gap);
  ASSERT_TRUE(late->start.missed);
  EXPECT_EQ(*late->start.missed, live->events);
  restart();
  const auto after_restart = watch(from);
  ASSERT_TRUE(after_restart->start.missed);
  ASSERT_GE(after_restart->start.missed->size(), live->events.size());
  for (std::size_t i = 0; i < live->events.size(); ++i) {
    EXPECT_EQ((*after_restart->start.missed)[i]->sequence, live->events[i]->sequence);
    EXPECT_EQ((*after_restart->start.missed)[i]->event.id, live->events[i]->event.id);
  }
}

TEST_F(Events, AnUnknownFutureIsAGap) {
  const auto watcher = watch(last_sequence() + 1);
  EXPECT_TRUE(watcher->start.gap);
  EXPECT_TRUE(watcher->start.snapshot);
}

TEST_F(Events, FiltersChooseClusterTaskGroupAndKind) {
  create_cluster("other");
  EventFilter tasks;
  tasks.detail_types = {"ECS Task State Change"};
  EventFilter other;
  other.clusters = {"other"};
  EventFilter group;
  group.groups = {"family:web"};
  EventFilter stranger;
  stranger.groups = {"family:unknown"};
  const auto of_tasks = watch({}, tasks);
  const auto of_other = watch({}, other);
  const auto of_group = watch({}, group);
  const auto of_stranger = watch({}, stranger);
  const auto one = run()[0];
  EventFilter single;
  single.tasks = {core::to_string(one->id)};
  EXPECT_THAT(watch({}, single)->start.snapshot->latest, SizeIs(1));
  EXPECT_THAT(of_tasks->events, SizeIs(2));
  EXPECT_EQ(of_group->events, of_tasks->events);
  EXPECT_THAT(of_other->start.snapshot->latest, SizeIs(1));
  EXPECT_THAT(of_other->events, IsEmpty());
  EXPECT_THAT(of_stranger->events, IsEmpty());
}

TEST_F(Events, ManagedInstancesAreToldOnlyToWhoAsks) {
  auto host = make_agent("host-9");
  core::Attribute managed;
  managed.name = core::capacity_attribute;
  managed.value = "fargate";
  host.said.attributes.push_back(managed);
  EventFilter asked;
  asked.managed = ManagedInstances::told;
  const auto insider = watch({}, asked);
  const auto other = watch();
  const auto before = other->events.size();
  ASSERT_TRUE(connect(host));
  EXPECT_FALSE(insider->events.empty());
  EXPECT_EQ(other->events.size(), before);
  EXPECT_EQ(watch({}, asked)->start.snapshot->latest.size(), watch()->start.snapshot->latest.size() + 1);
}

TEST_F(Events, ASubscriberThatIsGoneOrThrowsIsDropped) {
  const auto watcher = watch();
  watcher->gone = true;
  Subscribe bad;
  bad.sink = std::make_shared<const EventSink>([](const auto&) -> bool { throw std::runtime_error("sink"); });
  ASSERT_TRUE(world.ask<Subscribed>(plane.events, bad));
  const auto healthy = watch();
  (void)run();
  const auto seen = watcher->events.size();
  const auto healthy_seen = healthy->events.size();
  (void)run();
  EXPECT_EQ(watcher->events.size(), seen);
  EXPECT_GT(healthy->events.size(), healthy_seen);
}

TEST_F(Events, OldEventsAreTrimmedByCount) {
  options.limits.retained_events = 20;
  restart();
  ASSERT_TRUE(connect(agent));
  for (int i = 0; i < 30; ++i) {
    for (const auto& one : run(10)) (void)begin(core::StopTask{core::to_string(one->id), ""});
    world.settle();
  }
  world.advance(31s);
  EXPECT_LE(journal->count("e/"), 21U);
  EXPECT_TRUE(watch(1)->start.gap);
  const auto last = last_sequence();
  EXPECT_FALSE(watch(last - 5)->start.gap);
  const auto writes = journal->writes;
  restart();
  ASSERT_TRUE(connect(agent));
  (void)run();
  world.advance(31s);
  // A restart does not delete again what is deleted.
  EXPECT_LE(journal->writes - writes, 60U);
  EXPECT_LE(journal->count("e/"), 21U);
}

TEST_F(Events, OldEventsAreTrimmedByAgeAndTheNumbersGoOn) {
  (void)run();
  const auto last = last_sequence();
  world.advance(30h);
  EXPECT_EQ(journal->count("e/"), 1U);
  restart();
  EXPECT_GE(last_sequence(), last);
  ASSERT_TRUE(connect(agent));
  const auto watcher = watch();
  (void)run();
  ASSERT_THAT(watcher->events, ::testing::Not(IsEmpty()));
  EXPECT_GT(watcher->events.front()->sequence, last);
}

TEST_F(Events, SnapshotsForgetStoppedTasksWithTheCluster) {
  const auto id = run()[0]->id;
  (void)ask(core::StopTask{core::to_string(id), ""});
  EventFilter tasks;
  tasks.detail_types = {"ECS Task State Change"};
  EXPECT_THAT(watch({}, tasks)->start.snapshot->latest, SizeIs(1));
  world.advance(62min);
  EXPECT_THAT(watch({}, tasks)->start.snapshot->latest, IsEmpty());
  restart();
  EXPECT_THAT(watch({}, tasks)->start.snapshot->latest, IsEmpty());
}

TEST_F(Events, ASnapshotAfterARestartIsWhatDescribeSays) {
  const auto id = run()[0]->id;
  restart();
  const auto snapshot = watch()->start.snapshot;
  ASSERT_THAT(snapshot->latest, SizeIs(3));
  for (const auto& event : snapshot->latest) {
    if (const auto* change = std::get_if<core::InstanceStateChange>(&event->event.body)) {
      EXPECT_FALSE(change->instance->agent_connected);
      EXPECT_EQ(change->instance->version, instance(agent.id)->version);
    }
    if (const auto* change = std::get_if<core::TaskStateChange>(&event->event.body)) {
      EXPECT_EQ(change->task->version, task(id)->version);
    }
  }
}

}  // namespace
}  // namespace troupe::testing
