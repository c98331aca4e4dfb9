// The journal that forgets: an ordered map behind a lock. Tests and simulations
// use it where durability is not what they are about; its answers are those of
// the RocksDB journal.

#include "runtime/journal.hpp"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace troupe::runtime {
namespace {

class MemoryJournal final : public Journal {
 public:
  Result<void> commit(const std::vector<const WriteBatch*>& batches) override {
    const std::unique_lock lock(mutex_);
    for (const WriteBatch* batch : batches) {
      for (const Write& write : *batch) {
        apply(write);
      }
    }
    return {};
  }

  Result<void> scan(std::string_view prefix,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    return scan_from(prefix, prefix, visit);
  }

  // Visits without the lock, so that `visit` may call the journal: a handful of
  // entries is copied at a time, and the next handful starts after the last key.
  Result<void> scan_from(
      std::string_view prefix, std::string_view from,
      const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    std::vector<std::pair<std::string, std::string>> page =
        read_page(prefix, std::string(std::max(prefix, from)));
    while (!page.empty()) {
      for (const auto& [key, value] : page) {
        if (!visit(key, value)) {
          return {};
        }
      }
      page = read_page(prefix, page.back().first + '\0');
    }
    return {};
  }

  Result<std::optional<std::string>> get(std::string_view key) const override {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(key);
    return found == entries_.end() ? std::optional<std::string>() : found->second;
  }

  std::uint64_t size_bytes() const override {
    const std::shared_lock lock(mutex_);
    return bytes_;
  }

 private:
  static constexpr std::size_t page_entries = 64;

  void apply(const Write& write) {
    if (!write.until.empty()) {
      const auto end = entries_.lower_bound(write.until);
      for (auto entry = entries_.lower_bound(write.key); entry != end; entry = entries_.erase(entry)) {
        bytes_ -= entry->first.size() + entry->second.size();
      }
      return;
    }
    auto found = entries_.find(write.key);
    if (found != entries_.end()) {
      bytes_ -= found->first.size() + found->second.size();
    }
    if (!write.value) {
      if (found != entries_.end()) {
        entries_.erase(found);
      }
      return;
    }
    bytes_ += write.key.size() + write.value->size();
    entries_.insert_or_assign(write.key, *write.value);
  }

  std::vector<std::pair<std::string, std::string>> read_page(std::string_view prefix,
                                                             const std::string& from) const {
    std::vector<std::pair<std::string, std::string>> page;
    const std::shared_lock lock(mutex_);
    for (auto entry = entries_.lower_bound(from);
         entry != entries_.end() && entry->first.starts_with(prefix) && page.size() < page_entries; ++entry) {
      page.emplace_back(*entry);
    }
    return page;
  }

  mutable std::shared_mutex mutex_;
  std::map<std::string, std::string, std::less<>> entries_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<Journal> make_memory_journal() {
  return std::make_unique<MemoryJournal>();
}

}  // namespace troupe::runtime
