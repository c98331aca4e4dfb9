/// DescribeContainerInstances, ListContainerInstances.

#include "api/wire/container_instances.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"
#include "api/wire/page_token.hpp"

namespace troupe::api::operations {
namespace {

core::Result<Question> read_describe(const Call& /*call*/,
                                     const wire::DescribeContainerInstancesRequest& in) {
  const auto asked = list_or_empty(in.containerInstances);
  if (asked.empty()) return core::invalid_parameter("Container instances cannot be empty.");
  if (auto refusal = check_at_most(asked, 100, "instanceIds")) return *refusal;
  return ask_cluster(in.cluster, core::DescribeContainerInstances{asked});
}

wire::DescribeContainerInstancesResponse write_described(const Call& call,
                                                         const wire::DescribeContainerInstancesRequest& in,
                                                         const core::InstancesReply& reply) {
  using wire::ContainerInstanceField;
  const rendering::InstanceDetail detail{
      rendering::includes(in.include, ContainerInstanceField::TAGS),
      rendering::includes(in.include, ContainerInstanceField::CONTAINER_INSTANCE_HEALTH)};
  wire::DescribeContainerInstancesResponse out;
  out.containerInstances.emplace();
  for (const auto& record : reply.instances) {
    out.containerInstances->push_back(rendering::instance(call.realm(), *record, detail));
  }
  out.failures = reply.failures;
  return out;
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

}  // namespace

std::vector<Operation> container_instance_operations() {
  return {operation("DescribeContainerInstances", read_describe, write_described),
          operation("ListContainerInstances", read_list, write_list)};
}

}  // namespace troupe::api::operations
