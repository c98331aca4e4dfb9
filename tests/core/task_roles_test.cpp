/// Which role a task has, and which names are roles.

#include "actors/core/task_roles.hpp"

#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

namespace troupe::core {
namespace {

const Realm home{"aws", "eu-west-1", "123456789012"};

TEST(TaskRoles, AReferenceIsANameOrARolesArn) {
  for (const auto* good :
       {"ecsTaskRole", "a", "Team+x=1,y.z@w_q-v", "arn:aws:iam::123456789012:role/web",
        "arn:aws-cn:iam::123456789012:role/team/blue/web", "arn:aws:iam::000000000000:role/service-role/x"}) {
    EXPECT_TRUE(is_role_reference(good)) << good;
  }
  const std::string long_name(65, 'a');
  for (const std::string bad :
       {"", "my role", "a/b", "arn:aws:iam::123456789012:user/web", "arn:aws:iam::12345:role/web",
        "arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:role",
        "arn:aws:iam::12345678901x:role/a", "arn:aws:iam:us-east-1:123456789012:role/web",
        "arn:aws:sts::123456789012:role/web", "arn:", "arn:gcp:iam::123456789012:role/web",
        "arn:aws:iam::123456789012:role//web", "arn:aws:iam::123456789012:role/a b/web"}) {
    EXPECT_FALSE(is_role_reference(bad)) << bad;
  }
  EXPECT_FALSE(is_role_reference(long_name));
  EXPECT_FALSE(is_role_reference("arn:aws:iam::123456789012:role/" + long_name));
  EXPECT_EQ(role_name("arn:aws:iam::1:role/team/web"), "web");
  EXPECT_EQ(role_name("web"), "web");
}

TEST(TaskRoles, AnOverrideComesBeforeTheDefinition) {
  auto task = testing::pending_task(1, testing::definition({testing::container("app")}));
  EXPECT_EQ(role_arn_of(home, task, TaskRole::TaskApplication), "");
  EXPECT_EQ(role_arn_of(home, task, TaskRole::TaskExecution), "");
  auto record = *task.definition;
  record.definition.taskRoleArn = "arn:aws:iam::123456789012:role/of-definition";
  record.definition.executionRoleArn = "runner";
  task.definition = std::make_shared<const TaskDefinitionRecord>(record);
  EXPECT_EQ(role_arn_of(home, task, TaskRole::TaskApplication),
            "arn:aws:iam::123456789012:role/of-definition");
  EXPECT_EQ(role_arn_of(home, task, TaskRole::TaskExecution), "arn:aws:iam::123456789012:role/runner");

  auto launch = *task.launch;
  launch.overrides.emplace().taskRoleArn = "of-run";
  launch.overrides->executionRoleArn = "";
  task.launch = std::make_shared<const TaskLaunch>(launch);
  EXPECT_EQ(role_arn_of(home, task, TaskRole::TaskApplication), "arn:aws:iam::123456789012:role/of-run");
  EXPECT_EQ(role_arn_of(home, task, TaskRole::TaskExecution), "arn:aws:iam::123456789012:role/runner");
}

}  // namespace
}  // namespace troupe::core
