/// One list for agents, one rule for tasks and one for operators.

#include "api/operations/authority.hpp"

#include <algorithm>
#include <array>

namespace troupe::api::operations {
namespace {

/// Source: what Amazon's container agent calls with its instance role, and the managed
/// policy AmazonEC2ContainerServiceforEC2Role.
constexpr auto operations_of_agents = std::to_array<std::string_view>({
    "DiscoverPollEndpoint",
    "ListTagsForResource",
    "Poll",
    "RegisterContainerInstance",
    "StartTelemetrySession",
    "SubmitAttachmentStateChanges",
    "SubmitContainerStateChange",
    "SubmitTaskStateChange",
    "UpdateContainerInstancesState",
});

bool may_agent(std::string_view operation) {
  return std::ranges::find(operations_of_agents, operation) != operations_of_agents.end();
}

/// Besides what agents call: who lets in hosts and subscribers, and who has the machines.
constexpr auto operations_of_administrators = std::to_array<std::string_view>({
    "DeregisterHost",
    "DescribeHosts",
    "IssueEventToken",
    "IssueJoinToken",
    "SubscribeToEvents",
});

/// A task looks around and protects itself; it changes nothing else.
bool may_look(std::string_view operation) {
  return operation.starts_with("Describe") || operation.starts_with("List") ||
         operation == "GetTaskProtection" || operation == "UpdateTaskProtection";
}

bool is_administrators(std::string_view operation) {
  return std::ranges::find(operations_of_administrators, operation) != operations_of_administrators.end();
}

bool may_task(const Caller& caller, std::string_view operation) {
  if (caller.role == core::TaskRole::TaskExecution || is_administrators(operation)) return false;
  return may_look(operation) || (caller.is_operator && !may_agent(operation));
}

}  // namespace

std::optional<core::Error> forbids(const Caller& caller, std::string_view operation) {
  using core::PrincipalKind;
  const auto kind = caller.principal.kind;
  if (kind == PrincipalKind::administrator) return std::nullopt;
  if (kind == PrincipalKind::agent ? may_agent(operation) : may_task(caller, operation)) return std::nullopt;
  return access_denied(caller, operation);
}

core::Error access_denied(const Caller& caller, std::string_view operation, std::string_view resource) {
  const std::string action = "ecs:" + std::string{operation};
  return {core::ErrorCode::access_denied,
          "User: " + caller.arn + " is not authorized to perform: " + action + " on resource: " +
              std::string{resource} + " because no identity-based policy allows the " + action + " action"};
}

}  // namespace troupe::api::operations
