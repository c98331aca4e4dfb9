#pragma once

/// The other processes of the durability tests: this program, started with a
/// role and a directory as its arguments.

#include <string>
#include <vector>

namespace troupe::runtime {

/// What all of them keep apart: some batches of the writer, and half of each commit
/// that fills a disk.
inline const std::vector<std::string> kept_apart{"b/", "batch/000000000001"};

/// Commits batch after batch until it is killed; writes each batch's number to
/// standard output, as a long, once it is durable.
inline constexpr const char* writer_role = "--role=writer";

/// Opens the journal, writes 1 (or 0 when it was refused), and waits to be killed.
inline constexpr const char* holder_role = "--role=holder";

/// Writes what commits of some sizes cost, one figure a line.
inline constexpr const char* bench_role = "--role=bench";

/// Batches differ in size, so that a part of one can be told.
constexpr int records_in_batch(long batch) {
  return 1 + static_cast<int>(batch % 17);
}

}  // namespace troupe::runtime
