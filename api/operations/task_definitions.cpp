/// RegisterTaskDefinition, DescribeTaskDefinition, DeregisterTaskDefinition,
/// ListTaskDefinitions, ListTaskDefinitionFamilies.

#include "api/wire/task_definitions.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"
#include "api/wire/page_token.hpp"

namespace troupe::api::operations::task_definitions {
namespace {

core::TaskDefinition definition_of(const wire::RegisterTaskDefinitionRequest& in) {
  core::TaskDefinition out;
  out.family = in.family;
  out.taskRoleArn = in.taskRoleArn;
  out.executionRoleArn = in.executionRoleArn;
  out.networkMode = in.networkMode;
  out.containerDefinitions = in.containerDefinitions;
  out.volumes = in.volumes;
  out.placementConstraints = in.placementConstraints;
  out.requiresCompatibilities = in.requiresCompatibilities;
  out.cpu = in.cpu;
  out.memory = in.memory;
  out.pidMode = in.pidMode;
  out.ipcMode = in.ipcMode;
  out.proxyConfiguration = in.proxyConfiguration;
  out.inferenceAccelerators = in.inferenceAccelerators;
  out.ephemeralStorage = in.ephemeralStorage;
  out.runtimePlatform = in.runtimePlatform;
  out.enableFaultInjection = in.enableFaultInjection;
  return out;
}

core::Result<Question> read_register(const Call& call, const wire::RegisterTaskDefinitionRequest& in) {
  if (auto refusal = check_tags(in.tags)) return *refusal;
  return ask_registry(
      core::RegisterTaskDefinition{definition_of(in), list_or_empty(in.tags), call.caller.arn});
}

/// `tags` is given only where there are some, as ECS does it.
std::optional<std::vector<core::Tag>> tags_of(const core::TaskDefinitionReply& reply) {
  if (reply.record->tags.empty()) return std::nullopt;
  return reply.record->tags;
}

wire::RegisterTaskDefinitionResponse write_registered(const Call& /*call*/,
                                                      const wire::RegisterTaskDefinitionRequest& /*in*/,
                                                      const core::TaskDefinitionReply& reply) {
  return {reply.record->definition, tags_of(reply)};
}

core::Result<Question> read_describe(const Call& /*call*/, const wire::DescribeTaskDefinitionRequest& in) {
  return ask_registry(core::DescribeTaskDefinition{in.taskDefinition.value_or("")});
}

wire::DescribeTaskDefinitionResponse write_described(const Call& /*call*/,
                                                     const wire::DescribeTaskDefinitionRequest& in,
                                                     const core::TaskDefinitionReply& reply) {
  wire::DescribeTaskDefinitionResponse out;
  out.taskDefinition = reply.record->definition;
  out.tags.emplace();
  if (rendering::includes(in.include, wire::TaskDefinitionField::TAGS)) out.tags = reply.record->tags;
  return out;
}

core::Result<Question> read_deregister(const Call& /*call*/,
                                       const wire::DeregisterTaskDefinitionRequest& in) {
  return ask_registry(core::DeregisterTaskDefinition{in.taskDefinition.value_or("")});
}

wire::DeregisterTaskDefinitionResponse write_deregistered(const Call& /*call*/,
                                                          const wire::DeregisterTaskDefinitionRequest& /*in*/,
                                                          const core::TaskDefinitionReply& reply) {
  return {reply.record->definition};
}

core::Result<Question> read_list(const Call& /*call*/, const wire::ListTaskDefinitionsRequest& in) {
  auto page = wire::page_of(query_of("ListTaskDefinitions", in), in.nextToken, in.maxResults);
  if (!page) return std::move(page).error();
  core::ListTaskDefinitions command;
  command.family = in.familyPrefix.value_or("");
  command.status = in.status.value_or(core::TaskDefinitionStatus::ACTIVE);
  if (in.sort == wire::SortOrder::DESC) command.sort = core::SortOrder::DESC;
  command.page = *std::move(page);
  return ask_registry(std::move(command));
}

wire::ListTaskDefinitionsResponse write_list(const Call& /*call*/, const wire::ListTaskDefinitionsRequest& in,
                                             const core::ListReply& reply) {
  return {reply.items, wire::next_token(query_of("ListTaskDefinitions", in), reply.next)};
}

core::FamilyStatus status_of(const std::optional<wire::TaskDefinitionFamilyStatus>& status) {
  switch (status.value_or(wire::TaskDefinitionFamilyStatus::ACTIVE)) {
    case wire::TaskDefinitionFamilyStatus::INACTIVE:
      return core::FamilyStatus::INACTIVE;
    case wire::TaskDefinitionFamilyStatus::ALL:
      return core::FamilyStatus::ALL;
    case wire::TaskDefinitionFamilyStatus::ACTIVE:
      break;
  }
  return core::FamilyStatus::ACTIVE;
}

core::Result<Question> read_families(const Call& /*call*/,
                                     const wire::ListTaskDefinitionFamiliesRequest& in) {
  auto page = wire::page_of(query_of("ListTaskDefinitionFamilies", in), in.nextToken, in.maxResults);
  if (!page) return std::move(page).error();
  return ask_registry(
      core::ListTaskDefinitionFamilies{in.familyPrefix.value_or(""), status_of(in.status), *std::move(page)});
}

wire::ListTaskDefinitionFamiliesResponse write_families(const Call& /*call*/,
                                                        const wire::ListTaskDefinitionFamiliesRequest& in,
                                                        const core::ListReply& reply) {
  return {reply.items, wire::next_token(query_of("ListTaskDefinitionFamilies", in), reply.next)};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("RegisterTaskDefinition", read_register, write_registered),
          operation("DescribeTaskDefinition", read_describe, write_described),
          operation("DeregisterTaskDefinition", read_deregister, write_deregistered),
          operation("ListTaskDefinitions", read_list, write_list),
          operation("ListTaskDefinitionFamilies", read_families, write_families)};
}

}  // namespace troupe::api::operations::task_definitions
