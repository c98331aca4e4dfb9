/// The index of tasks against recounting from scratch, and the queries on it.

#include "actors/core/cluster_life.hpp"
#include "actors/core/queries.hpp"
#include "actors/core/task_life.hpp"
#include "tests/support/builders.hpp"

#include <gmock/gmock.h>

#include <random>

namespace troupe::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using troupe::testing::container;
using troupe::testing::definition;

const Realm realm;

Task made(std::uint64_t number, std::uint64_t instance, const std::string& family,
          const std::string& starter) {
  static const auto what = definition({container("web")});
  auto launch = std::make_shared<TaskLaunch>();
  launch->cluster = "default";
  launch->family = family;
  launch->started_by = starter;
  launch->group = "family:" + family;
  launch->size.memory = {64};
  return accept_task({TaskId{{0, number}}, InstanceId{{0, instance}}, ""}, launch, what,
                     {from_epoch_ms(1), number});
}

TaskPtr shared(Task task) {
  return std::make_shared<const Task>(std::move(task));
}

std::vector<std::string> all_pages(const TaskIndex& index, ListTasks query,
                                   const std::optional<InstanceId>& on, std::size_t limit) {
  std::vector<std::string> items;
  query.page.limit = limit;
  while (true) {
    const auto reply = index.list(query, on, realm, "default");
    items.insert(items.end(), reply.items.begin(), reply.items.end());
    if (!reply.next) return items;
    query.page.after = *reply.next;
  }
}

/// The same list, by looking at every task.
std::vector<std::string> scanned(const std::map<TaskId, TaskPtr>& tasks, const ListTasks& query,
                                 const std::optional<InstanceId>& on) {
  std::vector<std::string> expected;
  for (const auto& [id, task] : tasks) {
    if (task->desired_status != query.desired_status) continue;
    if (!query.family.empty() && task->launch->family != query.family) continue;
    if (!query.started_by.empty() && task->launch->started_by != query.started_by) continue;
    if (on && task->instance != *on) continue;
    expected.push_back(task_arn(realm, "default", id));
  }
  return expected;
}

TEST(TaskIndex, AnOlderVersionIsNotTaken) {
  TaskIndex index;
  auto task = made(1, 1, "web", "");
  auto next = task;
  next.version = 2;
  EXPECT_TRUE(index.put(shared(next)));
  EXPECT_FALSE(index.put(shared(task)));
  EXPECT_FALSE(index.put(shared(next)));
  EXPECT_EQ(index.find(task.id)->version, 2);
}

/// After any operations, every count and every list is what a scan says.
TEST(TaskIndex, RandomOperationsKeepItEqualToAScan) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 dice{seed};
    TaskIndex index;
    std::map<TaskId, TaskPtr> model;
    for (int i = 0; i < 300; ++i) {
      const auto number = 1 + dice() % 60;
      const auto id = TaskId{{0, number}};
      const auto known = model.find(id);
      const auto stamp = Stamp{from_epoch_ms(10 + i), 1};
      TaskReport said;
      said.status = dice() % 3 == 0 ? TaskStatus::STOPPED : TaskStatus::RUNNING;
      TaskSteps steps;
      if (known == model.end()) {
        steps = {made(number, 1 + dice() % 4, dice() % 2 == 0 ? "web" : "api", dice() % 2 == 0 ? "" : "me")};
      } else if (dice() % 8 == 0) {
        index.erase(id);
        model.erase(id);
      } else {
        steps = dice() % 3 == 0 ? end_task(*known->second, TaskStopCode::UserInitiated, "", stamp)
                                : report_task(*known->second, said, stamp);
      }
      for (auto& step : steps) {
        const auto task = shared(std::move(step));
        ASSERT_TRUE(index.put(task));
        model[id] = task;
      }
    }
    std::int32_t running = 0;
    std::int32_t pending = 0;
    for (const auto& [id, task] : model) {
      if (!holds_resources(*task)) continue;
      ++(task->last_status < TaskStatus::RUNNING ? pending : running);
    }
    EXPECT_EQ(index.running(), running);
    EXPECT_EQ(index.pending(), pending);
    EXPECT_EQ(index.size(), model.size());
    std::size_t stopped = 0;
    for (const auto& [id, task] : model) stopped += task->stopped_at ? 1 : 0;
    EXPECT_EQ(index.stopped_before(from_epoch_ms(1'000'000), 1000).size(), stopped);
    for (int trial = 0; trial < 20; ++trial) {
      ListTasks query;
      if (dice() % 2 == 0) query.desired_status = DesiredStatus::STOPPED;
      if (dice() % 3 == 0) query.family = "web";
      if (dice() % 3 == 0) query.started_by = "me";
      if (dice() % 5 == 0) query.launch_type = LaunchType::EC2;
      std::optional<InstanceId> on;
      if (dice() % 3 == 0) on = InstanceId{{0, 1 + dice() % 4}};
      EXPECT_EQ(all_pages(index, query, on, 1 + dice() % 9), scanned(model, query, on));
    }
  }
}

TEST(TaskIndex, StoppedTasksAreFoundOldestFirst) {
  TaskIndex index;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    const auto task = made(i, 1, "web", "");
    TaskReport said;
    said.status = TaskStatus::STOPPED;
    index.put(
        shared(report_task(task, said, {from_epoch_ms(static_cast<std::int64_t>(100 * (6 - i))), 1}).back()));
  }
  EXPECT_THAT(index.stopped_before(from_epoch_ms(300), 10), ElementsAre(TaskId{{0, 5}}, TaskId{{0, 4}}));
  EXPECT_THAT(index.stopped_before(from_epoch_ms(900), 1), ElementsAre(TaskId{{0, 5}}));
  EXPECT_THAT(index.holding(InstanceId{{0, 1}}), IsEmpty());
}

TEST(Queries, WhatIsNotThereFailsWithItsCompletedArn) {
  TaskIndex tasks;
  tasks.put(shared(made(1, 1, "web", "")));
  const auto known = to_string(TaskId{{0, 1}});
  const auto unknown = to_string(TaskId{{0, 2}});
  const auto reply =
      describe_tasks(realm, "default", tasks, {{known, unknown, task_arn(realm, "other", {{0, 1}})}});
  ASSERT_TRUE(reply);
  EXPECT_THAT(reply->tasks, SizeIs(1));
  ASSERT_THAT(reply->failures, SizeIs(2));
  EXPECT_EQ(reply->failures[0].arn, task_arn(realm, "default", {{0, 2}}));
  EXPECT_EQ(reply->failures[0].reason, "MISSING");
  EXPECT_EQ(reply->failures[1].arn, task_arn(realm, "other", {{0, 1}}));
  EXPECT_EQ(describe_tasks(realm, "default", tasks, {{"nonsense"}}).error().message,
            "Task Identifier is invalid");
}

TEST(Queries, InstancesAreDescribedWithWhatTheirTasksTakeNow) {
  TaskIndex tasks;
  tasks.put(shared(made(1, 1, "web", "")));
  tasks.put(shared(made(2, 1, "web", "")));
  InstanceMap instances;
  auto host = std::make_shared<ContainerInstance>();
  host->id = {{0, 1}};
  instances[host->id] = host;
  const auto reply =
      describe_instances(realm, "default", instances, tasks,
                         {{instance_arn(realm, "default", host->id), to_string(InstanceId{{0, 9}})}});
  ASSERT_TRUE(reply);
  ASSERT_THAT(reply->instances, SizeIs(1));
  EXPECT_EQ(reply->instances[0]->pending_tasks, 2);
  EXPECT_EQ(reply->instances[0]->used.memory, MemoryMib{128});
  EXPECT_EQ(reply->failures.at(0).arn, instance_arn(realm, "default", {{0, 9}}));
}

TEST(Queries, ListsOfInstancesPageAndLeaveOutTheInactive) {
  InstanceMap instances;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    auto host = std::make_shared<ContainerInstance>();
    host->id = {{0, i}};
    host->status = i == 2   ? InstanceStatus::INACTIVE
                   : i == 3 ? InstanceStatus::DRAINING
                            : InstanceStatus::ACTIVE;
    instances[host->id] = host;
  }
  ListContainerInstances query;
  query.page.limit = 3;
  const auto first = list_instances(realm, "default", instances, {}, query);
  EXPECT_THAT(first->items, SizeIs(3));
  query.page.after = first->next.value_or("");
  EXPECT_THAT(list_instances(realm, "default", instances, {}, query)->items,
              ElementsAre(instance_arn(realm, "default", {{0, 5}})));
  ListContainerInstances draining;
  draining.status = InstanceStatus::DRAINING;
  EXPECT_THAT(list_instances(realm, "default", instances, {}, draining)->items, SizeIs(1));
  EXPECT_EQ(count_cluster({}, instances).registered_instances, 4);
}

TEST(Queries, AListOfInstancesIsFilteredByAnExpression) {
  InstanceMap instances;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    auto host = std::make_shared<ContainerInstance>();
    host->id = {{0, i}};
    host->agent_connected = i % 2 == 0;
    instances[host->id] = host;
  }
  TaskIndex tasks;
  auto running = made(1, 1, "web", "");
  running.last_status = TaskStatus::RUNNING;
  tasks.put(shared(running));
  ListContainerInstances query;
  query.page.limit = 1;
  query.filter = "agentConnected == true";
  const auto first = list_instances(realm, "default", instances, tasks, query);
  EXPECT_THAT(first->items, ElementsAre(instance_arn(realm, "default", {{0, 2}})));
  query.page.after = first->next.value_or("");
  EXPECT_THAT(list_instances(realm, "default", instances, tasks, query)->items,
              ElementsAre(instance_arn(realm, "default", {{0, 4}})));
  ListContainerInstances busy;
  busy.filter = "runningTasksCount > 0";
  EXPECT_THAT(list_instances(realm, "default", instances, tasks, busy)->items,
              ElementsAre(instance_arn(realm, "default", {{0, 1}})));
  busy.filter = "running==0";
  EXPECT_EQ(list_instances(realm, "default", instances, tasks, busy).error().message,
            "Invalid expression: unknown subject at column 1.");
}

}  // namespace
}  // namespace troupe::core
