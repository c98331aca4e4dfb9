/// Credentials of roles: the same until halfway, then the next, and always with their task.

#include "api/operations/role_keys.hpp"

#include <gtest/gtest.h>

#include <set>

namespace troupe::testing {
namespace {

using namespace api::operations;
using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds issued_at_noon{1'768'478'400s};
const core::Realm here;

core::Task task_with_role(std::uint64_t number) {
  auto record = std::make_shared<core::TaskDefinitionRecord>();
  record->definition.taskRoleArn = "app";
  auto launch = std::make_shared<core::TaskLaunch>();
  launch->cluster = "prod";
  core::Task task;
  task.id = {{number, number * 977}};
  task.definition = std::move(record);
  task.launch = std::move(launch);
  return task;
}

std::optional<core::RoleCredentials> issued(const core::Task& task, api::http::Time now,
                                            core::TaskRole role = core::TaskRole::TaskApplication,
                                            std::chrono::seconds lifetime = 6h) {
  return role_credentials(KeyIssuer{std::string(32, 'k')}, here, task, role, now, lifetime);
}

TEST(RoleCredentials, AreThoseThatTheVerifierKnows) {
  const auto task = task_with_role(1);
  const auto made = issued(task, issued_at_noon);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->role_arn, "arn:aws:iam::000000000000:role/app");
  const auto known = KeyIssuer{std::string(32, 'k')}.find(made->access_key);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->secret_key, made->secret_key);
  EXPECT_EQ(known->session_token, made->session_token);
  EXPECT_EQ(core::Time{*known->expires}, made->expires);
  const auto who = KeyIssuer::principal_of(made->access_key);
  EXPECT_EQ(who.task, task.id);
  EXPECT_EQ(who.cluster_mark, KeyIssuer::mark_of("prod"));
  EXPECT_FALSE(issued(task, issued_at_noon, core::TaskRole::TaskExecution));
}

TEST(RoleCredentials, HaveHalfTheirLifeLeftAtLeastAndRenewUnderTheSameId) {
  for (std::uint64_t number = 1; number < 40; ++number) {
    const auto task = task_with_role(number);
    for (const auto lifetime : {2s, 7s, 3600s, 21'600s}) {
      auto earlier = issued(task, issued_at_noon, core::TaskRole::TaskApplication, lifetime);
      for (auto now = issued_at_noon; now < issued_at_noon + 2 * lifetime; now += lifetime / 2) {
        const auto made = issued(task, now, core::TaskRole::TaskApplication, lifetime);
        const auto left = made->expires - core::Time{now};
        EXPECT_GE(left, lifetime / 2);
        EXPECT_LE(left, lifetime);
        EXPECT_EQ(made->id, earlier->id);
        EXPECT_GE(made->expires, earlier->expires);
        EXPECT_EQ(now > issued_at_noon, made->access_key != earlier->access_key);
        earlier = made;
      }
    }
  }
}

TEST(RoleCredentials, OfManyTasksDoNotRenewAtOnce) {
  std::set<core::Time> ends;
  for (std::uint64_t number = 1; number < 200; ++number) {
    ends.insert(issued(task_with_role(number), issued_at_noon)->expires);
  }
  EXPECT_GT(ends.size(), 190U);
}

TEST(CredentialsId, IsAUuidThatOnlyThisServerKnows) {
  const KeyIssuer keys{std::string(32, 'k')};
  const core::TaskId task{{1, 2}};
  const auto id = keys.credentials_id(task, core::TaskRole::TaskApplication);
  EXPECT_TRUE(core::parse_id<core::Uuid>(id));
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(id[14], '4');
  EXPECT_EQ(id, keys.credentials_id(task, core::TaskRole::TaskApplication));
  EXPECT_NE(id, keys.credentials_id(task, core::TaskRole::TaskExecution));
  EXPECT_NE(id, keys.credentials_id({{1, 3}}, core::TaskRole::TaskApplication));
  EXPECT_NE(id, (KeyIssuer{std::string(32, 'x')}.credentials_id(task, core::TaskRole::TaskApplication)));
}

}  // namespace
}  // namespace troupe::testing
