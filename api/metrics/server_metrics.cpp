#include "api/metrics/server_metrics.hpp"

namespace troupe::api::metrics {
namespace {

constexpr Metric commits{"troupe_journal_commit_seconds",
                         "How long commits of the journal took, which many decisions share."};
constexpr Metric batches{"troupe_journal_batches_total", "Decisions that the journal made durable."};
constexpr Metric written{"troupe_journal_written_bytes_total",
                         "Keys and values that the journal made durable."};
constexpr Metric failures{"troupe_journal_failures_total", "Commits that the journal's store refused."};
constexpr Metric stored{"troupe_journal_stored_bytes", "Size of the journal on disk."};
constexpr Metric subscribers{"troupe_events_subscribers", "Clients that follow events."};
constexpr Metric frames{"troupe_events_frames_total", "Frames handed to clients that follow events."};
constexpr Metric slow_readers{"troupe_events_slow_readers_total",
                              "Clients that were sent away because they did not read."};
constexpr Metric reservation{"troupe_capacity_provider_reservation_percent",
                             "CapacityProviderReservation: instances needed of those that there are."};

double real_count(std::uint64_t count) {
  return static_cast<double>(count);
}

}  // namespace

void add_server(Exposition& out, const core::ServerFigures& figures) {
  const auto& journal = figures.journal;
  out.add_histogram(commits, journal.commits.bounds, journal.commits.counts, journal.commits.sum);
  out.add(batches, {}, real_count(journal.batches));
  out.add(written, {}, real_count(journal.bytes));
  out.add(failures, {}, real_count(journal.failures));
  out.add(stored, {}, real_count(journal.stored_bytes));
  out.add(subscribers, {}, real_count(figures.events.subscribers));
  out.add(frames, {}, real_count(figures.events.frames));
  out.add(slow_readers, {}, real_count(figures.events.slow_readers));
  for (const auto& each : figures.reservations) {
    out.add(reservation, {{"cluster", each.cluster}, {"capacity_provider", each.provider}}, each.percent);
  }
}

}  // namespace troupe::api::metrics
