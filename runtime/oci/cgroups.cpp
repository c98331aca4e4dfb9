/// Making, killing and removing control groups.

#include "runtime/oci/cgroups.hpp"

#include "runtime/process/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <csignal>
#include <set>
#include <sstream>

namespace troupe::runtime::oci {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kKillDeadline{10};

/// Control files take one write and are never replaced.
Result<void> write_control(const std::string& path, const std::string& value) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid() || write(file.get(), value.data(), value.size()) < 0) {
    return errno_failure("cannot write " + value + " to " + path, errno);
  }
  return {};
}

std::vector<std::string> children(const std::string& path) {
  std::vector<std::string> names;
  DIR* entries = opendir(path.c_str());
  if (entries == nullptr) {
    return names;
  }
  while (const dirent* entry = readdir(entries)) {
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
      names.push_back(path + "/" + entry->d_name);
    }
  }
  closedir(entries);
  return names;
}

void collect_processes(const std::string& path, std::set<int>& found) {
  if (const auto text = read_file(path + "/cgroup.procs")) {
    std::istringstream lines(*text);
    for (int pid = 0; lines >> pid;) {
      found.insert(pid);
    }
  }
  for (const std::string& child : children(path)) {
    collect_processes(child, found);
  }
}

/// EBUSY while the kernel still takes a process apart.
int remove_group_tree(const std::string& path) {
  int failed = 0;
  if (rmdir(path.c_str()) == 0 || errno == ENOENT) {
    return 0;
  }
  for (const std::string& child : children(path)) {
    const int error_number = remove_group_tree(child);
    failed = error_number != 0 ? error_number : failed;
  }
  return rmdir(path.c_str()) == 0 || errno == ENOENT ? 0 : failed != 0 ? failed : errno;
}

/// The parents of "/a/b/c" and itself: "/a", "/a/b", "/a/b/c".
std::vector<std::string> lineage(const std::string& group) {
  std::vector<std::string> all;
  for (std::size_t slash = group.find('/', 1); slash != std::string::npos;
       slash = group.find('/', slash + 1)) {
    all.push_back(group.substr(0, slash));
  }
  all.push_back(group);
  return all;
}

std::string quota_of(const ResourceLimits& limits) {
  const double quota = *limits.cpu_cores * static_cast<double>(cpu_period_us);
  return std::to_string(std::max<long long>(std::llround(quota), 1000));
}

/// Docker's formula from a v1 weight (2…262144) to a v2 weight (1…10000).
std::uint64_t weight_of(std::uint64_t shares) {
  return 1 + (std::clamp<std::uint64_t>(shares, 2, 262'144) - 2) * 9999 / 262'142;
}

void pause_between_tries(std::chrono::milliseconds& pause) {
  poll(nullptr, 0, static_cast<int>(pause.count()));
  pause = std::min(pause * 2, std::chrono::milliseconds(20));
}

using Setting = std::pair<std::string, std::string>;

Result<void> write_settings(const std::vector<Setting>& settings) {
  for (const auto& [path, value] : settings) {
    if (auto written = write_control(path, value); !written) {
      return written;
    }
  }
  return {};
}

}  // namespace

Result<Cgroups> Cgroups::detect() {
  const auto mounts = read_file("/proc/self/mountinfo");
  return mounts ? from_mounts(*mounts, "/sys/fs/cgroup") : mounts.error();
}

Result<Cgroups> Cgroups::from_mounts(const std::string& mountinfo, const std::string& root) {
  Cgroups found;
  std::istringstream lines(mountinfo);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t dash = line.find(" - ");
    std::istringstream before(line.substr(0, dash));
    std::istringstream after(dash == std::string::npos ? "" : line.substr(dash + 3));
    std::string skip;
    std::string point;
    std::string type;
    std::string options;
    before >> skip >> skip >> skip >> skip >> point;
    after >> type >> skip >> options;
    if (point != root && !point.starts_with(root + "/")) {
      continue;
    }
    if (type == "cgroup2" && found.unified_ != root) {
      found.unified_ = point;
    } else if (type == "cgroup") {
      std::istringstream names(options);
      for (std::string name; std::getline(names, name, ',');) {
        if (name != "rw" && name != "ro") {
          found.mounts_.emplace(name, point);
        }
      }
    }
  }
  if (found.unified_ == root) {
    found.mounts_.clear();
  }
  if (found.mounts_.empty() && found.unified_.empty()) {
    return Failure{FailureKind::failed, "no control groups are mounted below " + root};
  }
  found.mode_ = found.mounts_.empty()    ? CgroupMode::unified
                : found.unified_.empty() ? CgroupMode::v1
                                         : CgroupMode::hybrid;
  return found;
}

CgroupAbilities Cgroups::abilities() const {
  if (mode_ == CgroupMode::unified) {
    // The root itself has no such file; any group below it does where swap is counted.
    const std::vector<std::string> below = children(unified_);
    const bool swap = std::any_of(below.begin(), below.end(), [](const std::string& group) {
      return access((group + "/memory.swap.max").c_str(), F_OK) == 0;
    });
    return {true, swap, false};
  }
  const auto memory = mounts_.find("memory");
  if (memory == mounts_.end()) {
    return {};
  }
  return {false, access((memory->second + "/memory.memsw.limit_in_bytes").c_str(), F_OK) == 0, true};
}

std::vector<std::string> Cgroups::hidden_from_crun() const {
  return mode_ == CgroupMode::hybrid ? std::vector{unified_} : std::vector<std::string>();
}

std::string Cgroups::path(const std::string& controller, const std::string& group) const {
  if (mode_ == CgroupMode::unified) {
    return unified_ + group;
  }
  const auto found = mounts_.find(controller);
  return found == mounts_.end() ? std::string() : found->second + group;
}

std::vector<std::string> Cgroups::all_paths(const std::string& group) const {
  std::set<std::string> paths;
  for (const auto& [controller, point] : mounts_) {
    paths.insert(point + group);
  }
  if (!unified_.empty()) {
    paths.insert(unified_ + group);
  }
  return {paths.begin(), paths.end()};
}

Result<void> Cgroups::create(const std::string& group, const ResourceLimits& limits) const {
  return mode_ == CgroupMode::unified ? create_unified(group, limits) : create_v1(group, limits);
}

Result<void> Cgroups::create_unified(const std::string& group, const ResourceLimits& limits) const {
  std::string above = unified_;
  for (const std::string& each : lineage(group)) {
    const auto controllers = read_file(above + "/cgroup.controllers");
    std::istringstream names(controllers ? *controllers : "");
    for (std::string name; names >> name;) {
      // One at a time: a controller that cannot be handed on must not stop the others.
      static_cast<void>(write_control(above + "/cgroup.subtree_control", "+" + name));
    }
    above = unified_ + each;
    if (auto made = make_directories(above); !made) {
      return made;
    }
  }
  const std::string at = above + "/";
  std::vector<Setting> settings;
  if (limits.cpu_shares) {
    settings.emplace_back(at + "cpu.weight", std::to_string(weight_of(*limits.cpu_shares)));
  }
  if (limits.cpu_cores) {
    settings.emplace_back(at + "cpu.max", quota_of(limits) + " " + std::to_string(cpu_period_us));
  }
  if (limits.memory_bytes) {
    settings.emplace_back(at + "memory.max", std::to_string(*limits.memory_bytes));
  }
  if (limits.memory_reservation_bytes) {
    settings.emplace_back(at + "memory.low", std::to_string(*limits.memory_reservation_bytes));
  }
  if (limits.swap_bytes && access((at + "memory.swap.max").c_str(), F_OK) == 0) {
    settings.emplace_back(at + "memory.swap.max", std::to_string(*limits.swap_bytes));
  }
  if (limits.processes) {
    settings.emplace_back(at + "pids.max", std::to_string(*limits.processes));
  }
  return write_settings(settings);
}

Result<void> Cgroups::create_v1(const std::string& group, const ResourceLimits& limits) const {
  // crun makes the group in the other hierarchies, when a container needs it.
  for (const char* controller : {"cpu", "memory", "pids"}) {
    const std::string at = path(controller, group);
    if (at.empty()) {
      return Failure{FailureKind::failed,
                     std::string("the cgroup controller ") + controller + " is not mounted"};
    }
    if (auto made = make_directories(at); !made) {
      return made;
    }
  }
  const std::string cpu = path("cpu", group) + "/";
  const std::string memory = path("memory", group) + "/";
  std::vector<Setting> settings;
  if (limits.cpu_shares) {
    settings.emplace_back(cpu + "cpu.shares", std::to_string(*limits.cpu_shares));
  }
  if (limits.cpu_cores) {
    settings.emplace_back(cpu + "cpu.cfs_period_us", std::to_string(cpu_period_us));
    settings.emplace_back(cpu + "cpu.cfs_quota_us", quota_of(limits));
  }
  if (limits.memory_bytes) {
    settings.emplace_back(memory + "memory.limit_in_bytes", std::to_string(*limits.memory_bytes));
    if (limits.swap_bytes && abilities().swap_limit) {
      settings.emplace_back(memory + "memory.memsw.limit_in_bytes",
                            std::to_string(*limits.memory_bytes + *limits.swap_bytes));
    }
  }
  if (limits.memory_reservation_bytes) {
    settings.emplace_back(memory + "memory.soft_limit_in_bytes",
                          std::to_string(*limits.memory_reservation_bytes));
  }
  if (limits.processes) {
    settings.emplace_back(path("pids", group) + "/pids.max", std::to_string(*limits.processes));
  }
  return write_settings(settings);
}

std::vector<int> Cgroups::processes(const std::string& group) const {
  std::set<int> found;
  if (mode_ == CgroupMode::unified) {
    collect_processes(unified_ + group, found);
  } else {
    for (const char* controller : {"pids", "freezer", "memory"}) {
      if (const std::string at = path(controller, group); !at.empty()) {
        collect_processes(at, found);
      }
    }
  }
  return {found.begin(), found.end()};
}

void Cgroups::set_frozen(const std::string& group, bool frozen) const {
  if (const std::string at = path("freezer", group); mode_ != CgroupMode::unified && !at.empty()) {
    static_cast<void>(write_control(at + "/freezer.state", frozen ? "FROZEN" : "THAWED"));
  }
}

Result<void> Cgroups::kill(const std::string& group) const {
  const Clock::time_point deadline = Clock::now() + kKillDeadline;
  std::chrono::milliseconds pause{1};
  for (;;) {
    std::vector<int> alive = processes(group);
    if (alive.empty()) {
      return {};
    }
    if (Clock::now() > deadline) {
      return Failure{FailureKind::unavailable, "processes of the control group " + group +
                                                   " do not end: pid " + std::to_string(alive.front())};
    }
    const bool at_once =
        mode_ == CgroupMode::unified && write_control(unified_ + group + "/cgroup.kill", "1");
    if (!at_once) {
      // Frozen processes cannot fork away from the list, and die when thawed.
      set_frozen(group, true);
      for (const int pid : processes(group)) {
        ::kill(pid, SIGKILL);
      }
      set_frozen(group, false);
    }
    pause_between_tries(pause);
  }
}

Result<void> Cgroups::remove(const std::string& group) const {
  const Clock::time_point deadline = Clock::now() + kKillDeadline;
  std::chrono::milliseconds pause{1};
  for (;;) {
    if (auto killed = kill(group); !killed) {
      return killed;
    }
    int failed = 0;
    for (const std::string& each : all_paths(group)) {
      const int error_number = remove_group_tree(each);
      failed = error_number != 0 ? error_number : failed;
    }
    if (failed == 0) {
      return {};
    }
    if (Clock::now() > deadline) {
      return errno_failure("cannot remove the control group " + group, failed);
    }
    pause_between_tries(pause);
  }
}

void Cgroups::remove_if_empty(const std::string& group) const {
  for (const std::string& each : all_paths(group)) {
    rmdir(each.c_str());  // The kernel refuses when there is a process or a group in it.
  }
}

}  // namespace troupe::runtime::oci
