/// Logs as conmon writes them: parsed, followed, continued after a new start.

#include "runtime/oci/log_reader.hpp"
#include "tests/oci/world.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace troupe::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using runtime::LogReader;
using runtime::LogStream;

TEST(LogLine, HasTimeStreamFlagAndText) {
  const auto entry = runtime::parse_log_line("2026-11-22T15:31:33.789001175+00:00 stderr P some text ");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->time.time_since_epoch(), std::chrono::nanoseconds(1795361493789001175));
  EXPECT_EQ(entry->stream, LogStream::err);
  EXPECT_TRUE(entry->partial);
  EXPECT_EQ(entry->text, "some text ");
  const auto zoned = runtime::parse_log_line("2026-11-22T17:31:33.789001175+02:00 stdout F ");
  ASSERT_TRUE(zoned);
  EXPECT_EQ(zoned->time, entry->time);
  EXPECT_EQ(zoned->text, "");
}

TEST(LogLine, DockersOwnFormatIsReadToo) {
  const auto entry = runtime::parse_log_line(
      R"({"log":"some \u00e9 text\n","stream":"stderr","time":"2026-11-22T15:31:33.789Z"})");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->text, "some \u00e9 text");
  EXPECT_EQ(entry->stream, runtime::LogStream::err);
  EXPECT_FALSE(entry->partial);
  const auto conmons = runtime::parse_log_line("2026-11-22T15:31:33.789000000+00:00 stdout F x");
  EXPECT_EQ(entry->time, conmons->time);
  const auto piece =
      runtime::parse_log_line(R"({"log":"x","stream":"stdout","time":"2026-11-22T15:31:33Z"})");
  ASSERT_TRUE(piece);
  EXPECT_TRUE(piece->partial);
}

TEST(LogLine, AnythingElseIsNothing) {
  for (const char* line :
       {"", " ", "  ", "word", "2026-11-22T15:31:33.789001175+00:00",
        "2026-11-22T15:31:33.789001175+00:00 stdout", "2026-11-22T15:31:33.789001175+00:00 stdout ",
        "2026-11-22T15:31:33.789001175+00:00 stdin F x", "2026-11-22T15:31:33.789001175+00:00 stdout Fx",
        "2026-11-22T15:31:33 stdout F x", "{}", "{\"log\":\"x\"}",
        "{\"log\":", "yyyy-11-22T15:31:33.789001175+00:00 stdout F x"}) {
    EXPECT_FALSE(runtime::parse_log_line(line)) << line;
  }
}

class LogReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = "/tmp/troupe-log-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    path_ = directory_ + "/c.log";
  }
  void TearDown() override { fs::remove_all(directory_); }

  void add(const std::string& text, bool complete = true) {
    std::ofstream(path_, std::ios::app)
        << "2026-11-22T15:31:33.789001175+00:00 stdout F " << text << (complete ? "\n" : "");
  }
  std::string take(LogReader& reader) {
    std::string all;
    for (const auto& entry : *reader.read()) {
      all += entry.text + "|";
    }
    return all;
  }

  std::string directory_;
  std::string path_;
};

TEST_F(LogReaderTest, WhatIsAddedIsReadOnce) {
  add("one");
  auto reader = LogReader::open(path_);
  ASSERT_TRUE(reader);
  EXPECT_EQ(take(*reader), "one|");
  EXPECT_EQ(take(*reader), "");
  add("two", false);
  EXPECT_EQ(take(*reader), "");
  std::ofstream(path_, std::ios::app) << " more\n";
  EXPECT_TRUE(reader->wait(5s));
  EXPECT_EQ(take(*reader), "two more|");
  auto later = LogReader::open(path_, reader->offset());
  add("three");
  EXPECT_EQ(take(*later), "three|");
  EXPECT_EQ(LogReader::open(directory_ + "/none").error().kind, runtime::FailureKind::not_found);
}

TEST_F(LogReaderTest, ANewFileInItsPlaceIsFollowed) {
  add("old");
  auto reader = LogReader::open(path_);
  EXPECT_EQ(take(*reader), "old|");
  add("last of the old");
  fs::rename(path_, directory_ + "/away");
  add("first of the new");
  EXPECT_TRUE(reader->wait(5s));
  EXPECT_EQ(take(*reader), "last of the old|first of the new|");
}

TEST_F(LogReaderTest, TheTailIsTheLastLines) {
  for (int i = 0; i < 5000; ++i) {
    add("line " + std::to_string(i));
  }
  const auto tail = runtime::read_log_tail(path_, 2);
  ASSERT_TRUE(tail);
  ASSERT_EQ(tail->size(), 2U);
  EXPECT_EQ(tail->front().text, "line 4998");
  EXPECT_EQ(tail->back().text, "line 4999");
  EXPECT_EQ(runtime::read_log_tail(path_, 10'000)->size(), 5000U);
}

TEST_F(OciTest, ALogIsBoundedAndCanBeFollowedFromARunningContainer) {
  auto spec =
      world_.shell("c", "i=0; while [ $i -lt 3000 ]; do echo line number $i; i=$((i+1)); done; echo done");
  spec.log.max_size_bytes = 64 << 10;
  ASSERT_TRUE(world_.runtime().create(spec));
  auto reader = LogReader::open(world_.directory() + "/data/logs/s/c.log");
  ASSERT_TRUE(reader) << reader.error().message;
  ASSERT_TRUE(world_.runtime().start("c"));
  std::string last;
  while (last != "done") {
    const auto entries = reader->read();
    ASSERT_TRUE(entries);
    if (!entries->empty()) {
      last = entries->back().text;
    } else if (!reader->wait(10s)) {
      break;
    }
  }
  EXPECT_EQ(last, "done");
  EXPECT_LE(fs::file_size(world_.directory() + "/data/logs/s/c.log"), 80U << 10U);
}

}  // namespace
}  // namespace troupe::testing
