#pragma once

/// The course of a measurement, and its picture.

#include "runtime/result.hpp"
#include "tools/bench/latencies.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct Sample {
  double seconds = 0;         ///< Since the first.
  std::uint64_t running = 0;  ///< Tasks that came to run so far.
  double resident_mib = 0;
  double cpu_seconds = 0;  ///< Of all threads, since the process began.
};

/// Tasks a second that came to run while the count went from `low` to `high`;
/// 0 when it did not, or too fast to tell.
double rate_between(const std::vector<Sample>& samples, double low, double high);

/// Processor time that each of these tasks took, in microseconds: what the program does,
/// whoever else uses the machine. 0 likewise.
double cpu_between(const std::vector<Sample>& samples, double low, double high);

/// Of this process.
double resident_mib();
double cpu_seconds();

/// An SVG picture: running tasks and tasks a second over time.
std::string draw_curve(const std::vector<Sample>& samples, const std::string& title);
runtime::Result<void> write_curve(const std::string& file, const std::string& svg);

}  // namespace troupe::tools::bench
