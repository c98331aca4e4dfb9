#pragma once

/// What containers use, as it travels from a host to the control plane: samples, joined to
/// least, greatest, sum and count, so that joining again loses nothing that is shown.

#include "actors/core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::core {

/// The samples of one figure over some time. Single precision: it is shown, not reckoned with.
struct Spread {
  float least = 0;
  float greatest = 0;
  float sum = 0;
  std::uint32_t count = 0;

  void add(double sample);
  void merge(const Spread& other);
  /// 0 without samples.
  [[nodiscard]] double average() const;
  friend bool operator==(const Spread&, const Spread&) = default;
};

/// Rates are per second. What containers of a task share, the traffic of a common network, is
/// counted in equal parts, so that sums are true.
struct UsageFigures {
  Spread cpu_units;     ///< 1024 are one core.
  Spread memory_bytes;  ///< The working set.
  Spread received_bytes;
  Spread sent_bytes;
  Spread read_bytes;     ///< From block devices.
  Spread written_bytes;  ///< To them.

  void merge(const UsageFigures& other);
  friend bool operator==(const UsageFigures&, const UsageFigures&) = default;
};

/// What several containers use together: the sum of their averages.
class FiguresSum {
 public:
  void add(const UsageFigures& figures);
  [[nodiscard]] bool empty() const { return containers_ == 0; }
  /// One sample of each. Containers that have all just begun have no rates yet; where there
  /// is no container nothing is used.
  [[nodiscard]] UsageFigures sample() const;

 private:
  UsageFigures sums_;  ///< Their sums alone mean something.
  std::size_t containers_ = 0;
};

/// Bytes since some beginning: they only grow, and begin anew with the container or the agent.
struct UsageTotals {
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  friend bool operator==(const UsageTotals&, const UsageTotals&) = default;
};

/// A container since it was reported last.
struct ContainerUsage {
  std::string name;
  UsageFigures figures;
  UsageTotals totals;
  std::uint64_t memory_limit_bytes = 0;  ///< 0: not told.
  std::uint64_t processes = 0;           ///< 0: not told.
  friend bool operator==(const ContainerUsage&, const ContainerUsage&) = default;
};

struct TaskUsage {
  TaskId task;
  std::vector<ContainerUsage> containers;
  friend bool operator==(const TaskUsage&, const TaskUsage&) = default;
};

/// All that runs on one host, since its last report.
struct UsageReport {
  std::int64_t host_cpu_units = 0;  ///< Registered, for those who tell shares of the host.
  std::vector<TaskUsage> tasks;
  friend bool operator==(const UsageReport&, const UsageReport&) = default;
};

/// Joins a later report to an earlier one. Of the later one are the limits, and which
/// containers there are.
void join(UsageReport& report, const UsageReport& later);

}  // namespace troupe::core
