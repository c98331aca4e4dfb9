#pragma once

/// Locks and a counter in files, by which several processes share one store:
/// the daemon, and a person's `troupe image pull` beside it.

#include "runtime/process/files.hpp"
#include "runtime/result.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace troupe::runtime {

/// A lock on a file, held until this object ends. Two objects exclude each
/// other within one process, too.
class FileLock {
 public:
  enum class Mode : std::uint8_t { shared, exclusive };
  /// Waits for it; whoever holds an exclusive one holds it for milliseconds.
  static Result<FileLock> take(const std::string& path, Mode mode);
  /// conflict when somebody holds it.
  static Result<FileLock> try_take(const std::string& path, Mode mode);
  /// Lets others share it.
  Result<void> share();

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

/// A number that grows with every change of the store, by whichever process.
/// Reading it is reading memory.
class Generation {
 public:
  static Result<std::unique_ptr<Generation>> open(const std::string& path);
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;
  ~Generation();

  [[nodiscard]] std::uint64_t value() const;
  /// Only under an exclusive lock of the store's changes.
  Result<void> advance();

 private:
  Generation(Descriptor file, void* memory) : file_(std::move(file)), memory_(memory) {}
  Descriptor file_;
  void* memory_;
};

}  // namespace troupe::runtime
