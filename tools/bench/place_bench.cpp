/// The measurement of placement.

#include "tools/bench/place_bench.hpp"

#include "tools/bench/latencies.hpp"
#include "tools/bench/place_fleet.hpp"
#include "tools/bench/place_scan.hpp"
#include "tools/commands.hpp"

#include <algorithm>
#include <ctime>
#include <functional>
#include <string>

namespace troupe::tools::bench {
namespace {

using Place = std::function<core::PlacementResult(core::Fleet&, const core::PlacementRequest&)>;

/// Requests whose placements are timed together; then as many tasks leave. Few, as instances that several
/// tasks left between two placements cost less.
constexpr std::size_t requests_of_a_lap = 10;

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Lap {
  std::size_t placed = 0;
  double seconds = 0;
};

Lap run_lap(PlaceFleet& cluster, const PlacePolicy& policy, const Place& place, std::size_t requests) {
  std::vector<core::PlacementRequest> asked;
  for (std::size_t i = 0; i < requests; ++i) asked.push_back(cluster.request(policy));
  std::vector<core::PlacementResult> results;
  results.reserve(requests);
  const auto begun = thread_seconds();
  for (const auto& request : asked) results.push_back(place(cluster.fleet(), request));
  Lap lap{0, thread_seconds() - begun};
  for (const auto& result : results) {
    cluster.keep(result);
    lap.placed += result.assignments.size();
  }
  cluster.release_surplus();
  return lap;
}

/// Placements per second; 0 when a task found no place, as then something else was measured.
double measure(PlaceFleet& cluster, const PlacePolicy& policy, std::uint64_t tasks) {
  const Place place = core::place;
  std::size_t placed = 0;
  double seconds = 0;
  while (placed < tasks) {
    const auto lap = run_lap(cluster, policy, place, requests_of_a_lap);
    if (lap.placed < requests_of_a_lap) return 0;
    placed += lap.placed;
    seconds += lap.seconds;
  }
  return static_cast<double>(placed) / seconds;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string figure_name(const std::string& what, std::uint64_t instances, int percent) {
  return "place." + what + "." + std::to_string(instances) + ".full" + std::to_string(percent);
}

void measure_indexed(const PlaceOptions& options, std::uint64_t instances) {
  for (const auto& policy : place_policies()) {
    for (const auto percent : {10, 50, 90}) {
      std::vector<double> rates;
      PlaceFleet cluster{instances, options.tasks, percent / 100.0};
      measure(cluster, policy, options.tasks);  // Until the policy has placed all that is there.
      for (unsigned run = 0; run < options.runs; ++run) {
        rates.push_back(measure(cluster, policy, options.tasks));
      }
      print_figure(figure_name(policy.name, instances, percent), median(rates), "placements/s");
    }
  }
}

/// The peer: a few requests tell its speed.
void measure_scan(const PlaceOptions& options) {
  constexpr std::uint64_t instances = 1000;
  constexpr std::size_t requests = 3;
  for (const auto& policy : place_policies()) {
    PlaceFleet cluster{instances, options.tasks, 0.5};
    std::vector<double> rates;
    for (unsigned run = 0; run < options.runs; ++run) {
      const auto lap = run_lap(cluster, policy, place_by_scan, requests);
      rates.push_back(static_cast<double>(lap.placed) / lap.seconds);
    }
    print_figure(figure_name("scan." + policy.name, instances, 50), median(rates), "placements/s");
  }
}

}  // namespace

int bench_place(const PlaceOptions& options) {
  if (options.runs == 0 || options.tasks == 0) return fail("--runs and --tasks must be at least 1");
  print_machine();
  for (const auto instances : options.instances) {
    if (instances == 0 || instances > options.tasks) {
      return fail("--instances must be between 1 and the number of tasks");
    }
    measure_indexed(options, instances);
  }
  measure_scan(options);
  print_machine();
  return 0;
}

}  // namespace troupe::tools::bench
