/// Names of roles.

#include "actors/core/task_roles.hpp"

#include "actors/core/name_character.hpp"
#include "actors/core/task_definition/optional_members.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

constexpr std::size_t role_name_max = 64;
constexpr std::size_t role_path_max = 512;
constexpr std::size_t account_digits = 12;

bool is_role_name(std::string_view name) {
  const auto allowed = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view{"+=,.@_-"}.find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= role_name_max && std::ranges::all_of(name, allowed);
}

/// Up to the next colon, which goes too.
std::string_view take_field(std::string_view& rest) {
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos) return {};
  const auto field = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  return field;
}

/// "role/NAME" or "role/PATH/NAME"; a path is of printable characters.
bool is_role_path(std::string_view text) {
  constexpr std::string_view kind = "role/";
  if (!text.starts_with(kind)) return false;
  text.remove_prefix(kind.size());
  const auto name = role_name(text);
  const auto path = text.substr(0, text.size() - name.size());
  return is_role_name(name) && path.size() <= role_path_max && !path.starts_with('/') &&
         std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

std::string_view role_name(std::string_view arn) {
  const auto slash = arn.rfind('/');
  return slash == std::string_view::npos ? arn : arn.substr(slash + 1);
}

bool is_role_reference(std::string_view text) {
  if (!text.starts_with("arn:")) return is_role_name(text);
  auto rest = text.substr(4);
  const auto partition = take_field(rest);
  const auto service = take_field(rest);
  const auto region = take_field(rest);
  const auto account = take_field(rest);
  return partition.starts_with("aws") && service == "iam" && region.empty() &&
         account.size() == account_digits && std::ranges::all_of(account, is_digit) && is_role_path(rest);
}

std::string role_arn_of(const Realm& realm, const Task& task, TaskRole role) {
  const bool is_application = role == TaskRole::TaskApplication;
  const auto& definition = task.definition->definition;
  const auto& overrides = task.launch->overrides;
  auto named = text(is_application ? definition.taskRoleArn : definition.executionRoleArn);
  if (overrides) {
    const auto& wanted = text(is_application ? overrides->taskRoleArn : overrides->executionRoleArn);
    if (!wanted.empty()) named = wanted;
  }
  if (named.empty() || named.starts_with("arn:")) return named;
  return "arn:" + realm.partition + ":iam::" + realm.account + ":role/" + named;
}

}  // namespace troupe::core
