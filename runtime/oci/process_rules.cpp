#include "runtime/oci/process_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace troupe::runtime::oci {
namespace {

constexpr std::string_view kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > 0x7fffffffU) {
    return std::nullopt;
  }
  return value;
}

/// Splits a line of passwd or group; missing fields are empty.
std::array<std::string_view, 7> fields(std::string_view line) {
  std::array<std::string_view, 7> parts;
  for (std::string_view& part : parts) {
    const std::size_t colon = line.find(':');
    part = line.substr(0, colon);
    line = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  }
  return parts;
}

/// Calls `visit` with the fields of each line until it returns true.
template <class Visitor>
bool find_line(std::string_view text, Visitor visit) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (!line.empty() && line.front() != '#' && visit(fields(line))) {
      return true;
    }
  }
  return false;
}

bool has_member(std::string_view members, std::string_view name) {
  while (!members.empty()) {
    const std::size_t comma = members.find(',');
    if (members.substr(0, comma) == name) {
      return true;
    }
    members = comma == std::string_view::npos ? std::string_view() : members.substr(comma + 1);
  }
  return false;
}

/// Fills uid, gid and home; gives the name of the user, empty when it has none.
Result<std::string> find_user(std::string_view wanted, std::string_view passwd, User& user) {
  const auto wanted_uid = wanted.empty() ? std::optional<std::uint32_t>(0) : whole_number(wanted);
  std::string name;
  const bool found = find_line(passwd, [&](const auto& line) {
    const auto uid = whole_number(line[2]);
    if (!uid || !(line[0] == wanted || (wanted_uid && *uid == *wanted_uid))) {
      return false;
    }
    user.uid = *uid;
    user.gid = whole_number(line[3]).value_or(0);
    user.home = line[5].empty() ? "/" : std::string(line[5]);
    name = line[0];
    return true;
  });
  if (!found && !wanted_uid) {
    return Failure{FailureKind::invalid,
                   "unable to find user " + std::string(wanted) + ": no matching entries in passwd file"};
  }
  if (!found) {
    user.uid = *wanted_uid;
  }
  return name;
}

Result<void> find_group(std::string_view wanted, std::string_view group, User& user) {
  const auto wanted_gid = whole_number(wanted);
  const bool found = find_line(group, [&](const auto& line) {
    const auto gid = whole_number(line[2]);
    if (!gid || !(line[0] == wanted || (wanted_gid && *gid == *wanted_gid))) {
      return false;
    }
    user.gid = *gid;
    return true;
  });
  if (!found && !wanted_gid) {
    return Failure{FailureKind::invalid,
                   "unable to find group " + std::string(wanted) + ": no matching entries in group file"};
  }
  if (!found) {
    user.gid = *wanted_gid;
  }
  return {};
}

void set_variable(std::vector<std::string>& environment, const std::string& entry) {
  const std::string name = entry.substr(0, entry.find('=') + 1);
  const auto same = std::find_if(environment.begin(), environment.end(),
                                 [&](const std::string& each) { return each.starts_with(name); });
  if (same != environment.end()) {
    *same = entry;
  } else {
    environment.push_back(entry);
  }
}

}  // namespace

Result<std::vector<std::string>> resolve_arguments(const ImageConfig& image, const ContainerSpec& spec) {
  using Words = std::vector<std::string>;
  Words arguments = spec.entrypoint ? *spec.entrypoint : image.entrypoint;
  if (arguments == Words{""}) {
    arguments.clear();
  }
  const bool own_entrypoint = spec.entrypoint && !spec.entrypoint->empty();
  const bool own_command = spec.command && !spec.command->empty();
  if (own_command) {
    arguments.insert(arguments.end(), spec.command->begin(), spec.command->end());
  } else if (!own_entrypoint) {
    arguments.insert(arguments.end(), image.command.begin(), image.command.end());
  }
  if (arguments.empty() || arguments.front().empty()) {
    return Failure{FailureKind::invalid, "no command specified"};
  }
  return arguments;
}

Result<User> resolve_user(std::string_view wanted, std::string_view passwd, std::string_view group) {
  const std::size_t colon = wanted.find(':');
  const std::string_view wanted_group = colon == std::string_view::npos ? "" : wanted.substr(colon + 1);
  User user;
  const auto name = find_user(wanted.substr(0, colon), passwd, user);
  if (!name) {
    return name.error();
  }
  if (!wanted_group.empty()) {
    if (auto found = find_group(wanted_group, group, user); !found) {
      return found.error();
    }
    return user;
  }
  if (!name->empty()) {
    find_line(group, [&](const auto& line) {
      const auto gid = whole_number(line[2]);
      if (gid && *gid != user.gid && has_member(line[3], *name)) {
        user.additional_gids.push_back(*gid);
      }
      return false;
    });
  }
  return user;
}

std::vector<std::string> resolve_environment(const ImageConfig& image, const ContainerSpec& spec,
                                             const std::string& hostname, const User& user) {
  std::vector<std::string> environment{"PATH=" + std::string(kPath), "HOSTNAME=" + hostname};
  if (spec.terminal) {
    environment.emplace_back("TERM=xterm");
  }
  for (const auto* source : {&image.environment, &spec.environment}) {
    for (const std::string& entry : *source) {
      if (entry.find('=') != std::string::npos && entry.front() != '=') {
        set_variable(environment, entry);
      }
    }
  }
  if (std::none_of(environment.begin(), environment.end(),
                   [](const std::string& each) { return each.starts_with("HOME="); })) {
    environment.push_back("HOME=" + user.home);
  }
  return environment;
}

Result<std::string> resolve_directory(const ImageConfig& image, const ContainerSpec& spec) {
  const std::string& wanted =
      spec.working_directory.empty() ? image.working_directory : spec.working_directory;
  if (wanted.empty()) {
    return std::string("/");
  }
  if (wanted.front() != '/') {
    return Failure{FailureKind::invalid,
                   "the working directory '" + wanted + "' is invalid, it needs to be an absolute path"};
  }
  return wanted;
}

}  // namespace troupe::runtime::oci
