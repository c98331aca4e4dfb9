/// Counting durations, printing figures.

#include "tools/bench/latencies.hpp"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace troupe::tools::bench {

std::size_t Latencies::bucket_of(std::uint64_t value) {
  constexpr std::uint64_t steps = 1U << step_bits;
  if (value < steps) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - step_bits - 1;
  const auto bucket = ((shift + 1) << step_bits) + ((value >> shift) - steps);
  return std::min<std::size_t>(bucket, (doublings << step_bits) - 1);
}

/// The greatest value of a bucket.
std::uint64_t Latencies::top_of(std::size_t bucket) {
  constexpr std::uint64_t steps = 1U << step_bits;
  if (bucket < steps) return bucket;
  const auto shift = (bucket >> step_bits) - 1;
  return (((bucket & (steps - 1)) + steps + 1) << shift) - 1;
}

void Latencies::add(Nanos duration) {
  const auto value = static_cast<std::uint64_t>(std::max<Nanos::rep>(0, duration.count()));
  ++buckets_[bucket_of(value)];
  ++count_;
  max_ = std::max(max_, duration);
}

void Latencies::add(const Latencies& others) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += others.buckets_[i];
  count_ += others.count_;
  max_ = std::max(max_, others.max_);
}

Nanos Latencies::quantile(double share) const {
  if (count_ == 0) return Nanos{0};
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= std::max<std::uint64_t>(1, wanted)) {
      return std::min(max_, Nanos{static_cast<Nanos::rep>(top_of(i))});
    }
  }
  return max_;
}

double milliseconds(Nanos duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

void print_figure(const std::string& name, double value, const std::string& unit) {
  std::printf("%-44s %12.2f %s\n", name.c_str(), value, unit.c_str());
  std::fflush(stdout);
}

void print_quantiles(const std::string& name, const Latencies& latencies) {
  print_figure(name + ".p50", milliseconds(latencies.quantile(0.50)), "ms");
  print_figure(name + ".p90", milliseconds(latencies.quantile(0.90)), "ms");
  print_figure(name + ".p99", milliseconds(latencies.quantile(0.99)), "ms");
}

void print_machine() {
  double load = 0;
  if (getloadavg(&load, 1) == 1) print_figure("machine.load1", load, "processes");
  print_figure("machine.cores", static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN)), "cores");
}

}  // namespace troupe::tools::bench
