/// AWS's texts where they are known, one row each; texts in the same style elsewhere.

#include "api/wire/codec/refusals.hpp"

namespace troupe::api::wire {
namespace {

using core::ErrorCode;

enum class Fault : std::uint8_t { missing, unknown };

/// `member` is the end of a path: "name" is every name, "containerDefinitions.name" one.
/// A row of one message stands before the rows of all.
struct Row {
  Fault fault;
  std::string_view member;
  ErrorCode code;
  std::string_view text;
  std::string_view message{};  ///< As `Refused` names it; empty: all.
};

/// Source: answers of AWS as clients and other emulators' tests record them.
constexpr Row rows[] = {
    {Fault::unknown, "launchType", ErrorCode::client, "launch type should be one of [EC2,FARGATE]",
     "CreateTaskSet"},
    {Fault::unknown, "status", ErrorCode::invalid_parameter,
     "Container instance status should be one of [ACTIVE, DRAINING]", "UpdateContainerInstancesState"},
    {Fault::unknown, "launchType", ErrorCode::invalid_parameter,
     "launch type should be one of [EC2,FARGATE,EXTERNAL]"},
    {Fault::missing, "family", ErrorCode::client, "Family should not be null or empty."},
    {Fault::missing, "containerDefinitions", ErrorCode::client,
     "Container definitions should not be null or empty."},
    {Fault::missing, "taskDefinition", ErrorCode::invalid_parameter, "TaskDefinition can not be blank."},
    {Fault::missing, "tasks", ErrorCode::invalid_parameter, "Tasks cannot be empty."},
    {Fault::missing, "containerInstances", ErrorCode::invalid_parameter,
     "Container instances cannot be empty."},
    {Fault::missing, "services", ErrorCode::invalid_parameter, "Services cannot be empty."},
    {Fault::missing, "subnets", ErrorCode::invalid_parameter, "subnets can not be empty."},
};

bool ends_path(std::string_view path, std::string_view member) {
  if (!path.ends_with(member)) return false;
  return path.size() == member.size() || path[path.size() - member.size() - 1] == '.';
}

const Row* find_row(Fault fault, std::string_view path, std::string_view message) {
  for (const Row& row : rows) {
    if (!row.message.empty() && row.message != message) continue;
    if (row.fault == fault && ends_path(path, row.member)) return &row;
  }
  return nullptr;
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// "networkMode" → "network mode".
std::string in_words(std::string_view member) {
  std::string words;
  for (const char c : member) {
    if (is_upper(c) && !words.empty()) words += ' ';
    words += to_lower(c);
  }
  return words;
}

/// "containerDefinitions.secrets.valueFrom" → "Secrets.valueFrom": the member, and what it
/// is missing from.
std::string with_owner(std::string_view path) {
  const std::size_t member = path.rfind('.');
  if (member != std::string_view::npos) {
    const std::size_t owner = path.rfind('.', member - 1);
    if (owner != std::string_view::npos) path.remove_prefix(owner + 1);
  }
  std::string text{path};
  text[0] = to_upper(text[0]);
  return text;
}

}  // namespace

core::Error missing_member(std::string_view path, const Refused& refused) {
  if (const Row* row = find_row(Fault::missing, path, refused.message)) {
    return {row->code, std::string{row->text}};
  }
  return {refused.code, with_owner(path) + " should not be null or empty."};
}

core::Error unknown_choice(std::string_view path, const Shape& enumeration, const Refused& refused) {
  if (const Row* row = find_row(Fault::unknown, path, refused.message)) {
    return {row->code, std::string{row->text}};
  }
  std::string text = in_words(path.substr(path.rfind('.') + 1)) + " should be one of [";
  for (const Choice& choice : enumeration.choices) {
    if (text.back() != '[') text += ',';
    text += choice.name;
  }
  return {refused.code, text + "]"};
}

}  // namespace troupe::api::wire
