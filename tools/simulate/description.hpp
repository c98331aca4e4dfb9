#pragma once

/// What a user wants to see played: instances, how images behave, what is asked of
/// the API and when, and what goes wrong. Read from JSON; requests are in the ECS
/// API's own shapes and are not looked into here. The form is in README.md.

#include "runtime/simulated/simulated_runtime.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::tools::simulate {

using Millis = std::chrono::milliseconds;

struct DescribedInstance {
  std::string name;
  std::string zone = "us-east-1a";
  std::int64_t cpu = 4096;
  std::int64_t memory = 8192;
  std::vector<std::pair<std::string, std::string>> attributes;
};

/// One operation of the API: its name and its request.
struct DescribedCall {
  std::string operation;
  std::string request;
};

enum class FaultKind : std::uint8_t {
  lose_instance,
  lose_zone,
  crash_agent,
  crash_server,
  cut_line,
  end_containers
};

struct DescribedFault {
  FaultKind kind = FaultKind::lose_instance;
  std::string target;           ///< Instance, zone, or image of containers; not of crash_server.
  std::optional<Millis> lasts;  ///< Then it is mended; absent: never.
};

/// At its time: a call, or a fault.
struct DescribedStep {
  Millis at{0};
  std::optional<DescribedCall> call;
  std::optional<DescribedFault> fault;
};

struct Description {
  std::string name = "simulation";
  std::uint64_t seed = 1;
  std::string cluster = "default";
  std::vector<DescribedInstance> instances;
  std::map<std::string, runtime::ImageScript> images;  ///< By reference.
  Millis pull_least{2'000};
  Millis pull_most{6'000};
  std::vector<DescribedCall> setup;  ///< Asked at the start, in order.
  std::vector<DescribedStep> schedule;
  /// The times of the schedule count from when the setup has come to rest, not from the start.
  bool from_steady = false;
  Millis lasts = std::chrono::hours{1};  ///< At most; from the first step on.
};

struct ReadDescription {
  Description description;
  std::string problem;  ///< Not empty: it cannot be read, and why.
};

ReadDescription read_description(const std::string& json);

/// "UpdateService" of a JSON text.
DescribedCall call_of(std::string operation, std::string request);

}  // namespace troupe::tools::simulate
