#pragma once

/// What a server counts of its own work since it started, for those who watch it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::core {

/// How long something took, in seconds: so many took at most each bound.
struct Durations {
  /// From a sync that the disk's cache answers to one that waits for a busy disk.
  static constexpr std::array<double, 10> bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                                                 0.005,  0.01,    0.05,   0.25,  1};
  std::array<std::uint64_t, bounds.size() + 1> counts{};  ///< Between two bounds; the last is beyond all.
  double sum = 0;

  void add(double seconds) {
    const auto* const bound = std::lower_bound(bounds.begin(), bounds.end(), seconds);
    ++counts[static_cast<std::size_t>(bound - bounds.begin())];
    sum += seconds;
  }
};

struct JournalFigures {
  std::uint64_t batches = 0;       ///< Decisions made durable.
  std::uint64_t bytes = 0;         ///< Their keys and values.
  std::uint64_t failures = 0;      ///< Commits that the store refused.
  Durations commits;               ///< Commits that it took; each carries the batches that waited.
  std::uint64_t stored_bytes = 0;  ///< On disk.
};

struct EventGatewayFigures {
  std::uint64_t subscribers = 0;
  std::uint64_t frames = 0;        ///< Handed to subscribers, each counted.
  std::uint64_t slow_readers = 0;  ///< Sent away because they did not read.
};

/// CapacityProviderReservation, in percent.
struct ProviderReservation {
  std::string cluster;
  std::string provider;
  double percent = 0;
};

struct ServerFigures {
  JournalFigures journal;
  EventGatewayFigures events;
  std::vector<ProviderReservation> reservations;
};

}  // namespace troupe::core
