#pragma once

/// What a played description showed, as values; report_text, report_json and
/// report_html put it on paper.

#include "actors/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::tools::simulate {

/// One thing that happened, in order.
struct Happening {
  core::Millis at{0};
  enum class Kind : std::uint8_t { call, refused, fault, service, task, note };
  Kind kind = Kind::note;
  std::string subject;  ///< Service, task or instance; may be empty.
  std::string text;
};

/// Why tasks of a group found no place, how often, first and last.
struct Refusals {
  std::string group;
  std::string reason;
  std::uint64_t count = 0;
  core::Millis first{0};
  core::Millis last{0};
};

struct ServiceFigures {
  std::string name;
  std::int32_t desired = 0;
  int running = 0;
  int healthy = 0;
  /// Once it had all it wanted for the first time (of a plan: from its steps on).
  std::optional<int> lowest_running;
  std::optional<int> lowest_healthy;
  core::Millis lowest_healthy_at{0};
  std::optional<core::Millis> steady_at;  ///< First.
  bool steady = false;                    ///< At the end.
  std::string unrest;                     ///< Why it is not.
  int started = 0;                        ///< Tasks.
  int stopped = 0;
};

struct InstanceFigures {
  std::string name;
  std::string zone;
  std::string status;
  int tasks = 0;
  std::int64_t cpu = 0;
  std::int64_t cpu_used = 0;
  std::int64_t memory = 0;
  std::int64_t memory_used = 0;
  std::map<std::string, int> groups;  ///< Tasks by group.
};

/// The state at one instant.
struct Sample {
  core::Millis at{0};
  std::map<std::string, std::pair<int, int>> services;  ///< Running, healthy.
  std::map<std::string, int> desired;
  int pending = 0;
  int running = 0;
  double cpu_share = 0;  ///< Of what the living instances have, 0 to 1.
  double memory_share = 0;
};

struct Report {
  std::string name;
  std::uint64_t seed = 0;
  std::string problem;                     ///< Not empty: it could not be played to its end.
  std::optional<core::Millis> steps_from;  ///< When the schedule began.
  std::optional<core::Millis> steady_at;   ///< When everything first had come to rest.
  /// After the last step; absent: it had not at the end.
  std::optional<core::Millis> finished_at;
  core::Millis lasted{0};
  std::size_t tasks_started = 0;
  std::vector<ServiceFigures> services;
  std::vector<InstanceFigures> instances;
  std::vector<Refusals> refusals;
  std::vector<Happening> happenings;
  std::vector<Sample> samples;
  std::vector<std::string> unrest;    ///< At the end.
  std::vector<std::string> breaches;  ///< Of what must never be: bugs of Troupe.
};

std::string report_text(const Report& report);
std::string report_json(const Report& report);
/// One page, with nothing to load.
std::string report_html(const Report& report);

/// "1:02:03" since the start.
std::string clock_text(core::Millis at);

}  // namespace troupe::tools::simulate
