#pragma once

/// A disk of which it is known what has reached it. A process opens it as a
/// journal; when the process dies, what it committed stays and that journal
/// answers nobody any more, whoever still holds it.

#include "runtime/journal.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace troupe::simulation {

/// How a disk lies: planted to see that lies are found.
struct DiskLies {
  bool keeps_nothing = false;   ///< Says that a batch is durable when it is not.
  bool skips_sequence = false;  ///< Leaves out the number of one event.
};

class Disk : public std::enable_shared_from_this<Disk> {
 public:
  /// Told of each batch that is durable (or, of a lying disk, said to be), in order.
  std::function<void(const runtime::WriteBatch&)> on_durable = [](const runtime::WriteBatch&) {};
  /// Told when the process is to be dead: it is in the midst of a commit.
  std::function<void()> on_crash = [] {};

  /// Commits fail as on a full disk.
  bool refuses = false;
  DiskLies lies;

  /// The process dies in its commit number `after` from now (0: the next one),
  /// before or after the batches have reached the disk; it is told neither.
  enum class Reached : std::uint8_t { no, yes };
  void crash_in(std::uint64_t after, Reached reached) { crash_ = Crash{commits_ + after, reached}; }

  /// No crash that was planned, no refusal.
  void calm() {
    refuses = false;
    crash_.reset();
  }

  /// A journal for a new process. The one before is dead from now on.
  std::shared_ptr<runtime::Journal> open();
  /// The process that has it open is dead: nothing it says reaches the disk.
  void cut_power();

  [[nodiscard]] std::uint64_t commits() const { return commits_; }
  [[nodiscard]] const runtime::Journal& contents() const { return *store_; }

 private:
  class Session;
  struct Crash {
    std::uint64_t commit = 0;
    Reached reached = Reached::no;
  };

  runtime::Result<void> commit(const std::vector<const runtime::WriteBatch*>& batches);
  [[nodiscard]] runtime::WriteBatch with_lies(const runtime::WriteBatch& batch);

  std::unique_ptr<runtime::Journal> store_ = runtime::make_memory_journal();
  std::uint64_t session_ = 0;  ///< The living one; 0: none.
  std::uint64_t last_session_ = 0;
  std::uint64_t commits_ = 0;
  std::uint64_t shift_ = 0;  ///< Of event numbers, by a lie.
  std::optional<Crash> crash_;
};

}  // namespace troupe::simulation
