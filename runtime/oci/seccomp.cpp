#include "runtime/oci/seccomp.hpp"

#include "runtime/process/files.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace troupe::runtime::oci {
namespace {

namespace json = boost::json;

#if defined(__x86_64__)
constexpr std::string_view kArch = "amd64";
constexpr std::string_view kSeccompArch = "SCMP_ARCH_X86_64";
#elif defined(__aarch64__)
constexpr std::string_view kArch = "arm64";
constexpr std::string_view kSeccompArch = "SCMP_ARCH_AARCH64";
#else
#error "the names of this machine in seccomp profiles are not known"
#endif

constexpr std::string_view kAdmin = "CAP_SYS_ADMIN";

/// Docker's profile allows these with CAP_SYS_ADMIN only.
constexpr std::array<std::string_view, 13> kAdminOnly{
    "mount",  "mount_setattr", "move_mount", "open_tree",  "fsopen", "fsconfig", "fsmount",
    "fspick", "umount",        "umount2",    "pivot_root", "setns",  "unshare"};
/// Docker's profile has no rule for these at all: keyrings are not namespaced.
constexpr std::array<std::string_view, 3> kNever{"add_key", "keyctl", "request_key"};

/// CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID and NET together: clone may not make namespaces.
constexpr std::uint64_t kNamespaceFlags = 0x7E020000;
constexpr int kEnosys = 38;
constexpr int kEperm = 1;

template <class Range>
bool contains(const Range& range, std::string_view name) {
  return std::find(range.begin(), range.end(), name) != range.end();
}

std::vector<std::string_view> strings(const json::object& from, std::string_view member) {
  std::vector<std::string_view> found;
  if (const json::value* list = from.if_contains(member); list != nullptr && list->is_array()) {
    for (const json::value& each : list->get_array()) {
      if (each.is_string()) {
        found.emplace_back(each.get_string());
      }
    }
  }
  return found;
}

/// Whether a rule's `includes` and `excludes` let it hold.
bool holds(const json::object& rule, const std::vector<std::string>& capabilities) {
  if (const json::value* value = rule.if_contains("includes"); value != nullptr && value->is_object()) {
    const auto arches = strings(value->get_object(), "arches");
    const auto caps = strings(value->get_object(), "caps");
    if ((!arches.empty() && !contains(arches, kArch)) ||
        !std::all_of(caps.begin(), caps.end(), [&](auto cap) { return contains(capabilities, cap); })) {
      return false;
    }
  }
  if (const json::value* value = rule.if_contains("excludes"); value != nullptr && value->is_object()) {
    const auto arches = strings(value->get_object(), "arches");
    const auto caps = strings(value->get_object(), "caps");
    return !contains(arches, kArch) &&
           std::none_of(caps.begin(), caps.end(), [&](auto cap) { return contains(capabilities, cap); });
  }
  return true;
}

/// One rule in OCI's form; without names when nothing of it is left.
json::object translate(const json::object& rule, bool admin) {
  json::array names;
  for (const std::string_view name : strings(rule, "names")) {
    const bool withheld = contains(kNever, name) ||
                          (!admin && (contains(kAdminOnly, name) || name == "clone" || name == "clone3"));
    if (!withheld) {
      names.emplace_back(name);
    }
  }
  json::object translated{{"names", std::move(names)}, {"action", rule.at("action")}};
  if (const json::value* code = rule.if_contains("errnoRet"); code != nullptr && code->is_number()) {
    translated["errnoRet"] = *code;
  }
  if (const json::value* args = rule.if_contains("args");
      args != nullptr && args->is_array() && !args->get_array().empty()) {
    translated["args"] = *args;
  }
  return translated;
}

/// What Docker says of the withheld calls when CAP_SYS_ADMIN is missing. clone3
/// hides its flags from a filter; ENOSYS makes the C library fall back to clone.
void add_narrowed(json::array& rules) {
  json::array refused;
  for (const std::string_view name : kAdminOnly) {
    refused.emplace_back(name);
  }
  rules.emplace_back(
      json::object{{"names", std::move(refused)}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", kEperm}});
  rules.emplace_back(
      json::object{{"names", {"clone3"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", kEnosys}});
  rules.emplace_back(json::object{
      {"names", {"clone"}},
      {"action", "SCMP_ACT_ALLOW"},
      {"args",
       json::array{json::object{
           {"index", 0}, {"value", kNamespaceFlags}, {"valueTwo", 0}, {"op", "SCMP_CMP_MASKED_EQ"}}}}});
}

json::array architectures(const json::object& profile) {
  json::array names{kSeccompArch};
  if (const json::value* map = profile.if_contains("archMap"); map != nullptr && map->is_array()) {
    for (const json::value& entry : map->get_array()) {
      if (!entry.is_object() || entry.get_object().at("architecture") != json::value(kSeccompArch)) {
        continue;
      }
      for (const std::string_view each : strings(entry.get_object(), "subArchitectures")) {
        names.emplace_back(each);
      }
    }
  }
  return names;
}

bool is_profile(const json::value& value) {
  if (!value.is_object() || !value.get_object().contains("defaultAction")) {
    return false;
  }
  const json::value* rules = value.get_object().if_contains("syscalls");
  return rules != nullptr && rules->is_array() &&
         std::all_of(rules->get_array().begin(), rules->get_array().end(), [](const json::value& rule) {
           return rule.is_object() && rule.get_object().contains("action") &&
                  rule.get_object().contains("names");
         });
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    unsigned group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += at + i <= bytes.size() ? kDigits[group >> (18 - 6 * i) & 63U] : '=';
    }
  }
  return text;
}

}  // namespace

Result<SeccompProfile> SeccompProfile::load(const std::string& path) {
  const auto text = read_file(path);
  if (!text) {
    return Failure{text.error().kind,
                   text.error().message + "; install the Debian package golang-github-containers-common"};
  }
  return parse(*text);
}

Result<SeccompProfile> SeccompProfile::parse(const std::string& text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !is_profile(value)) {
    return Failure{FailureKind::invalid, "not a seccomp profile"};
  }
  SeccompProfile profile;
  profile.profile_ = std::move(value.get_object());
  return profile;
}

json::object SeccompProfile::resolve(const std::vector<std::string>& capabilities) const {
  const bool admin = contains(capabilities, kAdmin);
  json::array rules;
  for (const json::value& rule : profile_.at("syscalls").get_array()) {
    if (holds(rule.get_object(), capabilities)) {
      json::object translated = translate(rule.get_object(), admin);
      if (!translated.at("names").get_array().empty()) {
        rules.emplace_back(std::move(translated));
      }
    }
  }
  if (!admin) {
    add_narrowed(rules);
  }
  json::object resolved{{"defaultAction", profile_.at("defaultAction")},
                        {"architectures", architectures(profile_)},
                        {"syscalls", std::move(rules)}};
  if (const json::value* code = profile_.if_contains("defaultErrnoRet"); code != nullptr) {
    resolved["defaultErrnoRet"] = *code;
  }
  return resolved;
}

std::string CompiledFilters::find(const std::string& profile_text) {
  const std::lock_guard lock(mutex_);
  const auto found = filters_.find(profile_text);
  return found == filters_.end() ? std::string() : found->second;
}

void CompiledFilters::learn(const std::string& profile_text, const std::string& compiled_path) {
  constexpr std::size_t kInstructionBytes = 8;
  const auto compiled = read_file(compiled_path, 1 << 20);
  if (compiled && !compiled->empty() && compiled->size() % kInstructionBytes == 0) {
    const std::lock_guard lock(mutex_);
    filters_.insert_or_assign(profile_text, base64(*compiled));
  }
}

}  // namespace troupe::runtime::oci
