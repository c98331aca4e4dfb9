#pragma once

/// Durations counted in buckets of one percent, so that a million of them cost
/// as little to keep as ten, and the lines in which figures are printed.

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace troupe::tools::bench {

using Clock = std::chrono::steady_clock;
using Nanos = std::chrono::nanoseconds;

/// Log-linear: each doubling is cut into 128 buckets, from 1 ns to 4 hours.
class Latencies {
 public:
  void add(Nanos duration);
  void add(const Latencies& others);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The duration that this share of all does not exceed, at most 1 % too much;
  /// 0 when there are none.
  [[nodiscard]] Nanos quantile(double share) const;
  [[nodiscard]] Nanos max() const { return max_; }

 private:
  static constexpr unsigned step_bits = 7;
  static constexpr std::size_t doublings = 44;
  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t top_of(std::size_t bucket);

  std::array<std::uint64_t, doublings << step_bits> buckets_{};
  std::uint64_t count_ = 0;
  Nanos max_{0};
};

double milliseconds(Nanos duration);

/// One line on standard output: `name value unit`.
void print_figure(const std::string& name, double value, const std::string& unit);
/// `name.p50`, `name.p90`, `name.p99` in ms.
void print_quantiles(const std::string& name, const Latencies& latencies);
/// The machine's load, to judge the figures by: `machine.load1`, `machine.cores`.
void print_machine();

}  // namespace troupe::tools::bench
