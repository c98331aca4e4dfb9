/// Group commit.

#include "actors/control/journal_actor.hpp"

#include "actors/control/recovery.hpp"
#include "actors/core/store.hpp"

namespace troupe::control {
namespace {

/// So many batches go into one commit at most; bounds the answer's latency.
constexpr std::size_t group_limit = 1024;

/// The size on disk is a walk over the store's files.
constexpr std::chrono::seconds measuring_interval{10};

std::uint64_t bytes_of(const std::vector<const runtime::WriteBatch*>& batches) {
  std::uint64_t bytes = 0;
  for (const auto* batch : batches) {
    for (const auto& write : *batch) bytes += write.key.size() + (write.value ? write.value->size() : 0);
  }
  return bytes;
}

/// Gives its events their numbers.
runtime::WriteBatch store_events(const Batch& batch, std::uint64_t& sequence,
                                 std::vector<core::EventPtr>& events) {
  runtime::WriteBatch writes;
  writes.reserve(batch.events.size());
  for (const auto& event : batch.events) {
    writes.push_back({core::event_key(++sequence), core::store(event)});
    events.push_back(std::make_shared<const core::SequencedEvent>(core::SequencedEvent{sequence, event}));
  }
  return writes;
}

}  // namespace

JournalWriter::JournalWriter(caf::actor_config& config, std::shared_ptr<runtime::Journal> store,
                             std::uint64_t trimmed_up_to, std::uint64_t last_sequence,
                             EventStreamActor stream, ShowJournal show)
    : Super(config),
      store_(std::move(store)),
      last_sequence_(last_sequence),
      trimmed_up_to_(trimmed_up_to),
      stream_(std::move(stream)),
      show_(std::move(show)) {}

JournalWriter::behavior_type JournalWriter::make_behavior() {
  // Nothing happened yet: this tells the stream who takes its orders to trim.
  send(stream_, EventsCommitted{std::make_shared<const std::vector<core::EventPtr>>()});
  return {
      [this](const Commit& commit) {
        auto promise = make_response_promise<Committed>();
        gather(commit, promise);
        return promise;
      },
      [this](const ReadCluster& ask) { return read(ask); },
      [this](const TrimEvents& request) { trim(request.up_to); },
      [this](const Tick&) { flush(); },
  };
}

caf::result<ClusterRead> JournalWriter::read(const ReadCluster& ask) {
  while (!waiting_.empty()) flush();
  auto records = read_cluster(*store_, ask);
  if (!records) return broken("journal: " + records.error().message);
  return ClusterRead{std::move(*records)};
}

/// What waits holds this actor, and a thread with it: all of it is answered.
void JournalWriter::on_exit() {
  for (auto& waiting : std::exchange(waiting_, {})) waiting.promise.deliver(broken("the journal ended"));
  stream_ = nullptr;
  store_ = nullptr;
}

void JournalWriter::gather(const Commit& commit, caf::typed_response_promise<Committed> promise) {
  waiting_.push_back({commit.batch, std::move(promise)});
  if (tick_under_way_) return;
  // Behind everything that is in the mailbox now: it will be in the same group.
  tick_under_way_ = true;
  send(this, Tick{});
}

void JournalWriter::flush() {
  tick_under_way_ = false;
  const auto count = std::min(waiting_.size(), group_limit);
  if (count == 0) return;
  std::vector<Waiting> group(std::make_move_iterator(waiting_.begin()),
                             std::make_move_iterator(waiting_.begin() + static_cast<std::ptrdiff_t>(count)));
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  if (!waiting_.empty()) {
    tick_under_way_ = true;
    send(this, Tick{});
  }
  auto sequence = last_sequence_;
  std::vector<core::EventPtr> events;
  std::vector<runtime::WriteBatch> told;
  told.reserve(count);
  std::vector<const runtime::WriteBatch*> batches;
  batches.reserve(2 * count);
  for (const auto& waiting : group) {
    batches.push_back(&waiting.batch->records);
    batches.push_back(&told.emplace_back(store_events(*waiting.batch, sequence, events)));
  }
  if (const auto durable = commit(batches); !durable) return refuse(std::move(group), durable.error());
  last_sequence_ = sequence;
  settle(std::move(group), std::move(events));
}

/// Of each waiting write two batches: its records and its events.
runtime::Result<void> JournalWriter::commit(const std::vector<const runtime::WriteBatch*>& batches) {
  if (!show_) return store_->commit(batches);
  const auto begin = std::chrono::steady_clock::now();
  auto durable = store_->commit(batches);
  const auto end = std::chrono::steady_clock::now();
  if (durable) {
    figures_.commits.add(std::chrono::duration<double>(end - begin).count());
    figures_.batches += batches.size() / 2;
    figures_.bytes += bytes_of(batches);
  } else {
    ++figures_.failures;
  }
  if (end - measured_ > measuring_interval) {
    measured_ = end;
    figures_.stored_bytes = store_->size_bytes();
  }
  show_(figures_);
  return durable;
}

void JournalWriter::settle(std::vector<Waiting> group, std::vector<core::EventPtr> events) {
  if (failing_) spdlog::info("journal writes again");
  failing_ = false;
  // Events first: who is answered and then subscribes finds them in the stream.
  if (!events.empty()) {
    send(stream_, EventsCommitted{std::make_shared<const std::vector<core::EventPtr>>(std::move(events))});
  }
  for (auto& waiting : group) waiting.promise.deliver(Committed{last_sequence_});
}

void JournalWriter::refuse(std::vector<Waiting> group, const runtime::Failure& failure) {
  if (!failing_) spdlog::error("journal refuses writes: {}", failure.message);
  failing_ = true;
  for (auto& waiting : group) waiting.promise.deliver(broken("journal: " + failure.message));
}

void JournalWriter::trim(std::uint64_t up_to) {
  if (up_to <= trimmed_up_to_) return;
  const runtime::WriteBatch writes{
      {core::event_key(trimmed_up_to_ + 1), std::nullopt, core::event_key(up_to + 1)}};
  if (const auto trimmed = store_->commit({&writes}); !trimmed) {
    spdlog::warn("journal keeps old events: {}", trimmed.error().message);
    return;
  }
  trimmed_up_to_ = up_to;
}

}  // namespace troupe::control
