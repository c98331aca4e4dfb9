/// DescribeContainerInstances, ListContainerInstances, UpdateContainerInstancesState,
/// DeregisterContainerInstance.

#include "api/wire/container_instances.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"
#include "api/wire/page_token.hpp"

namespace troupe::api::operations::container_instances {
namespace {

constexpr std::size_t describe_max = 100;
constexpr std::size_t update_max = 10;

core::Result<Question> read_describe(const Call& /*call*/,
                                     const wire::DescribeContainerInstancesRequest& in) {
  const auto asked = list_or_empty(in.containerInstances);
  if (asked.empty()) return core::invalid_parameter("Container instances cannot be empty.");
  if (auto refusal = check_at_most(asked, describe_max, "instanceIds")) return *refusal;
  return ask_cluster(in.cluster, core::DescribeContainerInstances{asked});
}

std::vector<wire::ContainerInstance> shown(const Call& call, const std::vector<core::InstancePtr>& records,
                                           rendering::InstanceDetail detail) {
  std::vector<wire::ContainerInstance> out;
  for (const auto& record : records) out.push_back(rendering::instance(call.realm(), *record, detail));
  return out;
}

wire::DescribeContainerInstancesResponse write_described(const Call& call,
                                                         const wire::DescribeContainerInstancesRequest& in,
                                                         const core::InstancesReply& reply) {
  using wire::ContainerInstanceField;
  const rendering::InstanceDetail detail{
      rendering::includes(in.include, ContainerInstanceField::TAGS),
      rendering::includes(in.include, ContainerInstanceField::CONTAINER_INSTANCE_HEALTH)};
  return {shown(call, reply.instances, detail), reply.failures};
}

std::optional<core::InstanceStatus> status_of(const std::optional<wire::ContainerInstanceStatus>& status) {
  if (!status) return std::nullopt;
  switch (*status) {
    case wire::ContainerInstanceStatus::ACTIVE:
      return core::InstanceStatus::ACTIVE;
    case wire::ContainerInstanceStatus::DRAINING:
      return core::InstanceStatus::DRAINING;
    case wire::ContainerInstanceStatus::REGISTERING:
      return core::InstanceStatus::REGISTERING;
    case wire::ContainerInstanceStatus::DEREGISTERING:
      return core::InstanceStatus::DEREGISTERING;
    case wire::ContainerInstanceStatus::REGISTRATION_FAILED:
      return core::InstanceStatus::REGISTRATION_FAILED;
  }
  return std::nullopt;
}

core::Result<Question> read_list(const Call& /*call*/, const wire::ListContainerInstancesRequest& in) {
  auto page = wire::page_of(query_of("ListContainerInstances", in), in.nextToken, in.maxResults);
  if (!page) return std::move(page).error();
  return ask_cluster(in.cluster, core::ListContainerInstances{in.filter.value_or(""), status_of(in.status),
                                                              *std::move(page)});
}

wire::ListContainerInstancesResponse write_list(const Call& /*call*/,
                                                const wire::ListContainerInstancesRequest& in,
                                                const core::ListReply& reply) {
  return {reply.items, wire::next_token(query_of("ListContainerInstances", in), reply.next)};
}

/// The other statuses are an instance's own affair.
core::Result<Question> read_state(const Call& call, const wire::UpdateContainerInstancesStateRequest& in) {
  const auto asked = list_or_empty(in.containerInstances);
  if (asked.empty()) return core::invalid_parameter("Container instances cannot be empty.");
  if (auto refusal = check_at_most(asked, update_max, "instanceIds")) return *refusal;
  const auto status = status_of(in.status);
  if (status != core::InstanceStatus::ACTIVE && status != core::InstanceStatus::DRAINING) {
    return core::invalid_parameter("Container instance status should be one of [ACTIVE, DRAINING]");
  }
  return ask_cluster(in.cluster, core::UpdateContainerInstancesState{asked, *status, call.caller.principal});
}

wire::UpdateContainerInstancesStateResponse write_state(
    const Call& call, const wire::UpdateContainerInstancesStateRequest& /*in*/,
    const core::InstancesReply& reply) {
  return {shown(call, reply.instances, {}), reply.failures};
}

core::Result<Question> read_deregister(const Call& /*call*/,
                                       const wire::DeregisterContainerInstanceRequest& in) {
  return ask_cluster(in.cluster, core::DeregisterContainerInstance{in.containerInstance.value_or(""),
                                                                   in.force.value_or(false)});
}

wire::DeregisterContainerInstanceResponse write_deregistered(
    const Call& call, const wire::DeregisterContainerInstanceRequest& /*in*/,
    const core::InstanceReply& reply) {
  return {rendering::instance(call.realm(), *reply.instance, {})};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("DescribeContainerInstances", read_describe, write_described),
          operation("ListContainerInstances", read_list, write_list),
          operation("UpdateContainerInstancesState", read_state, write_state),
          operation("DeregisterContainerInstance", read_deregister, write_deregistered)};
}

}  // namespace troupe::api::operations::container_instances
