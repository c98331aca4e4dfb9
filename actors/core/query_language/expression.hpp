#pragma once

/// The cluster query language: which container instances an expression means.
///
/// It is the language of the constraint `memberOf` and of the filter of
/// ListContainerInstances: comparisons of an instance's properties, joined by
/// `not`, `and` and `or` (in that order of precedence; also `!`, `&&`, `||`) and
/// parentheses. Source: ECS Developer Guide, "Cluster query language".

#include "actors/core/query_language/comparison.hpp"
#include "actors/core/result.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace troupe::core {

/// Longest expression, in bytes. Source: ECS API Reference, PlacementConstraint.
constexpr std::size_t expression_bytes_max = 2000;

/// A parsed expression. Parsing and matching use no recursion, and regular
/// expressions take time linear in the text: no expression can exhaust the stack
/// or stall its caller. A plain value; copies share the compiled patterns.
class Expression {
 public:
  /// InvalidParameterException "Invalid expression: … at column N." when `text`
  /// is not one; columns count characters from 1.
  static Result<Expression> parse(std::string_view text);

  [[nodiscard]] bool matches(const QueryFacts& facts) const;
  /// Whether the answer depends on the tasks of the instance, not on its record alone.
  [[nodiscard]] bool reads_tasks() const;

 private:
  friend class ExpressionParser;
  enum class Join : std::uint8_t { compare, negate, both, either };

  std::vector<Comparison> comparisons_;
  std::vector<Join> program_;  ///< In postfix order; each `compare` takes the next comparison.
};

}  // namespace troupe::core
