/// Asks an expression of one instance.

#include "actors/core/query_language/expression.hpp"

#include <algorithm>
#include <cassert>

namespace troupe::core {

bool Expression::matches(const QueryFacts& facts) const {
  std::vector<bool> operands;
  auto comparison = comparisons_.begin();
  for (const auto join : program_) {
    if (join == Join::compare) {
      operands.push_back(holds(*comparison++, facts));
      continue;
    }
    const bool last = operands.back();
    if (join == Join::negate) {
      operands.back() = !last;
      continue;
    }
    operands.pop_back();
    operands.back() = join == Join::both ? operands.back() && last : operands.back() || last;
  }
  assert(operands.size() == 1);
  return operands.front();
}

bool Expression::reads_tasks() const {
  return std::any_of(comparisons_.begin(), comparisons_.end(), [](const Comparison& each) {
    return each.subject == QuerySubject::running_tasks || each.subject == QuerySubject::task_group;
  });
}

}  // namespace troupe::core
