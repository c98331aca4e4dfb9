/// RunTask, StartTask, StopTask, DescribeTasks, ListTasks.

#include "api/wire/tasks.hpp"
#include "actors/core/run_task.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"
#include "api/wire/page_token.hpp"

namespace troupe::api::operations::tasks {
namespace {

constexpr std::size_t describe_max = 100;
constexpr std::size_t start_max = 10;

/// What RunTask and StartTask have in common.
template <class Request>
core::RunTask launch_of(const Request& in) {
  core::RunTask out;
  out.task_definition = in.taskDefinition.value_or("");
  out.overrides = in.overrides;
  out.network = in.networkConfiguration;
  out.group = in.group.value_or("");
  out.started_by = in.startedBy.value_or("");
  out.enable_execute_command = in.enableExecuteCommand.value_or(false);
  out.enable_managed_tags = in.enableECSManagedTags.value_or(false);
  out.propagate_tags = in.propagateTags;
  out.tags = list_or_empty(in.tags);
  return out;
}

Refusal check_volumes(const std::optional<std::vector<core::TaskVolumeConfiguration>>& volumes) {
  if (!volumes || volumes->empty()) return std::nullopt;
  return core::Error{core::ErrorCode::unsupported_feature,
                     "Volumes that are configured at launch are not supported by this server yet."};
}

/// `startedBy` stands alone. Source: ECS API Reference, ListTasks.
Refusal check_list_filters(const wire::ListTasksRequest& in) {
  const auto set = [](const std::optional<std::string>& filter) { return filter && !filter->empty(); };
  if (set(in.startedBy) && (set(in.family) || set(in.containerInstance) || set(in.serviceName))) {
    return core::invalid_parameter("startedBy cannot be combined with other filters.");
  }
  if (set(in.daemonName)) {
    return core::Error{core::ErrorCode::unsupported_feature, "Daemons are not supported by this server yet."};
  }
  return std::nullopt;
}

std::string request_digest(wire::RunTaskRequest in) {
  in.clientToken.reset();
  return digest_of(wire::encode(in));
}

core::Result<Question> read_run(const Call& /*call*/, const wire::RunTaskRequest& in) {
  if (auto refusal = check_volumes(in.volumeConfigurations)) return *refusal;
  auto command = launch_of(in);
  command.count = in.count.value_or(1);
  command.launch_type = in.launchType;
  command.capacity_provider_strategy = list_or_empty(in.capacityProviderStrategy);
  command.constraints = list_or_empty(in.placementConstraints);
  command.strategies = list_or_empty(in.placementStrategy);
  command.platform_version = in.platformVersion.value_or("");
  command.client_token = in.clientToken.value_or("");
  if (auto refusal = refusal_of(core::check_run_task(command))) return *refusal;
  if (!command.client_token.empty()) command.request_digest = request_digest(in);
  return ask_cluster(in.cluster, std::move(command));
}

core::Result<Question> read_start(const Call& /*call*/, const wire::StartTaskRequest& in) {
  const auto instances = list_or_empty(in.containerInstances);
  if (instances.empty()) return core::invalid_parameter("Container instances cannot be empty.");
  if (auto refusal = check_at_most(instances, start_max, "instanceIds")) return *refusal;
  if (auto refusal = check_volumes(in.volumeConfigurations)) return *refusal;
  auto command = launch_of(in);
  command.count = static_cast<std::int32_t>(instances.size());
  command.instances = instances;
  if (auto refusal = refusal_of(core::check_run_task(command))) return *refusal;
  return ask_cluster(in.cluster, std::move(command));
}

std::vector<wire::Task> tasks_of(const Call& call, const std::vector<core::TaskPtr>& records,
                                 rendering::TaskDetail detail) {
  std::vector<wire::Task> out;
  out.reserve(records.size());
  for (const auto& record : records) out.push_back(rendering::task(call.realm(), *record, detail));
  return out;
}

wire::RunTaskResponse write_run(const Call& call, const wire::RunTaskRequest& /*in*/,
                                const core::TasksReply& reply) {
  return {tasks_of(call, reply.tasks, {.tags = true}), reply.failures};
}

wire::StartTaskResponse write_started(const Call& call, const wire::StartTaskRequest& /*in*/,
                                      const core::TasksReply& reply) {
  return {tasks_of(call, reply.tasks, {.tags = true}), reply.failures};
}

core::Result<Question> read_stop(const Call& /*call*/, const wire::StopTaskRequest& in) {
  return ask_cluster(in.cluster, core::StopTask{in.task.value_or(""), in.reason.value_or("")});
}

wire::StopTaskResponse write_stopped(const Call& call, const wire::StopTaskRequest& /*in*/,
                                     const core::TaskReply& reply) {
  return {rendering::task(call.realm(), *reply.task, {})};
}

core::Result<Question> read_describe(const Call& /*call*/, const wire::DescribeTasksRequest& in) {
  const auto asked = list_or_empty(in.tasks);
  if (asked.empty()) return core::invalid_parameter("Tasks cannot be empty.");
  if (auto refusal = check_at_most(asked, describe_max, "taskIds")) return *refusal;
  return ask_cluster(in.cluster, core::DescribeTasks{asked});
}

wire::DescribeTasksResponse write_described(const Call& call, const wire::DescribeTasksRequest& in,
                                            const core::TasksReply& reply) {
  const rendering::TaskDetail detail{rendering::includes(in.include, wire::TaskField::TAGS)};
  return {tasks_of(call, reply.tasks, detail), reply.failures};
}

core::Result<Question> read_list(const Call& /*call*/, const wire::ListTasksRequest& in) {
  if (auto refusal = check_list_filters(in)) return *refusal;
  auto page = wire::page_of(query_of("ListTasks", in), in.nextToken, in.maxResults);
  if (!page) return std::move(page).error();
  core::ListTasks command;
  command.family = in.family.value_or("");
  command.container_instance = in.containerInstance.value_or("");
  command.started_by = in.startedBy.value_or("");
  command.service_name = in.serviceName.value_or("");
  command.desired_status = in.desiredStatus.value_or(core::DesiredStatus::RUNNING);
  command.launch_type = in.launchType;
  command.page = *std::move(page);
  return ask_cluster(in.cluster, std::move(command));
}

wire::ListTasksResponse write_list(const Call& /*call*/, const wire::ListTasksRequest& in,
                                   const core::ListReply& reply) {
  return {reply.items, wire::next_token(query_of("ListTasks", in), reply.next)};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("RunTask", read_run, write_run), operation("StartTask", read_start, write_started),
          operation("StopTask", read_stop, write_stopped),
          operation("DescribeTasks", read_describe, write_described),
          operation("ListTasks", read_list, write_list)};
}

}  // namespace troupe::api::operations::tasks
