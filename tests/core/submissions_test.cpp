/// What agents submit, as it changes tasks; who may say what.

#include "actors/core/submissions.hpp"

#include "actors/core/agent_identity.hpp"
#include "actors/core/task_interface.hpp"
#include "actors/core/task_life.hpp"
#include "tests/support/builders.hpp"

#include <gtest/gtest.h>

namespace troupe::core {
namespace {

using troupe::testing::container;
using troupe::testing::definition;
using troupe::testing::pending_task;

const Stamp fifth{from_epoch_ms(5000), 1};

SubmittedContainer said_of(const std::string& name, const std::string& status) {
  SubmittedContainer said;
  said.name = name;
  said.status = status;
  return said;
}

/// `task` after the submission.
Task after(const Task& task, const SubmitTaskState& command) {
  const auto steps = report_task(task, report_of(command, task), fifth);
  return steps.empty() ? task : steps.back();
}

std::vector<SubmittedAttachment> attached_as(const std::string& arn) {
  return {{arn, "ATTACHED"}};
}

Task two_containers() {
  auto side = container("side");
  side.essential = false;
  return pending_task(1, definition({container("app"), side}));
}

TEST(Submissions, AContainerNamedTwiceTakesTheLaterStatusUnderATaskThatLags) {
  SubmitTaskState command;
  command.status = "PENDING";
  command.containers = {said_of("app", "PENDING"), said_of("app", "RUNNING")};
  command.containers[0].image_digest = "sha256:1";
  const auto task = after(two_containers(), command);
  EXPECT_EQ(task.last_status, TaskStatus::PENDING);
  EXPECT_EQ(task.containers[0].last_status, ContainerStatus::RUNNING);
  EXPECT_EQ(task.containers[0].image_digest, "sha256:1");
}

TEST(Submissions, NothingGoesBackAndNothingIsSaidTwice) {
  SubmitTaskState runs;
  runs.status = "RUNNING";
  runs.containers = {said_of("app", "RUNNING"), said_of("side", "RUNNING")};
  const auto running = after(two_containers(), runs);
  EXPECT_EQ(running.last_status, TaskStatus::RUNNING);
  EXPECT_TRUE(report_task(running, report_of(runs, running), fifth).empty());
  SubmitTaskState old;
  old.status = "PENDING";
  old.containers = {said_of("app", "PENDING")};
  EXPECT_TRUE(report_task(running, report_of(old, running), fifth).empty());
}

TEST(Submissions, ANonEssentialExitComesUnderARunningTask) {
  SubmitTaskState command;
  command.status = "RUNNING";
  command.containers = {said_of("app", "RUNNING"), said_of("side", "STOPPED")};
  command.containers[1].exit_code = 0;
  const auto task = after(two_containers(), command);
  EXPECT_EQ(task.last_status, TaskStatus::RUNNING);
  EXPECT_EQ(task.containers[1].last_status, ContainerStatus::STOPPED);
  EXPECT_EQ(task.containers[1].exit_code, 0);
}

TEST(Submissions, ATaskThatNeverRanFailedToStartForItsContainersReason) {
  SubmitTaskState command;
  command.status = "STOPPED";
  command.containers = {said_of("app", "STOPPED")};
  command.containers[0].reason = "CannotPullContainerError: no such image";
  const auto task = after(two_containers(), command);
  EXPECT_EQ(task.last_status, TaskStatus::STOPPED);
  EXPECT_EQ(task.stop_code, TaskStopCode::TaskFailedToStart);
  EXPECT_EQ(task.stopped_reason, "CannotPullContainerError: no such image");
}

TEST(Submissions, ATaskThatTheAgentDoesNotUnderstandStopsWithItsWords) {
  SubmitTaskState command;
  command.status = "STOPPED";
  command.reason = "UnrecogniedTaskError: Error loading task";
  const auto task = after(two_containers(), command);
  EXPECT_EQ(task.stop_code, TaskStopCode::TaskFailedToStart);
  EXPECT_EQ(task.stopped_reason, "UnrecogniedTaskError: Error loading task");
}

TEST(Submissions, AnExitCodeShowsThatATaskRanHoweverShort) {
  SubmitTaskState command;
  command.status = "STOPPED";
  command.containers = {said_of("app", "STOPPED")};
  command.containers[0].exit_code = 3;
  const auto task = after(two_containers(), command);
  EXPECT_EQ(task.stop_code, TaskStopCode::EssentialContainerExited);
  EXPECT_EQ(task.stopped_reason, "Essential container in task exited");
}

TEST(Submissions, LongTextsAreCutBetweenCharacters) {
  SubmitTaskState command;
  command.status = "STOPPED";
  command.reason = std::string(1023, 'x') + "\xC3\xA9";
  const auto report = report_of(command, two_containers());
  EXPECT_EQ(report.reason, std::string(1023, 'x'));
}

TEST(Submissions, AStatusThatThereIsNotIsAnInvalidParameter) {
  SubmitTaskState command;
  command.status = "DANCING";
  EXPECT_EQ(check(command).error().code, ErrorCode::invalid_parameter);
  command.status = "MANIFEST_PULLED";
  EXPECT_TRUE(check(command));
  command.containers = {said_of("app", "DANCING")};
  EXPECT_EQ(check(command).error().code, ErrorCode::invalid_parameter);
}

TEST(Submissions, HealthIsNotTouchedByReportsThatSayNothingOfIt) {
  auto task = troupe::testing::running_task(two_containers());
  const auto healthy = report_health(task, {task.id, {{"app", HealthStatus::HEALTHY}}}, fifth);
  ASSERT_EQ(healthy.size(), 1U);
  EXPECT_EQ(healthy.back().health, HealthStatus::HEALTHY);
  SubmitTaskState command;
  command.status = "RUNNING";
  command.containers = {said_of("app", "RUNNING")};
  command.containers[0].reason = "news";
  EXPECT_EQ(after(healthy.back(), command).health, HealthStatus::HEALTHY);
  EXPECT_TRUE(report_health(healthy.back(), {task.id, {{"app", HealthStatus::HEALTHY}}}, fifth).empty());
  EXPECT_TRUE(report_health(task, {task.id, {{"stranger", HealthStatus::HEALTHY}}}, fifth).empty());
}

TEST(TaskInterface, IsTheSameForTheSameAttachmentAndAttachesOnce) {
  auto task = pending_task(1, definition({container("app")}, "web", NetworkMode::awsvpc));
  EXPECT_EQ(task_interface(task), std::nullopt);
  Attachment own;
  own.id = "01234567-89ab-4cde-8f01-23456789abff";
  own.type = "ElasticNetworkInterface";
  own.status = "PRECREATED";
  task.attachments = {own};
  const auto interface = task_interface(task);
  ASSERT_TRUE(interface);
  EXPECT_EQ(interface->mac, "02:01:23:45:67:89");
  EXPECT_EQ(interface->address, "10.137.171.4");
  EXPECT_EQ(interface->dns_name, "ip-10-137-171-4.ec2.internal");
  const auto report = report_of(attached_as("arn:aws:ecs:r:a:attachment/" + *own.id), task);
  const auto attached = report_task(task, report, fifth);
  ASSERT_EQ(attached.size(), 1U);
  EXPECT_EQ(attached.back().attachments[0].status, "ATTACHED");
  EXPECT_TRUE(report_task(attached.back(), report, fifth).empty());
  EXPECT_TRUE(report_of(attached_as("arn:aws:ecs:r:a:attachment/another"), task).network_details.empty());
}

Task with_interface() {
  auto task = pending_task(1, definition({container("app")}, "web", NetworkMode::awsvpc));
  Attachment own;
  own.id = "01234567-89ab-4cde-8f01-23456789abff";
  own.type = "ElasticNetworkInterface";
  own.status = "PRECREATED";
  own.details = std::vector<KeyValuePair>{{"subnetId", "subnet-1"}};
  task.attachments = {own};
  return task;
}

std::string detail(const Task& task, const std::string& name) {
  for (const auto& each : task.attachments.at(0).details.value()) {
    if (each.name == name) return each.value.value_or("");
  }
  return {};
}

SubmitTaskState runs_at(const std::string& address, const std::string& mac) {
  SubmitTaskState command;
  command.status = "RUNNING";
  command.attachments = attached_as("arn:aws:ecs:r:a:attachment/01234567-89ab-4cde-8f01-23456789abff");
  command.attachments[0].details = {{"macAddress", mac}, {"privateIPv4Address", address}};
  return command;
}

TEST(TaskInterface, HasTheAddressesThatItsHostSaysAndThoseThatWereToldOtherwise) {
  const auto task = with_interface();
  auto command = runs_at("10.217.0.9", "1a:2b:3c:4d:5e:6f");
  ASSERT_TRUE(check(command));
  const auto shown = after(task, command);
  EXPECT_EQ(shown.attachments[0].status, "ATTACHED");
  EXPECT_EQ(detail(shown, "privateIPv4Address"), "10.217.0.9");
  EXPECT_EQ(detail(shown, "macAddress"), "1a:2b:3c:4d:5e:6f");
  EXPECT_EQ(detail(shown, "privateDnsName"), "ip-10-217-0-9.ec2.internal");
  EXPECT_EQ(detail(shown, "networkInterfaceId"), task_interface(task)->id);
  EXPECT_EQ(detail(shown, "subnetId"), "subnet-1");
  EXPECT_TRUE(report_task(shown, report_of(command, shown), fifth).empty()) << "a repeated report is no news";

  command.attachments.clear();
  EXPECT_EQ(detail(after(task, command), "privateIPv4Address"), task_interface(task)->address);
  EXPECT_EQ(detail(after(shown, command), "privateIPv4Address"), "10.217.0.9")
      << "who says no address takes none away";

  const auto drawn = after(task, command);
  const auto corrected = after(drawn, runs_at("10.217.0.9", "1a:2b:3c:4d:5e:6f"));
  EXPECT_EQ(detail(corrected, "privateIPv4Address"), "10.217.0.9")
      << "what was drawn before the host said so";
  EXPECT_EQ(corrected.attachments[0].details->size(), shown.attachments[0].details->size());
}

TEST(TaskInterface, WhatIsNoAddressIsAnInvalidParameter) {
  const std::string mac = "1a:2b:3c:4d:5e:6f";
  for (const auto* bad : {"", "10.0.0", "10.0.0.256", "10.0.0.1.2", "10.0.0.01", "10.0.0.1/8", "10..0.1",
                          "a.b.c.d", "10.0.0.1.", "-1.0.0.1", "fd00::1"}) {
    const auto checked = check(runs_at(bad, mac));
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_parameter);
    EXPECT_EQ(checked.error().message, std::string{"Invalid attachment detail: privateIPv4Address="} + bad);
  }
  for (const auto* bad :
       {"", "1a:2b:3c:4d:5e", "1a:2b:3c:4d:5e:6g", "1a-2b-3c-4d-5e-6f", "1a:2b:3c:4d:5e:6f:"}) {
    EXPECT_FALSE(check(runs_at("10.0.0.1", bad))) << bad;
  }
  EXPECT_TRUE(check(runs_at("255.0.0.0", "1A:2B:3C:4D:5E:6F")));
  SubmitAttachmentStates other;
  other.attachments = attached_as("arn:aws:ecs:r:a:attachment/1");
  other.attachments[0].details = std::vector<KeyValuePair>{{"subnetId", "subnet-2"}};
  EXPECT_FALSE(check(other)) << "nobody asked a host for its subnet";
}

TEST(AgentIdentity, AnAgentsKeySpeaksForItsInstanceAloneAndATaskForNone) {
  ContainerInstance own;
  own.agent_key = "TRPA1";
  const ContainerInstance administrators;
  Principal who;
  EXPECT_TRUE(may_speak_for(who, own));
  EXPECT_TRUE(may_bring_hosts(who));
  who.kind = PrincipalKind::agent;
  EXPECT_FALSE(may_speak_for(who, administrators));
  who.access_key = "TRPA1";
  EXPECT_TRUE(may_speak_for(who, own));
  EXPECT_FALSE(may_speak_for(who, administrators));
  EXPECT_TRUE(may_bring_hosts(who));
  who.access_key = "TRPA2";
  EXPECT_FALSE(may_speak_for(who, own));
  who.access_key = "TRPA1";
  who.kind = PrincipalKind::task;
  EXPECT_FALSE(may_speak_for(who, own));
  EXPECT_FALSE(may_bring_hosts(who));
}

}  // namespace
}  // namespace troupe::core
