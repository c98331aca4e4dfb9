// The contract of the journal, the same for each adapter.

#include "runtime/journal.hpp"

#include "tests/journal/scratch_directory.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace troupe::runtime {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

Entries entries_of(const Journal& journal, std::string_view prefix) {
  Entries entries;
  auto scanned = journal.scan(prefix, [&](std::string_view key, std::string_view value) {
    entries.emplace_back(key, value);
    return true;
  });
  EXPECT_TRUE(scanned.has_value());
  return entries;
}

/// `families` keeps some of the tests' keys apart from the others, in the middle of them.
enum class Adapter { rocksdb, families, memory };

class JournalContract : public testing::TestWithParam<Adapter> {
 protected:
  void SetUp() override {
    if (GetParam() == Adapter::memory) {
      journal_ = make_memory_journal();
      return;
    }
    std::vector<std::string> apart;
    if (GetParam() == Adapter::families) {
      apart = {"task/", "b", "x", "e/", "n/100", "n/104", "\xff\xff"};
    }
    auto opened = open_rocksdb_journal(directory_.path(), apart);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    journal_ = std::move(*opened);
  }

  void commit(const WriteBatch& batch) {
    auto committed = journal_->commit({&batch});
    ASSERT_TRUE(committed.has_value()) << committed.error().message;
  }

  ScratchDirectory directory_;
  std::unique_ptr<Journal> journal_;
};

TEST_P(JournalContract, EmptyJournalHasNothing) {
  EXPECT_TRUE(entries_of(*journal_, "").empty());
  auto got = journal_->get("a");
  ASSERT_TRUE(got.has_value());
  EXPECT_FALSE(got->has_value());
}

TEST_P(JournalContract, ScanVisitsKeysOfThePrefixInOrder) {
  commit({{"task/2", "b"}, {"task/10", "c"}, {"tasks", "no"}, {"task/1", "a"}, {"tas", "no"}});
  EXPECT_EQ(entries_of(*journal_, "task/"), (Entries{{"task/1", "a"}, {"task/10", "c"}, {"task/2", "b"}}));
  EXPECT_EQ(entries_of(*journal_, "").size(), 5U);
}

TEST_P(JournalContract, KeysAndValuesAreBytes) {
  const std::string low("\x00\x01", 2);
  const std::string high = "\xff\xff";
  commit({{high + "a", std::string("x\0y", 3)}, {high, "2"}, {low, "1"}});
  EXPECT_EQ(entries_of(*journal_, high), (Entries{{high, "2"}, {high + "a", std::string("x\0y", 3)}}));
  EXPECT_EQ(entries_of(*journal_, std::string(1, '\0')), (Entries{{low, "1"}}));
}

TEST_P(JournalContract, ScanStopsWhenTheVisitorSaysSo) {
  commit({{"a/1", ""}, {"a/2", ""}, {"a/3", ""}});
  int visited = 0;
  ASSERT_TRUE(journal_->scan("a/", [&](auto, auto) { return ++visited < 2; }).has_value());
  EXPECT_EQ(visited, 2);
}

TEST_P(JournalContract, ScanFromStartsAtTheFirstKeyNotBefore) {
  commit({{"e/1", ""}, {"e/3", ""}, {"e/5", ""}, {"f/1", ""}});
  std::vector<std::string> keys;
  auto collect = [&](std::string_view key, std::string_view) {
    keys.emplace_back(key);
    return true;
  };
  ASSERT_TRUE(journal_->scan_from("e/", "e/2", collect).has_value());
  EXPECT_EQ(keys, (std::vector<std::string>{"e/3", "e/5"}));
  keys.clear();
  ASSERT_TRUE(journal_->scan_from("e/", "a", collect).has_value());
  EXPECT_EQ(keys.size(), 3U) << "a start before the prefix is the start of the prefix";
  keys.clear();
  ASSERT_TRUE(journal_->scan_from("e/", "z", collect).has_value());
  EXPECT_TRUE(keys.empty());
}

TEST_P(JournalContract, LongScansVisitEveryKeyOnce) {
  WriteBatch batch;
  for (int i = 0; i < 1000; ++i) {
    batch.push_back({"n/" + std::to_string(10'000 + i), std::to_string(i)});
  }
  commit(batch);
  const Entries entries = entries_of(*journal_, "n/");
  ASSERT_EQ(entries.size(), 1000U);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].second, std::to_string(i));
  }
}

TEST_P(JournalContract, AScanMayBeginAnywhereAndEndAnywhere) {
  const std::vector<std::string> keys{"a",      "b",      "b0",     "c",      "e/1",  "e/2", "f",  "n/1",
                                      "n/1000", "n/1005", "n/1010", "n/1040", "n/11", "x",   "xy", "y"};
  WriteBatch batch;
  for (const std::string& key : keys) {
    batch.push_back({key, key});
  }
  commit(batch);
  for (const std::string prefix : {"", "n/", "n/1", "n/10", "n/1000", "e", "b", "z"}) {
    for (const std::string& from : keys) {
      std::vector<std::string> expected;
      for (const std::string& key : keys) {
        if (key.starts_with(prefix) && key >= from) {
          expected.push_back(key);
        }
      }
      std::vector<std::string> seen;
      auto collect = [&](std::string_view key, std::string_view) {
        seen.emplace_back(key);
        return true;
      };
      ASSERT_TRUE(journal_->scan_from(prefix, from, collect).has_value());
      EXPECT_EQ(seen, expected) << "keys of " << prefix << " from " << from;
    }
  }
}

TEST_P(JournalContract, BatchesApplyInOrderAndLaterWritesWin) {
  const WriteBatch first{{"k", "1"}, {"gone", "x"}};
  const WriteBatch second{{"k", "2"}, {"gone", std::nullopt}, {"never", std::nullopt}};
  const WriteBatch third{{"k", "3"}, {"k", "4"}};
  ASSERT_TRUE(journal_->commit({&first, &second, &third}).has_value());
  EXPECT_EQ(entries_of(*journal_, ""), (Entries{{"k", "4"}}));
}

TEST_P(JournalContract, RangesAreRemovedUpToTheirEnd) {
  commit({{"e/1", "a"}, {"e/2", "b"}, {"e/3", "c"}, {"e/4", "d"}, {"f", "other"}});
  commit({{"e/2", std::nullopt, "e/4"}, {"e/3", "again"}});
  const Entries left{{"e/1", "a"}, {"e/3", "again"}, {"e/4", "d"}, {"f", "other"}};
  EXPECT_EQ(entries_of(*journal_, ""), left);
  commit({{"e/4", std::nullopt, "e/4"}});
  EXPECT_EQ(entries_of(*journal_, ""), left);
}

TEST_P(JournalContract, EmptyCommitSucceeds) {
  const WriteBatch nothing;
  EXPECT_TRUE(journal_->commit({}).has_value());
  EXPECT_TRUE(journal_->commit({&nothing}).has_value());
}

TEST_P(JournalContract, VisitorMayReadTheJournal) {
  commit({{"a", "1"}, {"b", "2"}});
  std::string seen;
  ASSERT_TRUE(journal_
                  ->scan("",
                         [&](std::string_view key, std::string_view) {
                           seen += journal_->get(key)->value();
                           return true;
                         })
                  .has_value());
  EXPECT_EQ(seen, "12");
}

TEST_P(JournalContract, ReadersNeverSeeAPartOfACommit) {
  commit({{"x", "0"}, {"y", "0"}});
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      const Entries seen = entries_of(*journal_, "");
      ASSERT_EQ(seen.size(), 2U);
      EXPECT_EQ(seen[0].second, seen[1].second);
    }
  });
  for (int i = 1; i <= 200; ++i) {
    commit({{"x", std::to_string(i)}, {"y", std::to_string(i)}});
  }
  done = true;
  reader.join();
}

TEST_P(JournalContract, SizeGrowsWithWhatIsStored) {
  const auto before = journal_->size_bytes();
  commit({{"big", std::string(1 << 20, 'x')}});
  EXPECT_GE(journal_->size_bytes(), before + (1 << 20));
}

std::string name_of(const testing::TestParamInfo<Adapter>& adapter) {
  const char* const names[] = {"Rocksdb", "RocksdbFamilies", "Memory"};
  return names[static_cast<int>(adapter.param)];
}

INSTANTIATE_TEST_SUITE_P(Adapters, JournalContract,
                         testing::Values(Adapter::rocksdb, Adapter::families, Adapter::memory), name_of);

}  // namespace
}  // namespace troupe::runtime
