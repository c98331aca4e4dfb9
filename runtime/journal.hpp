#pragma once

/// The port to durable storage: an ordered map from keys to bytes that takes
/// batches, each all or nothing. Adapters: RocksDB and memory.
///
/// Thread rule: commit() is called by one thread at a time; scan() and get() by
/// any. A batch for which commit() succeeded survives kill -9 and power loss.

#include "runtime/result.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::runtime {

/// One change of one key; no value means the key is removed, and with `until` all
/// keys from `key` to before that one (of the same prefix that is kept apart, if any).
struct Write {
  std::string key;
  std::optional<std::string> value;
  std::string until{};
};

using WriteBatch = std::vector<Write>;

class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  /// Makes all batches durable with one sync, in their order.
  /// no_space and failed leave every one of them undone.
  virtual Result<void> commit(const std::vector<const WriteBatch*>& batches) = 0;

  /// Calls `visit` for each key with this prefix, in key order, until it
  /// returns false.
  virtual Result<void> scan(
      std::string_view prefix,
      const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;

  /// As scan(), from the first key >= `from` on.
  virtual Result<void> scan_from(
      std::string_view prefix, std::string_view from,
      const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;

  virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;

  /// Bytes on disk, for limits and metrics.
  [[nodiscard]] virtual std::uint64_t size_bytes() const = 0;
};

/// Opens (or makes) the journal in `directory` and locks it. conflict: another
/// process holds it; the text names the directory.
/// @param apart  Prefixes of keys that are stored apart from all others, for keys that
///               come in their own order. None begins with another. Those that the
///               directory had from its first opening stay; failed when keys
///               of a new one are there already.
Result<std::unique_ptr<Journal>> open_rocksdb_journal(const std::string& directory,
                                                      const std::vector<std::string>& apart = {});

/// Keeps everything in memory; for tests and simulations.
std::unique_ptr<Journal> make_memory_journal();

}  // namespace troupe::runtime
