/// The journal's decorator.

#include "tools/bench/commit_times.hpp"

#include "actors/core/store.hpp"

namespace troupe::tools::bench {
namespace {

using Visit = std::function<bool(std::string_view key, std::string_view value)>;

constexpr std::string_view event_prefix = "e/";

class TimedJournal : public runtime::Journal {
 public:
  TimedJournal(std::unique_ptr<runtime::Journal> journal, std::shared_ptr<CommitTimes> times)
      : journal_(std::move(journal)), times_(std::move(times)) {}

  runtime::Result<void> commit(const std::vector<const runtime::WriteBatch*>& batches) override {
    auto done = journal_->commit(batches);
    const auto now = Clock::now();
    if (!done) return done;
    for (const auto* batch : batches) {
      for (const auto& write : *batch) {
        if (write.value && write.key.starts_with(event_prefix)) {
          times_->note(core::event_sequence(write.key), now);
        }
      }
    }
    return done;
  }

  runtime::Result<void> scan(std::string_view prefix, const Visit& visit) const override {
    return journal_->scan(prefix, visit);
  }
  runtime::Result<void> scan_from(std::string_view prefix, std::string_view from,
                                  const Visit& visit) const override {
    return journal_->scan_from(prefix, from, visit);
  }
  runtime::Result<std::optional<std::string>> get(std::string_view key) const override {
    return journal_->get(key);
  }
  [[nodiscard]] std::uint64_t size_bytes() const override { return journal_->size_bytes(); }

 private:
  std::unique_ptr<runtime::Journal> journal_;
  std::shared_ptr<CommitTimes> times_;
};

}  // namespace

void CommitTimes::note(std::uint64_t sequence, Clock::time_point when) {
  if (sequence < times_.size()) times_[sequence] = when.time_since_epoch().count();
  last_ = sequence;
}

std::optional<Clock::time_point> CommitTimes::of(std::uint64_t sequence) const {
  const auto ticks = sequence < times_.size() ? times_[sequence].load() : 0;
  if (ticks == 0) return std::nullopt;
  return Clock::time_point{Clock::duration{ticks}};
}

std::shared_ptr<runtime::Journal> timed_journal(std::unique_ptr<runtime::Journal> journal,
                                                std::shared_ptr<CommitTimes> times) {
  return std::make_shared<TimedJournal>(std::move(journal), std::move(times));
}

}  // namespace troupe::tools::bench
