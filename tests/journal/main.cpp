// Runs the tests, or one of the roles that the tests start as processes of
// their own: RocksDB's threads do not survive a fork without exec.

#include "runtime/journal.hpp"

#include "tests/journal/roles.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace troupe::runtime {
namespace {

void report(long number) {
  if (::write(STDOUT_FILENO, &number, sizeof number) != sizeof number) {
    ::_exit(1);
  }
}

WriteBatch make_batch(long number) {
  WriteBatch batch;
  char key[40];
  for (int record = 0; record < records_in_batch(number); ++record) {
    std::snprintf(key, sizeof key, "batch/%012ld/%03d", number, record);
    batch.push_back({key, std::string(200, 'v')});
  }
  return batch;
}

int write_until_killed(const std::string& directory) {
  auto journal = open_rocksdb_journal(directory, kept_apart);
  if (journal.has_error()) {
    return 1;
  }
  long number = 0;
  auto counted = (*journal)->scan("batch/", [&](std::string_view key, std::string_view) {
    number = std::stol(std::string(key.substr(6, 12))) + 1;
    return true;
  });
  while (counted.has_value()) {
    const WriteBatch first = make_batch(number);
    const WriteBatch second = make_batch(number + 1);
    if ((*journal)->commit({&first, &second}).has_error()) {
      return 1;
    }
    report(number);
    report(number + 1);
    number += 2;
  }
  return 1;
}

int hold_until_killed(const std::string& directory) {
  auto journal = open_rocksdb_journal(directory, kept_apart);
  report(journal.has_value() ? 1 : 0);
  while (journal.has_value()) {
    ::pause();
  }
  return 1;
}

long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::stol(line.substr(6));
    }
  }
  return 0;
}

int measure(const std::string& directory) {
  using Clock = std::chrono::steady_clock;
  const long before = resident_kib();
  auto start = Clock::now();
  auto journal = open_rocksdb_journal(directory, kept_apart);
  auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  if (journal.has_error()) {
    std::puts(journal.error().message.c_str());
    return 1;
  }
  std::printf("journal_open %.1f ms\njournal_memory_after_open %ld KiB\n", seconds() * 1000,
              resident_kib() - before);
  start = Clock::now();
  long entries = 0;
  (void)(*journal)->scan("", [&](auto, auto) { return ++entries > 0; });
  std::printf("journal_scan_%ld_entries %.1f ms\n", entries, seconds() * 1000);
  long key = entries;
  for (const std::size_t size : {1U, 16U, 128U}) {
    std::vector<WriteBatch> batches(size);
    std::vector<const WriteBatch*> group;
    for (const WriteBatch& batch : batches) {
      group.push_back(&batch);
    }
    long commits = 0;
    for (start = Clock::now(); seconds() < 2; ++commits) {
      for (WriteBatch& batch : batches) {
        batch = {{"task/" + std::to_string(++key), std::string(600, 'r')}};
      }
      if ((*journal)->commit(group).has_error()) {
        return 1;
      }
    }
    const double rate = static_cast<double>(commits) / seconds();
    std::printf("journal_commits_of_%zu %.0f commits/s %.0f records/s\n", size, rate,
                rate * static_cast<double>(size));
  }
  std::printf("journal_memory_after_writes %ld KiB\njournal_size %.1f MB\n", resident_kib() - before,
              static_cast<double>((*journal)->size_bytes()) / 1e6);
  return 0;
}

}  // namespace
}  // namespace troupe::runtime

int main(int argc, char** argv) {
  using namespace troupe::runtime;
  // Standard output carries what the roles say.
  spdlog::set_default_logger(spdlog::stderr_logger_mt("journal"));
  if (argc == 3 && std::strcmp(argv[1], writer_role) == 0) {
    return write_until_killed(argv[2]);
  }
  if (argc == 3 && std::strcmp(argv[1], holder_role) == 0) {
    return hold_until_killed(argv[2]);
  }
  if (argc == 3 && std::strcmp(argv[1], bench_role) == 0) {
    return measure(argv[2]);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
