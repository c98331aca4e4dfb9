#pragma once

/// Reads a container's log as conmon writes it (the k8s-file format): one line
/// for each piece, "TIME STREAM FLAG TEXT", where the flag F ends a line of the
/// container and P says that more of it follows; or as Docker writes it (the
/// json-file format), one JSON object for each piece.
///
/// conmon keeps a log below its bound by starting a new, empty file in its place;
/// the reader then goes on at the new file's beginning.

#include "runtime/container_runtime.hpp"
#include "runtime/process/files.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::runtime {

enum class LogStream : std::uint8_t { out, err };

struct LogEntry {
  Time time{};
  LogStream stream = LogStream::out;
  bool partial = false;  ///< The rest of the container's line follows.
  std::string text;      ///< Without the end of the line.
};

/// Nothing when the line is in neither format.
std::optional<LogEntry> parse_log_line(std::string_view line);

class LogReader {
 public:
  /// `offset` is in bytes; one that was got from offset() continues there.
  /// not_found when the container has not written a log (it is made at create).
  static Result<LogReader> open(const std::string& path, std::uint64_t offset = 0);

  /// What is there now, at most about `limit_bytes` of the file; empty at its end.
  Result<std::vector<LogEntry>> read(std::size_t limit_bytes = 1 << 20);

  /// Waits for more, without polling; false when nothing came before `deadline`
  /// or the log was removed. Then it may be called again.
  bool wait(std::chrono::milliseconds deadline);

  /// Behind the last entry that read() gave.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  explicit LogReader(std::string path) : path_(std::move(path)) {}
  Result<void> open_file();
  [[nodiscard]] bool was_replaced() const;

  std::string path_;
  Descriptor file_;
  Descriptor changes_;  ///< inotify on the log's directory.
  std::uint64_t offset_ = 0;
  std::string rest_;  ///< A line that is not complete yet.
};

/// The last `lines` lines; reads backwards, so a long log costs no more.
Result<std::vector<LogEntry>> read_log_tail(const std::string& path, std::size_t lines);

}  // namespace troupe::runtime
