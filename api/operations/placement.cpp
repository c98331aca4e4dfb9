/// ExplainPlacement: Troupe's own.

#include "api/wire/placement.hpp"
#include "api/operations/operation_table.hpp"

namespace troupe::api::operations::placement {
namespace {

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

core::Result<Question> read_explain(const Call& /*call*/, const wire::ExplainPlacementRequest& in) {
  if (in.task.has_value() == in.service.has_value()) {
    return core::invalid_parameter("Either a task or a service is to be named.");
  }
  return ask_cluster(in.cluster, core::ExplainPlacement{in.task.value_or(""), in.service.value_or("")});
}

wire::PlacementRefusal refusal(const core::Refusal& said) {
  return {unless_empty(said.filter),
          unless_empty(said.reason),
          unless_empty(said.detail),
          said.needed,
          said.available,
          unless_empty(said.unit),
          unless_empty(said.change)};
}

wire::ExplainPlacementResponse write_explained(const Call& call, const wire::ExplainPlacementRequest& in,
                                               const core::PlacementReply& reply) {
  // Both the name and the ARN of a cluster end in its name.
  const auto given = in.cluster.value_or("default");
  const auto cluster = given.substr(given.rfind('/') + 1);
  const auto arn = [&](const core::InstanceId& id) { return core::instance_arn(call.realm(), cluster, id); };
  wire::ExplainPlacementResponse out;
  out.arn = reply.subject;
  out.status = reply.status;
  out.reason = unless_empty(reply.reason);
  out.closestMatch = unless_empty(reply.explanation.sentence);
  if (reply.explanation.closest) out.closestContainerInstanceArn = arn(*reply.explanation.closest);
  auto& verdicts = out.containerInstances.emplace();
  for (const auto& verdict : reply.explanation.verdicts) {
    wire::PlacementVerdict shown{arn(verdict.instance), verdict.refusals.empty(), {{}}};
    for (const auto& said : verdict.refusals) shown.refusals->push_back(refusal(said));
    verdicts.push_back(std::move(shown));
  }
  return out;
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("ExplainPlacement", read_explain, write_explained)};
}

}  // namespace troupe::api::operations::placement
