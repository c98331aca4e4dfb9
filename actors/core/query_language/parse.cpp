/// From text to an expression, by two stacks (Dijkstra's shunting yard) instead of
/// recursion: nesting costs memory, never stack.

#include "actors/core/query_language/expression.hpp"
#include "actors/core/query_language/lexer.hpp"

#include <optional>
#include <string>
#include <utility>

namespace troupe::core {

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : lexer_(text) {}
  Result<Expression> run();

 private:
  using Join = Expression::Join;
  /// What waits for its right operand, or for its closing parenthesis.
  struct Waiting {
    std::optional<Join> join;  ///< Absent: an open parenthesis.
    std::size_t column = 0;
  };

  Result<void> read_operand();
  Result<void> read_comparison();
  Result<Comparison::Argument> read_value(const Comparison& comparison);
  Result<std::vector<std::string>> read_list();
  /// After an operand. False at the end of the text.
  Result<bool> read_join();
  bool close_parenthesis();
  void wait(Join join, std::size_t column);
  void finish_operand();

  static Error refuse(const std::string& what, std::size_t column) {
    return invalid_parameter("Invalid expression: " + what + " at column " + std::to_string(column) + ".");
  }

  ExpressionLexer lexer_;
  Expression parsed_;
  std::vector<Waiting> waiting_;
};

Result<Expression> ExpressionParser::run() {
  for (bool more = true; more;) {
    if (const auto operand = read_operand(); !operand) return operand.error();
    const auto join = read_join();
    if (!join) return join.error();
    more = *join;
  }
  for (; !waiting_.empty(); waiting_.pop_back()) {
    if (!waiting_.back().join) return refuse("the parenthesis is not closed", waiting_.back().column);
    parsed_.program_.push_back(*waiting_.back().join);
  }
  return std::move(parsed_);
}

Result<void> ExpressionParser::read_operand() {
  for (;;) {
    const auto column = lexer_.column();
    if (lexer_.take("(")) {
      waiting_.push_back({std::nullopt, column});
    } else if (lexer_.take("!") || lexer_.take_keyword("not")) {
      waiting_.push_back({Join::negate, column});
    } else {
      return read_comparison();
    }
  }
}

Result<void> ExpressionParser::read_comparison() {
  constexpr std::string_view prefix = "attribute:";
  auto column = lexer_.column();
  const auto name = lexer_.subject();
  Comparison comparison;
  if (name.starts_with(prefix) && name.size() > prefix.size()) {
    comparison.attribute = name.substr(prefix.size());
  } else if (const auto subject = find_subject(name)) {
    comparison.subject = *subject;
  } else {
    return refuse(name.empty() ? "expected a comparison" : "unknown subject", column);
  }
  column = lexer_.column();
  const auto op = find_operator(lexer_.operation());
  if (!op) return refuse("expected an operator", column);
  if (!applies(*op, comparison.subject)) return refuse("the operator does not fit its subject", column);
  comparison.op = *op;
  if (*op != QueryOperator::exists && *op != QueryOperator::not_exists) {
    auto argument = read_value(comparison);
    if (!argument) return argument.error();
    comparison.argument = std::move(*argument);
  }
  parsed_.comparisons_.push_back(std::move(comparison));
  parsed_.program_.push_back(Join::compare);
  finish_operand();
  return {};
}

Result<Comparison::Argument> ExpressionParser::read_value(const Comparison& comparison) {
  const auto column = lexer_.column();
  std::vector<std::string> texts;
  if (comparison.op == QueryOperator::in || comparison.op == QueryOperator::not_in) {
    auto list = read_list();
    if (!list) return list.error();
    texts = std::move(*list);
  } else {
    auto text = lexer_.value();
    if (!text) return refuse("expected a value", column);
    texts.push_back(std::move(*text));
  }
  auto argument = read_argument(comparison.subject, comparison.op, std::move(texts));
  if (argument) return std::move(*argument);
  switch (comparison.subject) {
    case QuerySubject::agent_version:
      return refuse("expected a version number", column);
    case QuerySubject::registered_at:
      return refuse("expected a date and time", column);
    case QuerySubject::running_tasks:
      return refuse("expected a whole number", column);
    default:
      return refuse("unsupported regular expression", column);
  }
}

Result<std::vector<std::string>> ExpressionParser::read_list() {
  std::vector<std::string> texts;
  const auto column = lexer_.column();
  if (!lexer_.take("[")) return refuse("expected a list in brackets", column);
  do {
    const auto at = lexer_.column();
    auto text = lexer_.member();
    if (!text) return refuse("expected a value", at);
    texts.push_back(std::move(*text));
  } while (lexer_.take(","));
  const auto end = lexer_.column();
  if (!lexer_.take("]")) return refuse("expected a comma or a closing bracket", end);
  return texts;
}

Result<bool> ExpressionParser::read_join() {
  for (;;) {
    if (lexer_.at_end()) return false;
    const auto column = lexer_.column();
    if (lexer_.take("&&") || lexer_.take_keyword("and")) {
      wait(Join::both, column);
      return true;
    }
    if (lexer_.take("||") || lexer_.take_keyword("or")) {
      wait(Join::either, column);
      return true;
    }
    if (!lexer_.take(")")) return refuse("expected 'and' or 'or'", column);
    if (!close_parenthesis()) return refuse("the parenthesis was not opened", column);
  }
}

bool ExpressionParser::close_parenthesis() {
  for (; !waiting_.empty(); waiting_.pop_back()) {
    if (!waiting_.back().join) {
      waiting_.pop_back();
      finish_operand();
      return true;
    }
    parsed_.program_.push_back(*waiting_.back().join);
  }
  return false;
}

/// What binds at least as strongly and waits longer comes first.
void ExpressionParser::wait(Join join, std::size_t column) {
  const auto comes_first = [&](const Waiting& other) {
    return other.join == Join::both || (other.join == Join::either && join == Join::either);
  };
  while (!waiting_.empty() && comes_first(waiting_.back())) {
    parsed_.program_.push_back(*waiting_.back().join);
    waiting_.pop_back();
  }
  waiting_.push_back({join, column});
}

/// Negations before an operand belong to it alone.
void ExpressionParser::finish_operand() {
  for (; !waiting_.empty() && waiting_.back().join == Join::negate; waiting_.pop_back()) {
    parsed_.program_.push_back(Join::negate);
  }
}

Result<Expression> Expression::parse(std::string_view text) {
  if (text.size() > expression_bytes_max) {
    return invalid_parameter("Invalid expression: it is longer than " + std::to_string(expression_bytes_max) +
                             " characters.");
  }
  return ExpressionParser{text}.run();
}

}  // namespace troupe::core
