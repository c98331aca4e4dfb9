/// The table of tasks against std::map, over random lives.

#include "actors/core/placement/task_table.hpp"

#include <gtest/gtest.h>

#include <map>

namespace troupe::core {
namespace {

TEST(TaskTable, WhatWasNeverPutInIsNotThere) {
  TaskTable<int> table;
  EXPECT_EQ(table.find(TaskId{{1, 2}}), nullptr);
  EXPECT_FALSE(table.erase(TaskId{{1, 2}}));
  EXPECT_EQ(table.size(), 0U);
}

TEST(TaskTable, TheFirstValueStays) {
  TaskTable<int> table;
  EXPECT_TRUE(table.insert(TaskId{{1, 2}}, 7).second);
  const auto [value, fresh] = table.insert(TaskId{{1, 2}}, 8);
  EXPECT_FALSE(fresh);
  EXPECT_EQ(*value, 7);
  EXPECT_EQ(table.size(), 1U);
}

/// Few different ids, so that they meet again; numbered ones, so that their hashes crowd.
TEST(TaskTable, ItIsAMapInRandomLives) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice{seed};
    const auto ids = 1 + dice.below(seed % 3 == 0 ? 20'000 : 300);
    const auto id = [&] { return TaskId{{dice.below(ids), seed % 2}}; };
    TaskTable<std::uint64_t> table;
    std::map<TaskId, std::uint64_t> model;
    for (int step = 0; step < 20'000; ++step) {
      const auto task = id();
      if (dice.below(step % 5'000 < 3'000 ? 3 : 2) != 0) {
        const auto value = dice.next();
        ASSERT_EQ(table.insert(task, value).second, model.emplace(task, value).second);
      } else {
        ASSERT_EQ(table.erase(task), model.erase(task) == 1);
      }
      const auto asked = id();
      const auto* found = table.find(asked);
      const auto known = model.find(asked);
      ASSERT_EQ(found != nullptr, known != model.end());
      if (found != nullptr) {
        ASSERT_EQ(*found, known->second);
      }
      ASSERT_EQ(table.size(), model.size());
    }
    std::map<TaskId, std::uint64_t> seen;
    table.for_each([&](const TaskId& task, std::uint64_t& value) { seen.emplace(task, value); });
    EXPECT_EQ(seen, model);
  }
}

TEST(TaskTable, ACopyLivesItsOwnLife) {
  TaskTable<int> table;
  table.insert(TaskId{{1, 1}}, 1);
  auto copy = table;
  copy.erase(TaskId{{1, 1}});
  EXPECT_NE(table.find(TaskId{{1, 1}}), nullptr);
  EXPECT_EQ(copy.find(TaskId{{1, 1}}), nullptr);
}

}  // namespace
}  // namespace troupe::core
