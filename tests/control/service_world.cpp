/// Services in a world of actors.

#include "tests/control/service_world.hpp"

namespace troupe::testing {

using namespace std::chrono_literals;

ServiceTest::ServiceTest(int count) {
  start();
  create_cluster();
  register_definition();
  for (int i = 0; i < count; ++i) {
    agents.push_back(join("host-" + std::to_string(i), i % 2 == 0 ? "us-east-1a" : "us-east-1b"));
  }
}

FakeAgent ServiceTest::join(const std::string& host, const std::string& zone) {
  auto agent = make_agent(host);
  core::Attribute attribute;
  attribute.name = "ecs.availability-zone";
  attribute.value = zone;
  agent.said.attributes.push_back(attribute);
  EXPECT_TRUE(connect(agent));
  return agent;
}

void ServiceTest::reconnect() {
  for (auto& agent : agents) EXPECT_TRUE(connect(agent));
}

core::CreateService ServiceTest::creation(std::int32_t desired, const std::string& name) {
  core::CreateService command;
  command.name = name;
  command.task_definition = "web";
  command.desired_count = desired;
  return command;
}

core::ServiceSnapshot ServiceTest::create(const core::CreateService& command) {
  return reply<core::ServiceReply>(ask(command)).service;
}

core::ServiceSnapshot ServiceTest::update(core::UpdateService command) {
  if (command.service.empty()) command.service = "web";
  return reply<core::ServiceReply>(ask(std::move(command))).service;
}

core::ServiceSnapshot ServiceTest::scale(std::int32_t desired) {
  core::UpdateService command;
  command.desired_count = desired;
  return update(std::move(command));
}

core::ServiceSnapshot ServiceTest::deploy(const std::string& definition) {
  core::UpdateService command;
  command.task_definition = definition;
  return update(std::move(command));
}

core::ServiceSnapshot ServiceTest::service(const std::string& name) {
  const auto found = reply<core::ServicesReply>(ask(core::DescribeServices{{name}})).services;
  return found.empty() ? core::ServiceSnapshot{} : found.front();
}

std::vector<core::TaskPtr> ServiceTest::tasks_of(const std::string& name) {
  std::vector<core::TaskPtr> found;
  for (const auto status : {core::DesiredStatus::RUNNING, core::DesiredStatus::STOPPED}) {
    core::ListTasks query;
    query.service_name = name;
    query.desired_status = status;
    query.page.limit = 1000;
    const auto arns = reply<core::ListReply>(ask(query)).items;
    if (arns.empty()) continue;
    for (const auto& task : reply<core::TasksReply>(ask(core::DescribeTasks{arns})).tasks) {
      if (core::holds_resources(*task)) found.push_back(task);
    }
  }
  return found;
}

int ServiceTest::running(const std::string& name) {
  int count = 0;
  for (const auto& task : tasks_of(name)) count += task->last_status == core::TaskStatus::RUNNING ? 1 : 0;
  return count;
}

int ServiceTest::running_revision(std::int32_t revision) {
  int count = 0;
  for (const auto& task : tasks_of()) {
    count += task->last_status == core::TaskStatus::RUNNING && task->launch->revision == revision ? 1 : 0;
  }
  return count;
}

std::set<core::InstanceId> ServiceTest::hosts_of(const std::string& name) {
  std::set<core::InstanceId> hosts;
  for (const auto& task : tasks_of(name)) hosts.insert(task->instance);
  return hosts;
}

bool ServiceTest::stable(const std::string& name) {
  const auto shown = service(name);
  const auto& record = *shown.state.service;
  return record.deployments.size() == 1 &&
         record.deployments[0].rollout == core::DeploymentRolloutState::COMPLETED &&
         running(name) == record.desired_count &&
         static_cast<int>(tasks_of(name).size()) == record.desired_count;
}

bool ServiceTest::settles(std::chrono::seconds limit) {
  for (auto passed = 0s; passed < limit && !stable(); passed += 5s) {
    world.advance(5s);
    for (const auto& agent : agents) {
      if (agent.instance) beat(agent);
    }
  }
  return stable();
}

std::vector<std::string> ServiceTest::told(const std::string& name) {
  std::vector<std::string> texts;
  const auto shown = service(name);
  const auto prefix = "(service " + name + ") ";
  for (const auto& event : shown.state.service->events) {
    texts.push_back(event.message.value_or("").substr(prefix.size()));
  }
  return texts;
}

}  // namespace troupe::testing
