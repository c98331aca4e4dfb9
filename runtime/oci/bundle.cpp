/// The root object of config.json and its process.

#include "runtime/oci/bundle.hpp"

#include <boost/json.hpp>

#include <sys/resource.h>
#include <algorithm>
#include <array>
#include <string_view>

namespace troupe::runtime::oci {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 11> kMasked{
    "/proc/asound",     "/proc/acpi",        "/proc/kcore", "/proc/keys",    "/proc/latency_stats",
    "/proc/timer_list", "/proc/timer_stats", "/proc/scsi",  "/sys/firmware", "/sys/devices/virtual/powercap",
    "/proc/sched_debug"};
constexpr std::array<std::string_view, 5> kReadOnly{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                                    "/proc/sysrq-trigger"};
constexpr std::array<std::pair<std::string_view, int>, 16> kRlimits{{{"as", RLIMIT_AS},
                                                                     {"core", RLIMIT_CORE},
                                                                     {"cpu", RLIMIT_CPU},
                                                                     {"data", RLIMIT_DATA},
                                                                     {"fsize", RLIMIT_FSIZE},
                                                                     {"locks", RLIMIT_LOCKS},
                                                                     {"memlock", RLIMIT_MEMLOCK},
                                                                     {"msgqueue", RLIMIT_MSGQUEUE},
                                                                     {"nice", RLIMIT_NICE},
                                                                     {"nofile", RLIMIT_NOFILE},
                                                                     {"nproc", RLIMIT_NPROC},
                                                                     {"rss", RLIMIT_RSS},
                                                                     {"rtprio", RLIMIT_RTPRIO},
                                                                     {"rttime", RLIMIT_RTTIME},
                                                                     {"sigpending", RLIMIT_SIGPENDING},
                                                                     {"stack", RLIMIT_STACK}}};

template <class Range>
json::array texts(const Range& range) {
  json::array list;
  for (const auto& each : range) {
    list.emplace_back(std::string_view(each));
  }
  return list;
}

Result<json::array> rlimits(const ContainerSpec& spec) {
  json::array list;
  for (const Rlimit& limit : spec.rlimits) {
    if (!rlimit_number(limit.name)) {
      return Failure{FailureKind::invalid, "invalid ulimit type: " + limit.name};
    }
    if (limit.soft > limit.hard) {
      return Failure{FailureKind::invalid,
                     "ulimit " + limit.name + ": soft limit must be less than or equal to hard limit"};
    }
    std::string type = "RLIMIT_";
    for (const char letter : limit.name) {
      type += static_cast<char>(letter - 'a' + 'A');
    }
    list.emplace_back(json::object{{"type", type}, {"soft", limit.soft}, {"hard", limit.hard}});
  }
  return list;
}

/// No inheritable or ambient ones: a process that is not root keeps none, as in Docker.
json::object capability_sets(const std::vector<std::string>& names) {
  return {{"bounding", texts(names)},
          {"effective", texts(names)},
          {"permitted", texts(names)},
          {"inheritable", json::array()},
          {"ambient", json::array()}};
}

Result<json::object> process(const Bundle& bundle) {
  auto limits = rlimits(*bundle.spec);
  if (!limits) {
    return limits.error();
  }
  json::array arguments;
  if (bundle.spec->init_process) {
    arguments = {kInitPath, "--"};
  }
  for (const std::string& each : bundle.arguments) {
    arguments.emplace_back(each);
  }
  json::object user{{"uid", bundle.user.uid}, {"gid", bundle.user.gid}, {"umask", 022}};
  if (!bundle.user.additional_gids.empty()) {
    user["additionalGids"] =
        json::array(bundle.user.additional_gids.begin(), bundle.user.additional_gids.end());
  }
  return json::object{{"terminal", bundle.spec->terminal},
                      {"user", std::move(user)},
                      {"args", std::move(arguments)},
                      {"env", texts(bundle.environment)},
                      {"cwd", bundle.directory},
                      {"capabilities", capability_sets(bundle.capabilities)},
                      {"rlimits", std::move(*limits)},
                      {"oomScoreAdj", 0},
                      {"noNewPrivileges", bundle.spec->no_new_privileges}};
}

void add_namespace(json::array& list, std::string_view type, const NamespaceChoice& choice) {
  if (choice.mode == NamespaceMode::host) {
    return;
  }
  json::object entry{{"type", type}};
  if (choice.mode == NamespaceMode::sandbox) {
    entry["path"] = choice.path;
  }
  list.emplace_back(std::move(entry));
}

json::array namespaces(const Bundle& bundle) {
  json::array list{json::object{{"type", "mount"}}, json::object{{"type", "uts"}}};
  add_namespace(list, "pid", bundle.pid);
  add_namespace(list, "ipc", bundle.ipc);
  add_namespace(list, "network", bundle.network);
  if (bundle.user_namespace) {
    list.emplace_back(json::object{{"type", "user"}, {"path", bundle.user_namespace->path}});
  }
  // As in Docker: its own view of cgroups where they are unified, a privileged container's too,
  // which may then make groups below its own; otherwise the host's.
  if (bundle.cgroup.unified) {
    list.emplace_back(json::object{{"type", "cgroup"}});
  }
  return list;
}

json::array device_nodes(const Bundle& bundle) {
  json::array list;
  for (const DeviceNode& device : bundle.devices) {
    list.emplace_back(json::object{{"path", device.path},
                                   {"type", std::string(1, device.type)},
                                   {"major", device.major},
                                   {"minor", device.minor},
                                   {"fileMode", device.mode},
                                   {"uid", device.uid},
                                   {"gid", device.gid}});
  }
  return list;
}

json::object linux_part(const Bundle& bundle) {
  json::object part{{"cgroupsPath", bundle.cgroup_path},
                    {"namespaces", namespaces(bundle)},
                    {"resources", make_resources(bundle)},
                    {"devices", device_nodes(bundle)},
                    {"rootfsPropagation", "rprivate"}};
  if (bundle.user_namespace) {
    // Of a namespace that is there already; runc wants to be told nevertheless.
    const json::array ids{json::object{
        {"containerID", 0}, {"hostID", bundle.user_namespace->first_id}, {"size", kIdsOfSandbox}}};
    part["uidMappings"] = ids;
    part["gidMappings"] = ids;
  }
  if (!bundle.spec->sysctls.empty()) {
    json::object values;
    for (const auto& [name, value] : bundle.spec->sysctls) {
      values[name] = value;
    }
    part["sysctl"] = std::move(values);
  }
  if (!bundle.spec->privileged) {
    part["maskedPaths"] = texts(kMasked);
    part["readonlyPaths"] = texts(kReadOnly);
    if (bundle.compiled_seccomp.empty() && !bundle.seccomp.empty()) {
      part["seccomp"] = bundle.seccomp;
    }
  }
  return part;
}

}  // namespace

std::optional<int> rlimit_number(std::string_view name) {
  const auto found =
      std::find_if(kRlimits.begin(), kRlimits.end(), [&](const auto& each) { return each.first == name; });
  return found == kRlimits.end() ? std::nullopt : std::optional(found->second);
}

Result<json::object> make_config(const Bundle& bundle) {
  auto mounts = make_mounts(bundle);
  auto made = process(bundle);
  if (!mounts || !made) {
    return mounts ? made.error() : mounts.error();
  }
  json::object config{
      {"ociVersion", "1.0.0"},
      {"process", std::move(*made)},
      {"root", json::object{{"path", bundle.root_path}, {"readonly", bundle.spec->read_only_root}}},
      {"hostname", bundle.hostname},
      {"mounts", std::move(*mounts)},
      {"linux", linux_part(bundle)}};
  if (!bundle.compiled_seccomp.empty() && !bundle.spec->privileged) {
    config["annotations"] = json::object{{"run.oci.seccomp_bpf_data", bundle.compiled_seccomp}};
  }
  return config;
}

}  // namespace troupe::runtime::oci
