/// CreateTaskSet, UpdateTaskSet, DeleteTaskSet, DescribeTaskSets,
/// UpdateServicePrimaryTaskSet.

#include "api/wire/task_sets.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"
#include "api/rendering/service.hpp"

namespace troupe::api::operations::task_sets {
namespace {

std::string request_digest(wire::CreateTaskSetRequest in) {
  in.clientToken.reset();
  return digest_of(wire::encode(in));
}

wire::TaskSet shown(const Call& call, const core::TaskSetReply& reply, rendering::ServiceDetail detail) {
  return rendering::task_set(call.realm(), reply.service, reply.task_set, detail);
}

core::Result<Question> read_create(const Call& /*call*/, const wire::CreateTaskSetRequest& in) {
  if (auto refusal = check_tags(in.tags)) return *refusal;
  core::CreateTaskSet command;
  command.service = in.service.value_or("");
  command.external_id = in.externalId.value_or("");
  command.task_definition = in.taskDefinition.value_or("");
  command.network = in.networkConfiguration;
  command.load_balancers = list_or_empty(in.loadBalancers);
  command.registries = list_or_empty(in.serviceRegistries);
  command.launch_type = in.launchType;
  command.capacity_provider_strategy = list_or_empty(in.capacityProviderStrategy);
  command.platform_version = in.platformVersion.value_or("");
  command.scale = in.scale;
  command.tags = list_or_empty(in.tags);
  command.client_token = in.clientToken.value_or("");
  if (!command.client_token.empty()) command.request_digest = request_digest(in);
  return ask_cluster(in.cluster, std::move(command));
}

wire::CreateTaskSetResponse write_created(const Call& call, const wire::CreateTaskSetRequest& /*in*/,
                                          const core::TaskSetReply& reply) {
  return {shown(call, reply, {.tags = true})};
}

core::Result<Question> read_update(const Call& /*call*/, const wire::UpdateTaskSetRequest& in) {
  return ask_cluster(in.cluster, core::UpdateTaskSet{in.service.value_or(""), in.taskSet.value_or(""),
                                                     in.scale.value_or(core::Scale{})});
}

wire::UpdateTaskSetResponse write_updated(const Call& call, const wire::UpdateTaskSetRequest& /*in*/,
                                          const core::TaskSetReply& reply) {
  return {shown(call, reply, {})};
}

core::Result<Question> read_delete(const Call& /*call*/, const wire::DeleteTaskSetRequest& in) {
  return ask_cluster(in.cluster, core::DeleteTaskSet{in.service.value_or(""), in.taskSet.value_or(""),
                                                     in.force.value_or(false)});
}

wire::DeleteTaskSetResponse write_deleted(const Call& call, const wire::DeleteTaskSetRequest& /*in*/,
                                          const core::TaskSetReply& reply) {
  return {shown(call, reply, {})};
}

core::Result<Question> read_describe(const Call& /*call*/, const wire::DescribeTaskSetsRequest& in) {
  return ask_cluster(in.cluster, core::DescribeTaskSets{in.service.value_or(""), list_or_empty(in.taskSets)});
}

wire::DescribeTaskSetsResponse write_described(const Call& call, const wire::DescribeTaskSetsRequest& in,
                                               const core::TaskSetsReply& reply) {
  const rendering::ServiceDetail detail{rendering::includes(in.include, wire::TaskSetField::TAGS)};
  wire::DescribeTaskSetsResponse out;
  out.taskSets.emplace();
  for (const auto& record : reply.task_sets) {
    out.taskSets->push_back(rendering::task_set(call.realm(), reply.service, record, detail));
  }
  out.failures = reply.failures;
  return out;
}

core::Result<Question> read_primary(const Call& /*call*/,
                                    const wire::UpdateServicePrimaryTaskSetRequest& in) {
  return ask_cluster(
      in.cluster, core::UpdateServicePrimaryTaskSet{in.service.value_or(""), in.primaryTaskSet.value_or("")});
}

wire::UpdateServicePrimaryTaskSetResponse write_primary(
    const Call& call, const wire::UpdateServicePrimaryTaskSetRequest& /*in*/,
    const core::TaskSetReply& reply) {
  return {shown(call, reply, {})};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("CreateTaskSet", read_create, write_created),
          operation("UpdateTaskSet", read_update, write_updated),
          operation("DeleteTaskSet", read_delete, write_deleted),
          operation("DescribeTaskSets", read_describe, write_described),
          operation("UpdateServicePrimaryTaskSet", read_primary, write_primary)};
}

}  // namespace troupe::api::operations::task_sets
