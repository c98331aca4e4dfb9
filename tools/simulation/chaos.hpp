#pragma once

/// One seeded life of a cluster: people use it, everything fails that can, then all
/// is mended, the cluster must come to rest, and at last everything is ended and
/// nothing may be left. A referee watches all the time.

#include "actors/core/time.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::simulation {

/// A bug that is put in at a seam, to see that the referee finds it.
enum class Planted : std::uint8_t {
  none,
  lying_disk,             ///< The journal says durable before it is.
  released_twice,         ///< The scheduler is told that running tasks hold nothing.
  forgotten_in_manifest,  ///< An agent's manifest lacks a task that runs there.
  forgotten_on_host,      ///< An agent that comes back does not see what runs.
  skipped_sequence,       ///< An event's number is left out.
  stops_too_many,         ///< A service stops all its tasks at once.
  started_twice,          ///< A container that runs is started once more.
};

/// "lying-disk", …; none for any other text.
Planted planted_by_name(std::string_view name);
const std::vector<std::pair<std::string, Planted>>& planted_bugs();

struct ChaosOptions {
  std::uint64_t seed = 1;
  core::Millis troubled = std::chrono::minutes{15};  ///< How long things fail.
  Planted planted = Planted::none;
  /// Given each line of the chronicle.
  std::function<void(std::string_view)> log;
  bool every_message = false;  ///< With a line for each message.
  bool stop_at_breach = true;
};

struct ChaosResult {
  std::uint64_t seed = 0;
  std::vector<std::string> breaches;    ///< "step STEP: what"; empty: all held.
  std::vector<std::string> last_lines;  ///< Of the chronicle, up to the first breach.
  std::uint64_t digest = 0;             ///< Of the whole chronicle.
  std::uint64_t steps = 0;              ///< Messages handled.
  core::Millis lived{0};                ///< Virtual time.
  std::size_t tasks = 0;
  std::uint64_t events = 0;
  std::map<std::string, std::uint64_t> calls;
  std::map<std::string, std::uint64_t> faults;
};

ChaosResult run_chaos(const ChaosOptions& options);

}  // namespace troupe::simulation
