/// One store, and one session after the other.

#include "tools/simulation/disk.hpp"

#include "actors/core/store.hpp"

#include <utility>

namespace troupe::simulation {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;
using runtime::WriteBatch;

class Disk::Session final : public runtime::Journal {
 public:
  Session(std::shared_ptr<Disk> disk, std::uint64_t number) : disk_(std::move(disk)), number_(number) {}

  Result<void> commit(const std::vector<const WriteBatch*>& batches) override {
    if (disk_->session_ != number_) return Failure{FailureKind::failed, "the process is dead"};
    return disk_->commit(batches);
  }
  Result<void> scan(std::string_view prefix,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    return disk_->store_->scan(prefix, visit);
  }
  Result<void> scan_from(
      std::string_view prefix, std::string_view from,
      const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    return disk_->store_->scan_from(prefix, from, visit);
  }
  Result<std::optional<std::string>> get(std::string_view key) const override {
    return disk_->store_->get(key);
  }
  [[nodiscard]] std::uint64_t size_bytes() const override { return disk_->store_->size_bytes(); }

 private:
  std::shared_ptr<Disk> disk_;
  std::uint64_t number_;
};

std::shared_ptr<runtime::Journal> Disk::open() {
  session_ = ++last_session_;
  return std::make_shared<Session>(shared_from_this(), session_);
}

void Disk::cut_power() {
  session_ = 0;
  crash_.reset();
}

Result<void> Disk::commit(const std::vector<const WriteBatch*>& batches) {
  if (refuses) return Failure{FailureKind::no_space, "no space left on device"};
  const bool dies = crash_ && commits_ >= crash_->commit;
  const bool reached = !dies || crash_->reached == Reached::yes;
  ++commits_;
  if (reached) {
    for (const auto* batch : batches) {
      const auto written = with_lies(*batch);
      if (!lies.keeps_nothing) {
        if (auto kept = store_->commit({&written}); !kept) return kept;
      }
      on_durable(written);
    }
  }
  if (!dies) return {};
  cut_power();
  on_crash();
  return Failure{FailureKind::failed, "the process is dead"};
}

WriteBatch Disk::with_lies(const WriteBatch& batch) {
  WriteBatch written = batch;
  for (auto& write : written) {
    if (!write.key.starts_with("e/") || !write.value) continue;
    if (std::exchange(lies.skips_sequence, false)) ++shift_;
    write.key = core::event_key(core::event_sequence(write.key) + shift_);
  }
  return written;
}

}  // namespace troupe::simulation
