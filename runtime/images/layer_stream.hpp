#pragma once

/// The uncompressed tar inside a layer blob, read once from front to back and
/// hashed as it passes, so that a layer's diff id is verified without a second
/// pass. gzip, zstd, xz and plain blobs are told apart by their first bytes; no
/// other program is ever started for it.

#include "runtime/images/sha256.hpp"
#include "runtime/process/files.hpp"
#include "runtime/result.hpp"

#include <archive.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::runtime {

struct ArchiveClose {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using ArchiveReader = std::unique_ptr<archive, ArchiveClose>;

class LayerStream {
 public:
  /// @param limit_bytes  Of the uncompressed tar; more is a failure (no_space).
  /// @param deadline     Reading beyond it is a failure (unavailable).
  static Result<std::unique_ptr<LayerStream>> open(const std::string& blob, std::uint64_t limit_bytes,
                                                   std::chrono::steady_clock::time_point deadline);

  /// The next bytes; empty at the end. Valid until the next call.
  Result<std::string_view> read();

  /// Reads what is left and gives the digest of everything. Call it last.
  Result<std::string> finish();

  /// Why read() failed last: libarchive's callbacks can only pass a number on.
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

 private:
  LayerStream() = default;
  Failure fail(Failure failure);

  Descriptor file_;
  ArchiveReader reader_;
  std::vector<char> buffer_;
  Sha256 hash_;
  std::uint64_t limit_bytes_ = 0;
  std::uint64_t read_bytes_ = 0;
  std::chrono::steady_clock::time_point deadline_;
  bool at_end_ = false;
  std::optional<Failure> failure_;
};

/// libarchive's own words for its last error, fit for a message.
std::string archive_message(archive* reader);

}  // namespace troupe::runtime
