/// Joins and checks constraints.

#include "actors/core/placement/constraints.hpp"

#include "actors/core/query_language/expression.hpp"

#include <utility>

namespace troupe::core {
namespace {

Result<void> check_constraint(const PlacementConstraint& constraint) {
  if (!constraint.type) return invalid_parameter("Placement constraint type can not be blank.");
  const auto expression = constraint.expression.value_or("");
  if (constraint.type == PlacementConstraintType::distinctInstance) {
    if (expression.empty()) return {};
    return invalid_parameter("Placement constraint of type distinctInstance must not have an expression.");
  }
  const auto parsed = Expression::parse(expression);
  if (!parsed) return parsed.error();
  return {};
}

}  // namespace

std::vector<PlacementConstraint> all_constraints(std::vector<PlacementConstraint> of_call,
                                                 const TaskDefinition& definition) {
  if (!definition.placementConstraints) return of_call;
  for (const auto& constraint : *definition.placementConstraints) {
    of_call.push_back({PlacementConstraintType::memberOf, constraint.expression});
  }
  return of_call;
}

Result<std::vector<PlacementConstraint>> binding_constraints(std::vector<PlacementConstraint> of_call,
                                                             const TaskDefinition& definition) {
  constexpr std::size_t constraints_max = 10;
  auto all = all_constraints(std::move(of_call), definition);
  if (all.size() > constraints_max) {
    return invalid_parameter("Too many placement constraints. The maximum is 10.");
  }
  for (const auto& constraint : all) {
    if (auto ok = check_constraint(constraint); !ok) return ok.error();
  }
  return all;
}

}  // namespace troupe::core
