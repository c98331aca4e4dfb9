#pragma once

/// What every actor of the control plane shares: where it is, what time it is,
/// chance, the journal and the timer. Immutable; one for the process.

#include "actors/interfaces.hpp"

#include <functional>
#include <memory>

namespace troupe {

using Clock = std::function<core::Time()>;
using Chance = std::function<std::uint64_t()>;

/// How long things are kept, and how long silence is borne.
struct Limits {
  /// STOPPED tasks stay describable. ECS keeps them for at least an hour.
  std::chrono::milliseconds stopped_task_retention = std::chrono::hours{1};
  /// No heartbeat for this long: the agent is DISCONNECTED.
  std::chrono::milliseconds agent_silence = std::chrono::seconds{60};
  /// A host whose agent was silent for so long counts as terminated: its tasks are STOPPED.
  /// Zero: never, as on ECS, where the machines' owner knows which of them are gone.
  std::chrono::milliseconds instance_loss{0};
  std::chrono::milliseconds client_token_retention = std::chrono::hours{24};
  /// An actor that died is given its record again after this.
  std::chrono::milliseconds restart_delay = std::chrono::seconds{1};
  /// Events kept for subscribers that resume; also on disk.
  std::size_t retained_events = 10'000;
  std::chrono::milliseconds retained_events_age = std::chrono::hours{24};
  /// Service deployments that ended, and the revisions that only they knew.
  std::chrono::milliseconds service_history_retention = std::chrono::days{90};
  /// How long the steps of services take.
  core::ServiceTiming service;
};

struct Stage {
  core::Realm realm;
  Clock clock;
  Chance chance;
  Limits limits;
  JournalActor journal;
  TimerActor timer;
  TrafficActor traffic;

  [[nodiscard]] core::Stamp stamp() const { return {clock(), chance()}; }
};

using StagePtr = std::shared_ptr<const Stage>;

}  // namespace troupe
