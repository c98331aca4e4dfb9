#pragma once

/// The journal: the one writer of durable state, and the giver of sequence
/// numbers. Batches that wait while one commit runs go into the next together
/// (group commit), so many owners share one sync.

#include "actors/core/figures.hpp"
#include "actors/player.hpp"
#include "runtime/journal.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace troupe::control {

using ShowJournal = std::function<void(const core::JournalFigures&)>;

class JournalWriter : public Player<JournalActor> {
 public:
  /// `store` holds the events after `trimmed_up_to`, up to and including
  /// `last_sequence`. It is released when the actor ends.
  /// `show` hears its figures after each commit.
  JournalWriter(caf::actor_config& config, std::shared_ptr<runtime::Journal> store,
                std::uint64_t trimmed_up_to, std::uint64_t last_sequence, EventStreamActor stream,
                ShowJournal show);
  behavior_type make_behavior() override;
  const char* name() const override { return "journal"; }
  void on_exit() override;

 private:
  struct Waiting {
    std::shared_ptr<const Batch> batch;
    caf::typed_response_promise<Committed> promise;
  };

  caf::result<ClusterRead> read(const ReadCluster& ask);
  void gather(const Commit& commit, caf::typed_response_promise<Committed> promise);
  void flush();
  runtime::Result<void> commit(const std::vector<const runtime::WriteBatch*>& batches);
  void settle(std::vector<Waiting> group, std::vector<core::EventPtr> events);
  void refuse(std::vector<Waiting> group, const runtime::Failure& failure);
  void trim(std::uint64_t up_to);

  std::shared_ptr<runtime::Journal> store_;
  std::uint64_t last_sequence_;
  std::uint64_t trimmed_up_to_;  ///< Events up to this one are deleted.
  EventStreamActor stream_;
  ShowJournal show_;
  core::JournalFigures figures_;
  std::chrono::steady_clock::time_point measured_{};  ///< When the store's size was asked for.
  std::vector<Waiting> waiting_;
  bool tick_under_way_ = false;
  bool failing_ = false;
};

}  // namespace troupe::control
