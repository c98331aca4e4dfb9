// The durable journal: RocksDB, set up for a daemon that is mostly idle and must be
// small. A commit is one record of RocksDB's write-ahead log and one sync, however
// many batches it carries, which makes it all or nothing and is what gives group
// commit its throughput.

#include "runtime/journal.hpp"

#include "runtime/journal/families.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace troupe::runtime {
namespace {

// Half of what an idle daemon may use in all is 20 MiB: two write buffers when
// it is busy, and a cache that only point reads use (scans pass it by).
constexpr std::size_t write_buffer_bytes = 8U << 20U;
constexpr int write_buffers = 2;
// A family that is seldom written keeps the log since its last flush; it is flushed
// when the log is so long. What a start has to read at most.
constexpr std::uint64_t log_bytes = 24U << 20U;
// Commits are refused while less is free: room for a new log, the flush of both
// buffers and a small compaction. RocksDB 7.8 aborts when it goes on after the
// first write to a new log met a full disk, so it must not come to that.
constexpr std::uint64_t reserve_bytes = 32U << 20U;
constexpr std::size_t block_cache_bytes = 2U << 20U;
// Tables are 32 MiB: 64 of them open cover 2 GiB of records.
constexpr std::uint64_t table_bytes = 32U << 20U;
constexpr int max_open_files = 64;
constexpr std::size_t scan_readahead_bytes = 256U << 10U;

// RocksDB's warnings go to our log, and its chatter nowhere: it would write
// some 60 KB of option listings to a file of its own at each start.
class WarningLog final : public rocksdb::Logger {
 public:
  WarningLog() : Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
  void LogHeader(const char* /*format*/, va_list /*arguments*/) override {}
  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level < rocksdb::InfoLogLevel::WARN_LEVEL || level >= rocksdb::InfoLogLevel::HEADER_LEVEL) {
      return;
    }
    char line[512];
    std::vsnprintf(line, sizeof line, format, arguments);
    // Why it does not open is our caller's to say, and lists are for its developers.
    const std::string_view text = std::string_view(line).substr(0, std::string_view(line).find('\n'));
    if (text.find("DB::Open() failed") == std::string_view::npos) {
      spdlog::warn("journal reports: {}", text);
    }
  }
};

// Keeps RocksDB from polling for space by itself: the next commit tries again.
class NoBackgroundRecovery final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

Failure failure_of(const std::string& what, const rocksdb::Status& status) {
  std::string text = what + ": " + status.ToString();
  if (status.IsNoSpace()) {
    return {FailureKind::no_space, std::move(text)};
  }
  return {FailureKind::failed, std::move(text)};
}

rocksdb::Slice slice_of(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view view_of(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

rocksdb::Options journal_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.info_log = std::make_shared<WarningLog>();
  options.listeners.push_back(std::make_shared<NoBackgroundRecovery>());
  options.max_background_jobs = 2;  // One flush, one compaction.
  options.max_open_files = max_open_files;
  options.max_file_opening_threads = 1;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.write_buffer_size = write_buffer_bytes;
  options.arena_block_size = 256U << 10U;
  options.max_write_buffer_number = write_buffers;
  // Of all families together.
  options.db_write_buffer_size = write_buffers * write_buffer_bytes;
  options.max_total_wal_size = log_bytes;
  // Fresh tables are merged by one thread; a burst may run ahead of it for a while.
  options.level0_slowdown_writes_trigger = 40;
  options.level0_stop_writes_trigger = 60;
  options.target_file_size_base = table_bytes;
  // Where keys come in no order, each merge rewrites the whole first level: twelve fresh
  // tables at once.
  options.level0_file_num_compaction_trigger = 12;
  options.max_bytes_for_level_base = 4 * table_bytes;
  options.compression = rocksdb::kLZ4Compression;
  // A torn record at the end of the log is a commit nobody was told of.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // The log is durable already; writing it out again would only delay the end.
  options.avoid_flush_during_shutdown = true;
  options.avoid_flush_during_recovery = true;
  options.max_manifest_file_size = 1U << 20U;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(block_cache_bytes, 0);
  table.block_size = 8U << 10U;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

class RocksdbJournal final : public Journal {
 public:
  RocksdbJournal(Families families, std::string directory)
      : families_(std::move(families)), directory_(std::move(directory)) {}

  Result<void> commit(const std::vector<const WriteBatch*>& batches) override {
    if (auto ready = prepare(); ready.has_error()) {
      return ready;
    }
    pending_.Clear();
    for (const WriteBatch* batch : batches) {
      for (const Write& write : *batch) {
        auto* family = families_.family_of(write.key);
        if (write.value) {
          pending_.Put(family, write.key, *write.value);
        } else if (!write.until.empty()) {
          pending_.DeleteRange(family, write.key, write.until);
        } else {
          pending_.Delete(family, write.key);
        }
      }
    }
    if (pending_.Count() == 0) {
      return {};
    }
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const rocksdb::Status status = families_.database().Write(durable, &pending_);
    if (pending_.GetDataSize() > write_buffer_bytes) {
      pending_ = rocksdb::WriteBatch();
    }
    if (!status.ok()) {
      stopped_ = true;
      return failure_of("journal " + directory_ + " cannot commit", status);
    }
    return {};
  }

  Result<void> scan(std::string_view prefix,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    return scan_from(prefix, prefix, visit);
  }

  Result<void> scan_from(
      std::string_view prefix, std::string_view from,
      const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    rocksdb::DB& database = families_.database();
    rocksdb::ManagedSnapshot now(&database);
    rocksdb::ReadOptions reading;
    reading.snapshot = now.snapshot();
    reading.fill_cache = false;
    reading.readahead_size = scan_readahead_bytes;
    for (const FamilyRange& range : families_.ranges(prefix, from)) {
      const rocksdb::Slice bound = slice_of(range.end);
      reading.iterate_upper_bound = range.end.empty() ? nullptr : &bound;
      const std::unique_ptr<rocksdb::Iterator> entry(database.NewIterator(reading, range.family));
      for (entry->Seek(slice_of(range.from)); entry->Valid(); entry->Next()) {
        if (!visit(view_of(entry->key()), view_of(entry->value()))) {
          return {};
        }
      }
      if (!entry->status().ok()) {
        return failure_of("journal " + directory_ + " cannot be read", entry->status());
      }
    }
    return {};
  }

  Result<std::optional<std::string>> get(std::string_view key) const override {
    std::string value;
    const rocksdb::Status status =
        families_.database().Get(rocksdb::ReadOptions(), families_.family_of(key), slice_of(key), &value);
    if (status.IsNotFound()) {
      return std::optional<std::string>();
    }
    if (!status.ok()) {
      return failure_of("journal " + directory_ + " cannot be read", status);
    }
    return std::optional<std::string>(std::move(value));
  }

  std::uint64_t size_bytes() const override {
    std::uint64_t total = 0;
    std::error_code error;
    for (std::filesystem::directory_iterator file(directory_, error), end; !error && file != end;
         file.increment(error)) {
      std::error_code vanished;
      const auto size = file->file_size(vanished);
      total += vanished ? 0 : size;
    }
    return total;
  }

 private:
  // Makes sure that there is space. After a failed write RocksDB takes no more
  // until it is told to go on.
  Result<void> prepare() {
    std::error_code error;
    const auto space = std::filesystem::space(directory_, error);
    if (!error && space.available < reserve_bytes) {
      return Failure{FailureKind::no_space, "journal " + directory_ + " cannot commit: less than " +
                                                std::to_string(reserve_bytes >> 20U) +
                                                " MiB are free on its disk"};
    }
    if (!stopped_) {
      return {};
    }
    const rocksdb::Status status = families_.database().Resume();
    if (!status.ok()) {
      return failure_of("journal " + directory_ + " cannot commit", status);
    }
    stopped_ = false;
    spdlog::info("journal {} takes writes again", directory_);
    return {};
  }

  Families families_;
  std::string directory_;
  rocksdb::WriteBatch pending_;  // Kept for its buffer.
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Journal>> open_rocksdb_journal(const std::string& directory,
                                                      const std::vector<std::string>& apart) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    const bool full = error == std::errc::no_space_on_device;
    return Failure{full ? FailureKind::no_space : FailureKind::failed,
                   "cannot make journal directory " + directory + ": " + error.message()};
  }
  Families opened;
  const rocksdb::Status status = Families::open(journal_options(), directory, apart, opened);
  if (status.IsIOError() && status.ToString().find("/LOCK") != std::string::npos && !status.IsNoSpace()) {
    return Failure{FailureKind::conflict, "journal " + directory + " is in use by another process"};
  }
  if (!status.ok()) {
    return failure_of("cannot open journal " + directory, status);
  }
  return std::unique_ptr<Journal>(std::make_unique<RocksdbJournal>(std::move(opened), directory));
}

}  // namespace troupe::runtime
