#pragma once

/// One comparison of the cluster query language: a property of an instance, an
/// operator and what it is compared with.

#include "actors/core/query_language/instant.hpp"
#include "actors/core/query_language/pattern.hpp"
#include "actors/core/query_language/version.hpp"
#include "actors/core/records/container_instance.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe::core {

/// What an expression may ask of an instance.
struct QueryFacts {
  const ContainerInstance& instance;
  std::int64_t running_tasks = 0;
  std::vector<std::string_view> groups;  ///< Of the tasks on it; repetitions do no harm.
};

enum class QuerySubject : std::uint8_t {
  agent_connected,
  agent_version,
  attribute,
  host_id,
  registered_at,
  running_tasks,
  task_group
};

enum class QueryOperator : std::uint8_t {
  equals,
  not_equals,
  greater_than,
  greater_than_equal,
  less_than,
  less_than_equal,
  exists,
  not_exists,
  in,
  not_in,
  matches,
  not_matches
};

struct Comparison {
  using Argument = std::variant<std::monostate, std::string, std::vector<std::string>, Pattern, Version,
                                std::int64_t, Instant>;
  QuerySubject subject = QuerySubject::attribute;
  std::string attribute;  ///< Its name, when the subject is one.
  QueryOperator op = QueryOperator::equals;
  Argument argument;
};

std::optional<QuerySubject> find_subject(std::string_view name);
/// "==" as well as "equals".
std::optional<QueryOperator> find_operator(std::string_view name);

/// Whether the language has this operator for this subject.
bool applies(QueryOperator op, QuerySubject subject);

/// Reads `texts` (one, or the members of a list) as what `subject` and `op` are
/// compared with: a version, a number, a time, a pattern. Nothing when it is none.
std::optional<Comparison::Argument> read_argument(QuerySubject subject, QueryOperator op,
                                                  std::vector<std::string> texts);

bool holds(const Comparison& comparison, const QueryFacts& facts);

}  // namespace troupe::core
