/// Feeds the cluster query language with anything.
///
/// Beyond not crashing it must hold that a refusal names a column within the text,
/// and that negating an expression negates its answer, for several instances.

#include "actors/core/query_language/expression.hpp"

#include "tests/fuzz/targets.hpp"

namespace troupe::core {
namespace {

using fuzz::require;

Attribute attribute(const char* name, const char* value) {
  return {.name = name, .value = value, .targetType = {}, .targetId = {}};
}

std::vector<ContainerInstance> instances() {
  std::vector<ContainerInstance> made(2);
  made[1].agent_connected = true;
  made[1].host_id = "i-0";
  made[1].version_info.agentVersion = "1.68.2";
  made[1].registered_at = from_epoch_ms(1529360908000);
  made[1].attributes = {attribute("ecs.instance-type", "t2.small"), attribute("a", "1"),
                        attribute("b", "aaaa")};
  return made;
}

void check_refusal(const Error& error, std::string_view text) {
  require(error.code == ErrorCode::invalid_parameter && error.message.starts_with("Invalid expression: "));
  const auto at = error.message.rfind("column ");
  if (at == std::string::npos) {
    require(text.size() > expression_bytes_max);
  } else {
    const auto column = std::strtoul(error.message.c_str() + at + 7, nullptr, 10);
    require(column >= 1 && column <= text.size() + 1);
  }
}

void check_expression(std::string_view text) {
  static const auto known = instances();
  const auto parsed = Expression::parse(text);
  if (!parsed) {
    check_refusal(parsed.error(), text);
    return;
  }
  const auto negated = Expression::parse("!(" + std::string{text} + ")");
  if (!negated) {
    require(text.size() + 3 > expression_bytes_max);
    return;
  }
  require(negated->reads_tasks() == parsed->reads_tasks());
  for (const auto& instance : known) {
    const QueryFacts facts{instance, 1, {"service:web"}};
    require(parsed->matches(facts) != negated->matches(facts));
  }
}

}  // namespace
}  // namespace troupe::core

void troupe::fuzz::query_language(std::string_view input) {
  troupe::core::check_expression(input);
}
