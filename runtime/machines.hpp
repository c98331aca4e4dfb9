#pragma once

/// The port to whoever starts and ends machines: groups of equal hosts, each of which joins a
/// cluster by itself when it has started.

#include "runtime/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::runtime {

/// How many machines a group may have.
struct MachineGroup {
  int size_min = 0;
  int size_max = 0;
};

struct Machine {
  std::string name;  ///< Unique among all groups, also of those that ended.
  std::string group;
  std::string cluster;  ///< That it joins.
};

/// What a new machine is told.
struct MachineOrder {
  std::string group;
  std::string cluster;
  /// Attributes that its agent registers, beside the group's own and `machine_attribute`.
  std::map<std::string, std::string> attributes;
};

/// The attribute by which an agent names the machine that it runs on.
inline constexpr const char* machine_attribute = "troupe.machine";

/// Calls may take seconds; one thread at a time.
class Machines {
 public:
  Machines() = default;
  virtual ~Machines() = default;
  Machines(const Machines&) = delete;
  Machines& operator=(const Machines&) = delete;

  [[nodiscard]] virtual std::optional<MachineGroup> find_group(const std::string& name) const = 0;
  /// Returns when the machine is starting; it registers later.
  virtual Result<Machine> start(const MachineOrder& order) = 0;
  /// Ends it with everything that runs there. One that is gone is no failure.
  virtual Result<void> end(const std::string& machine) = 0;
  /// Those that run, also when another process started them. One that ended by itself is not among
  /// them, and what it left is cleared away.
  virtual std::vector<Machine> list() = 0;
};

}  // namespace troupe::runtime
