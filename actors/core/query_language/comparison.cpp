/// What a comparison means for an instance.

#include "actors/core/query_language/comparison.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace troupe::core {
namespace {

constexpr std::array<std::pair<std::string_view, QuerySubject>, 6> subjects{{
    {"agentConnected", QuerySubject::agent_connected},
    {"agentVersion", QuerySubject::agent_version},
    {"ec2InstanceId", QuerySubject::host_id},
    {"registeredAt", QuerySubject::registered_at},
    {"runningTasksCount", QuerySubject::running_tasks},
    {"task:group", QuerySubject::task_group},
}};

constexpr std::array<std::pair<std::string_view, QueryOperator>, 22> operators{{
    {"==", QueryOperator::equals},
    {"equals", QueryOperator::equals},
    {"!=", QueryOperator::not_equals},
    {"not_equals", QueryOperator::not_equals},
    {">", QueryOperator::greater_than},
    {"greater_than", QueryOperator::greater_than},
    {">=", QueryOperator::greater_than_equal},
    {"greater_than_equal", QueryOperator::greater_than_equal},
    {"<", QueryOperator::less_than},
    {"less_than", QueryOperator::less_than},
    {"<=", QueryOperator::less_than_equal},
    {"less_than_equal", QueryOperator::less_than_equal},
    {"exists", QueryOperator::exists},
    {"!exists", QueryOperator::not_exists},
    {"not_exists", QueryOperator::not_exists},
    {"in", QueryOperator::in},
    {"!in", QueryOperator::not_in},
    {"not_in", QueryOperator::not_in},
    {"=~", QueryOperator::matches},
    {"matches", QueryOperator::matches},
    {"!~", QueryOperator::not_matches},
    {"not_matches", QueryOperator::not_matches},
}};

bool is_order(QueryOperator op) {
  return op >= QueryOperator::greater_than && op <= QueryOperator::less_than_equal;
}

bool is_list(QueryOperator op) {
  return op == QueryOperator::in || op == QueryOperator::not_in;
}

bool is_pattern(QueryOperator op) {
  return op == QueryOperator::matches || op == QueryOperator::not_matches;
}

bool is_negated(QueryOperator op) {
  return op == QueryOperator::not_equals || op == QueryOperator::not_exists || op == QueryOperator::not_in ||
         op == QueryOperator::not_matches;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// `sign` is that of left - right.
bool holds_for(QueryOperator op, int sign) {
  switch (op) {
    case QueryOperator::equals:
      return sign == 0;
    case QueryOperator::not_equals:
      return sign != 0;
    case QueryOperator::greater_than:
      return sign > 0;
    case QueryOperator::greater_than_equal:
      return sign >= 0;
    case QueryOperator::less_than:
      return sign < 0;
    case QueryOperator::less_than_equal:
      return sign <= 0;
    default:
      return false;
  }
}

template <class T>
int sign_of(const T& left, const T& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

/// Numbers as numbers, anything else as text.
int compare_texts(const std::string& left, const std::string& right) {
  const auto left_number = parse_number(left);
  const auto right_number = parse_number(right);
  if (left_number && right_number) return sign_of(*left_number, *right_number);
  return sign_of(left, right);
}

/// The comparison of one text, `!` left aside.
bool affirms(const Comparison& comparison, std::string_view text) {
  if (const auto* list = std::get_if<std::vector<std::string>>(&comparison.argument)) {
    return std::find(list->begin(), list->end(), text) != list->end();
  }
  if (const auto* pattern = std::get_if<Pattern>(&comparison.argument)) return pattern->matches(text);
  const auto* one = std::get_if<std::string>(&comparison.argument);
  return one != nullptr && *one == text;
}

bool text_holds(const Comparison& comparison, std::string_view text) {
  return affirms(comparison, text) != is_negated(comparison.op);
}

bool attribute_holds(const Comparison& comparison, const ContainerInstance& instance) {
  const auto* has = find_attribute(instance, comparison.attribute);
  if (comparison.op == QueryOperator::exists) return has != nullptr;
  if (has == nullptr) return is_negated(comparison.op);
  if (comparison.op == QueryOperator::not_exists) return false;
  const auto value = has->value.value_or("");
  if (!is_order(comparison.op)) return text_holds(comparison, value);
  return holds_for(comparison.op, compare_texts(value, std::get<std::string>(comparison.argument)));
}

bool version_holds(const Comparison& comparison, const ContainerInstance& instance) {
  const auto has = parse_version(instance.version_info.agentVersion.value_or(""));
  if (!has) return is_negated(comparison.op);
  return holds_for(comparison.op, sign_of(*has, std::get<Version>(comparison.argument)));
}

}  // namespace

std::optional<QuerySubject> find_subject(std::string_view name) {
  for (const auto& [known, subject] : subjects) {
    if (known == name) return subject;
  }
  return std::nullopt;
}

std::optional<QueryOperator> find_operator(std::string_view name) {
  for (const auto& [known, op] : operators) {
    if (known == name) return op;
  }
  return std::nullopt;
}

bool applies(QueryOperator op, QuerySubject subject) {
  const bool equality = op == QueryOperator::equals || op == QueryOperator::not_equals;
  switch (subject) {
    case QuerySubject::attribute:
      return true;
    case QuerySubject::agent_version:
    case QuerySubject::registered_at:
    case QuerySubject::running_tasks:
      return equality || is_order(op);
    case QuerySubject::agent_connected:
    case QuerySubject::host_id:
    case QuerySubject::task_group:
      return equality || is_list(op) || is_pattern(op);
  }
  return false;
}

std::optional<Comparison::Argument> read_argument(QuerySubject subject, QueryOperator op,
                                                  std::vector<std::string> texts) {
  const auto as_argument = [](auto value) -> std::optional<Comparison::Argument> {
    if (!value) return std::nullopt;
    return Comparison::Argument{std::move(*value)};
  };
  if (is_list(op)) return Comparison::Argument{std::move(texts)};
  auto& text = texts.front();
  if (is_pattern(op)) return as_argument(Pattern::compile(text));
  switch (subject) {
    case QuerySubject::agent_version:
      return as_argument(parse_version(text));
    case QuerySubject::registered_at:
      return as_argument(parse_instant(text));
    case QuerySubject::running_tasks:
      return as_argument(parse_number(text));
    default:
      return Comparison::Argument{std::move(text)};
  }
}

bool holds(const Comparison& comparison, const QueryFacts& facts) {
  switch (comparison.subject) {
    case QuerySubject::attribute:
      return attribute_holds(comparison, facts.instance);
    case QuerySubject::agent_version:
      return version_holds(comparison, facts.instance);
    case QuerySubject::agent_connected:
      return text_holds(comparison, facts.instance.agent_connected ? "true" : "false");
    case QuerySubject::host_id:
      return text_holds(comparison, facts.instance.host_id);
    case QuerySubject::registered_at:
      return holds_for(comparison.op, sign_of(to_instant(facts.instance.registered_at),
                                              std::get<Instant>(comparison.argument)));
    case QuerySubject::running_tasks:
      return holds_for(comparison.op,
                       sign_of(facts.running_tasks, std::get<std::int64_t>(comparison.argument)));
    case QuerySubject::task_group:
      return std::any_of(facts.groups.begin(), facts.groups.end(), [&](std::string_view group) {
               return affirms(comparison, group);
             }) != is_negated(comparison.op);
  }
  return false;
}

}  // namespace troupe::core
