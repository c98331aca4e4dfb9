#pragma once

/// A journal in memory that refuses writes when it is told to, and counts.

#include "runtime/journal.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

namespace troupe::testing {

class FaultyJournal : public runtime::Journal {
 public:
  runtime::Result<void> commit(const std::vector<const runtime::WriteBatch*>& batches) override {
    if (breaks) throw std::runtime_error("the disk controller caught fire");
    if (refuses || (refuses_after && commits >= *refuses_after))
      return runtime::Failure{runtime::FailureKind::no_space, "no space left on device"};
    ++commits;
    batches_committed += batches.size();
    for (const auto* batch : batches) writes += batch->size();
    return store_->commit(batches);
  }
  runtime::Result<void> scan(
      std::string_view prefix,
      const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    if (unreadable) return runtime::Failure{runtime::FailureKind::failed, "the disk is gone"};
    return store_->scan(prefix, visit);
  }
  runtime::Result<void> scan_from(
      std::string_view prefix, std::string_view from,
      const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    return store_->scan_from(prefix, from, visit);
  }
  runtime::Result<std::optional<std::string>> get(std::string_view key) const override {
    return store_->get(key);
  }
  std::uint64_t size_bytes() const override { return store_->size_bytes(); }

  [[nodiscard]] std::size_t count(std::string_view prefix) const {
    std::size_t found = 0;
    (void)store_->scan(prefix, [&](std::string_view, std::string_view) { return ++found > 0; });
    return found;
  }

  bool refuses = false;
  std::optional<std::size_t> refuses_after;  ///< From so many commits on.
  bool breaks = false;                       ///< Its user dies.
  bool unreadable = false;
  std::size_t commits = 0;
  std::size_t batches_committed = 0;
  std::size_t writes = 0;

 private:
  std::unique_ptr<runtime::Journal> store_ = runtime::make_memory_journal();
};

}  // namespace troupe::testing
