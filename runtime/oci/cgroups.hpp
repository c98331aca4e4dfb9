#pragma once

/// The control groups of sandboxes and containers, on v1 and v2. A sandbox's
/// group holds its limits; crun makes the groups of its containers below it.

#include "runtime/container_runtime.hpp"
#include "runtime/oci/bundle.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace troupe::runtime::oci {

/// In which a group may use its quota of processor time; the kernel's default.
inline constexpr std::uint64_t cpu_period_us = 100'000;

enum class CgroupMode : std::uint8_t {
  v1,
  hybrid,   ///< v1, and a v2 without controllers mounted beside it, which crun 1.8 refuses.
  unified,  ///< v2 only.
};

class Cgroups {
 public:
  /// Reads what is mounted; failed when no cgroups are.
  static Result<Cgroups> detect();
  /// The same from the text of a mountinfo file, for mounts at `root` and below it.
  /// Others do not count: a chroot or a container may have some of its own. A v2 at
  /// `root` itself has the controllers, whatever v1 somebody mounts below it for a
  /// program that wants a hierarchy of a name.
  static Result<Cgroups> from_mounts(const std::string& mountinfo, const std::string& root);

  [[nodiscard]] CgroupMode mode() const { return mode_; }
  [[nodiscard]] CgroupAbilities abilities() const;
  /// What a private mount namespace for crun must hide; empty unless hybrid.
  [[nodiscard]] std::vector<std::string> hidden_from_crun() const;

  /// Makes a group (`/troupe/SANDBOX`) with these limits; its parents without any.
  Result<void> create(const std::string& group, const ResourceLimits& limits) const;

  /// Kills every process in the group and below it, also those that fork faster
  /// than they are killed, and waits until they are gone: unavailable after 10 s.
  Result<void> kill(const std::string& group) const;

  /// kill(), then removes the group and all below it. Success when it is gone.
  Result<void> remove(const std::string& group) const;

  /// Removes a group in which there is nothing; any other stays.
  void remove_if_empty(const std::string& group) const;

  [[nodiscard]] std::vector<int> processes(const std::string& group) const;
  /// Whether the kernel killed a process of this group for want of memory.
  [[nodiscard]] bool ran_out_of_memory(const std::string& group) const;
  /// The group that a process of this host is in; empty when it is not below what is
  /// mounted here.
  [[nodiscard]] std::string group_of(int pid) const;
  /// All of Stats but the network's part.
  [[nodiscard]] Stats stats(const std::string& group) const;

 private:
  [[nodiscard]] std::string path(const std::string& controller, const std::string& group) const;
  [[nodiscard]] std::vector<std::string> all_paths(const std::string& group) const;
  Result<void> create_unified(const std::string& group, const ResourceLimits& limits) const;
  Result<void> create_v1(const std::string& group, const ResourceLimits& limits) const;
  [[nodiscard]] Stats stats_v1(const std::string& group) const;
  [[nodiscard]] Stats stats_unified(const std::string& group) const;
  void set_frozen(const std::string& group, bool frozen) const;

  CgroupMode mode_ = CgroupMode::unified;
  std::string unified_;                        ///< Mount point of v2, if any.
  std::map<std::string, std::string> mounts_;  ///< v1: controller → mount point.
};

}  // namespace troupe::runtime::oci
