// What the durable journal promises when the process dies, when two want it at
// once, and when the disk is full. Other processes are this program itself,
// started again with a role (see main.cpp).

#include "runtime/journal.hpp"

#include "tests/journal/roles.hpp"
#include "tests/journal/scratch_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <random>

namespace troupe::runtime {
namespace {

// This program in another role, its standard output at the end of a pipe.
class OtherProcess {
 public:
  OtherProcess(const char* role, const std::string& directory) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
      return;
    }
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl("/proc/self/exe", "journal_test", role, directory.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() {
    kill();
    ::close(output_);
  }

  // The next number it wrote, as eight bytes; -1 when it wrote no more in a minute.
  long next() const {
    long number = -1;
    pollfd ready{output_, POLLIN, 0};
    if (::poll(&ready, 1, 60'000) != 1 || ::read(output_, &number, sizeof number) != sizeof number) {
      return -1;
    }
    return number;
  }

  void kill() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      pid_ = -1;
    }
  }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

std::unique_ptr<Journal> open(const std::string& directory) {
  auto opened = open_rocksdb_journal(directory, kept_apart);
  EXPECT_TRUE(opened.has_value()) << opened.error().message;
  return opened.has_value() ? std::move(*opened) : nullptr;
}

// How many records of each batch the journal holds.
std::map<long, int> records_per_batch(const Journal& journal) {
  std::map<long, int> counted;
  EXPECT_TRUE(journal
                  .scan("batch/",
                        [&](std::string_view key, std::string_view) {
                          ++counted[std::stol(std::string(key.substr(6, 12)))];
                          return true;
                        })
                  .has_value());
  return counted;
}

TEST(JournalDurability, KilledWriterLosesNothingAcknowledgedAndLeavesNoPart) {
  ScratchDirectory directory;
  std::mt19937 random(20240607);  // Only varies the moment of the kill.
  long acknowledged = -1;
  for (int round = 0; round < 10; ++round) {
    OtherProcess writer(writer_role, directory.path());
    const long until = acknowledged + 1 + static_cast<long>(random() % 150);
    while (acknowledged < until) {
      const long next = writer.next();
      ASSERT_GE(next, 0) << "the writer stopped in round " << round;
      acknowledged = next;
    }
    writer.kill();
    for (long more = writer.next(); more >= 0; more = writer.next()) {
      acknowledged = more;
    }
    const auto journal = open(directory.path());
    ASSERT_NE(journal, nullptr);
    const auto counted = records_per_batch(*journal);
    ASSERT_GE(static_cast<long>(counted.size()), acknowledged + 1) << "an acknowledged batch is missing";
    long expected = 0;
    for (const auto& [batch, records] : counted) {
      ASSERT_EQ(batch, expected++) << "a batch is missing before a later one";
      ASSERT_EQ(records, records_in_batch(batch)) << "batch " << batch << " is there in part";
    }
    acknowledged = std::max(acknowledged, expected - 1);
  }
}

TEST(JournalDurability, ReopenedJournalHasItsRecordsAndRemovals) {
  ScratchDirectory directory;
  for (int round = 0; round < 3; ++round) {
    const auto journal = open(directory.path());
    ASSERT_NE(journal, nullptr);
    const WriteBatch batch{
        {"round", std::to_string(round)}, {"r/" + std::to_string(round), "x"}, {"r/0", std::nullopt}};
    ASSERT_TRUE(journal->commit({&batch}).has_value());
  }
  const auto journal = open(directory.path());
  ASSERT_NE(journal, nullptr);
  EXPECT_EQ(journal->get("round")->value(), "2");
  EXPECT_FALSE(journal->get("r/0")->has_value());
  EXPECT_TRUE(journal->get("r/1")->has_value());
}

TEST(JournalDurability, WhatIsKeptApartStaysSo) {
  ScratchDirectory directory;
  {
    const auto journal = open(directory.path());
    const WriteBatch batch{{"b/1", "apart"}, {"c/1", "not"}};
    ASSERT_TRUE(journal->commit({&batch}).has_value());
  }
  auto unaware = open_rocksdb_journal(directory.path());
  ASSERT_TRUE(unaware.has_value()) << unaware.error().message;
  EXPECT_EQ((*unaware)->get("b/1")->value(), "apart");
  unaware->reset();
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto refused = open_rocksdb_journal(directory.path(), {"c/"});
    ASSERT_TRUE(refused.has_error());
    EXPECT_NE(refused.error().message.find("keys of c/ lie among others in it: another version wrote it"),
              std::string::npos)
        << refused.error().message;
  }
  unaware = open_rocksdb_journal(directory.path());
  ASSERT_TRUE(unaware.has_value()) << "what was refused is as it was: " << unaware.error().message;
  EXPECT_EQ((*unaware)->get("c/1")->value(), "not");
}

TEST(JournalDurability, SecondProcessIsRefusedWithAClearLine) {
  ScratchDirectory directory;
  OtherProcess holder(holder_role, directory.path());
  ASSERT_EQ(holder.next(), 1) << "the holder opened the journal";
  auto refused = open_rocksdb_journal(directory.path());
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind, FailureKind::conflict);
  EXPECT_EQ(refused.error().message, "journal " + directory.path() + " is in use by another process");
  holder.kill();
  EXPECT_NE(open(directory.path()), nullptr) << "the lock ends with its process";
}

TEST(JournalDurability, SecondOpenInOneProcessIsRefusedAndLeavesTheFirstLocked) {
  ScratchDirectory directory;
  const auto first = open(directory.path());
  auto second = open_rocksdb_journal(directory.path());
  ASSERT_TRUE(second.has_error());
  EXPECT_EQ(second.error().kind, FailureKind::conflict);
  OtherProcess other(holder_role, directory.path());
  EXPECT_EQ(other.next(), 0) << "another process is still refused";
}

TEST(JournalDurability, DirectoryThatCannotBeMadeIsAFailure) {
  auto refused = open_rocksdb_journal("/proc/troupe-journal");
  ASSERT_TRUE(refused.has_error());
  EXPECT_NE(refused.error().message.find("/proc/troupe-journal"), std::string::npos);
}

// A small file system of its own at the directory.
class TinyDisk {
 public:
  explicit TinyDisk(const std::string& directory) : directory_(directory) {
    mounted_ = ::mount("tmpfs", directory.c_str(), "tmpfs", 0, "size=80m") == 0;
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;
  ~TinyDisk() { ::umount2(directory_.c_str(), MNT_DETACH); }
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  std::string directory_;
  bool mounted_ = false;
};

// Text that does not compress.
std::string noise(std::size_t bytes) {
  static std::mt19937 random(7);
  std::string text(bytes, ' ');
  for (char& c : text) {
    c = static_cast<char>(random());
  }
  return text;
}

// Takes all space but a little, as another program's file would.
void fill(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string block(64 << 10, 'x');
  while (::write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size())) {
  }
  ::close(file);
}

TEST(JournalDurability, CommitsUntilTheDiskIsFullAreAllOrNothing) {
  ScratchDirectory directory;
  TinyDisk disk(directory.path());
  if (!disk.mounted()) {
    GTEST_SKIP() << "needs root to mount a tmpfs";
  }
  const auto journal = open(directory.path());
  ASSERT_NE(journal, nullptr);
  int written = 0;
  Result<void> last;
  for (; written < 4000 && last.has_value(); ++written) {
    const WriteBatch batch{{"a/" + std::to_string(written), noise(50'000)},
                           {"b/" + std::to_string(written), "v"}};
    last = journal->commit({&batch});
  }
  ASSERT_TRUE(last.has_error()) << "the disk never filled up";
  EXPECT_EQ(last.error().kind, FailureKind::no_space) << last.error().message;
  EXPECT_TRUE(journal->get("b/" + std::to_string(written - 2))->has_value());
  EXPECT_FALSE(journal->get("b/" + std::to_string(written - 1))->has_value());
}

TEST(JournalDurability, FullDiskRefusesCommitsUntilThereIsSpaceAgain) {
  ScratchDirectory directory;
  TinyDisk disk(directory.path());
  if (!disk.mounted()) {
    GTEST_SKIP() << "needs root to mount a tmpfs";
  }
  const std::string path = directory.path() + "/journal";
  std::vector<std::string> acknowledged;
  std::vector<std::string> refused;
  {
    const auto journal = open(path);
    ASSERT_NE(journal, nullptr);
    auto write = [&](const std::string& name) {
      const WriteBatch batch{{"a/" + name, std::string(50'000, 'v')}, {"b/" + name, "v"}};
      auto committed = journal->commit({&batch});
      (committed.has_value() ? acknowledged : refused).push_back(name);
      return committed;
    };
    ASSERT_TRUE(write("before").has_value());
    fill(directory.path() + "/filler");
    Result<void> last = write("full");
    ASSERT_TRUE(last.has_error());
    EXPECT_EQ(last.error().kind, FailureKind::no_space) << last.error().message;
    last = write("still-full");
    ASSERT_TRUE(last.has_error());
    EXPECT_EQ(last.error().kind, FailureKind::no_space) << last.error().message;
    EXPECT_TRUE(journal->get("b/before")->has_value()) << "reading goes on";
    EXPECT_FALSE(journal->get("b/still-full")->has_value()) << "what was refused is not visible";
    ASSERT_EQ(::unlink((directory.path() + "/filler").c_str()), 0);
    last = write("after");
    ASSERT_TRUE(last.has_value()) << last.error().message;
  }
  fill(directory.path() + "/filler");
  auto full = open_rocksdb_journal(path, kept_apart);
  ASSERT_TRUE(full.has_value() || full.error().kind == FailureKind::no_space) << full.error().message;
  if (full.has_value()) {
    full->reset();
  }
  ASSERT_EQ(::unlink((directory.path() + "/filler").c_str()), 0);
  const auto journal = open(path);
  ASSERT_NE(journal, nullptr);
  for (const std::string& name : acknowledged) {
    EXPECT_TRUE(journal->get("a/" + name)->has_value()) << name;
    EXPECT_TRUE(journal->get("b/" + name)->has_value()) << name;
  }
  for (const std::string& name : refused) {
    EXPECT_FALSE(journal->get("a/" + name)->has_value()) << name;
    EXPECT_FALSE(journal->get("b/" + name)->has_value()) << name;
  }
}

}  // namespace
}  // namespace troupe::runtime
