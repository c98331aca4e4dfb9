#include "actors/core/codec/bytes.hpp"

#include "actors/core/shapes/cluster.hpp"
#include "actors/core/shapes/task_definition.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <random>

namespace troupe::core {
namespace {

struct HostName {
  std::string value;
  friend auto operator<=>(const HostName&, const HostName&) = default;
};

struct EventId {
  std::array<std::uint64_t, 2> bits{};
  friend auto operator<=>(const EventId&, const EventId&) = default;
};

struct Started {
  Time at;
  friend bool operator==(const Started&, const Started&) = default;
};
BOOST_DESCRIBE_STRUCT(Started, (), (at))

struct Stopped {
  std::optional<std::int32_t> exit_code;
  std::string reason;
  friend bool operator==(const Stopped&, const Stopped&) = default;
};
BOOST_DESCRIBE_STRUCT(Stopped, (), (exit_code, reason))

struct Everything {
  bool yes = false;
  std::int8_t tiny = 0;
  std::int32_t number = 0;
  std::int64_t wide = 0;
  std::uint64_t huge = 0;
  double ratio = 0;
  std::string text;
  LaunchType launch_type = LaunchType::EC2;
  Time at;
  std::chrono::seconds patience{0};
  HostName host;
  EventId event_id;
  std::optional<std::string> maybe;
  std::vector<std::string> list;
  std::vector<std::optional<std::int32_t>> gaps;
  std::set<HostName> hosts;
  std::map<std::string, Tag> tags;
  std::variant<std::monostate, Started, Stopped> event;
  friend bool operator==(const Everything&, const Everything&) = default;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (yes, tiny, number, wide, huge, ratio, text, launch_type, at, patience, host, event_id,
                       maybe, list, gaps, hosts, tags, event))

Everything everything() {
  Everything all;
  all.yes = true;
  all.tiny = -128;
  all.number = std::numeric_limits<std::int32_t>::min();
  all.wide = std::numeric_limits<std::int64_t>::min();
  all.huge = std::numeric_limits<std::uint64_t>::max();
  all.ratio = -0.1;
  all.text = std::string("a\0b", 3) + std::string(300, 'x');
  all.launch_type = LaunchType::MANAGED_INSTANCES;
  all.at = from_epoch_ms(1'619'952'106'055);
  all.patience = std::chrono::seconds{30};
  all.host = {"i-1"};
  all.event_id = {{0x0123456789ABCDEF, ~std::uint64_t{0}}};
  all.maybe = "";
  all.list = {"", "two"};
  all.gaps = {1, std::nullopt, 3};
  all.hosts = {{"a"}, {"b"}};
  all.tags = {{"one", {"k", "v"}}, {"two", {"k", std::nullopt}}};
  all.event = Stopped{137, "Essential container in task exited"};
  return all;
}

template <class T>
void expect_round_trip(const T& value) {
  const Result<T> back = from_bytes<T>(to_bytes(value));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(*back == value);
}

TEST(Bytes, EveryKindOfValueComesBack) {
  expect_round_trip(Everything{});
  expect_round_trip(everything());
}

TEST(Bytes, NumbersComeBackAtTheirLimits) {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{63}, std::int64_t{64}, std::int64_t{-64},
        std::int64_t{-65}, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min()}) {
    expect_round_trip(number);
  }
  for (const std::uint64_t number : {std::uint64_t{127}, std::uint64_t{128}, ~std::uint64_t{0}}) {
    expect_round_trip(number);
  }
}

TEST(Bytes, AbsentStaysAbsentAndEmptyStaysEmpty) {
  ContainerDefinition container;
  container.command.emplace();
  container.environment = {{"A", ""}, {"B", std::nullopt}};
  expect_round_trip(container);
}

TEST(Bytes, AnAbsentFieldTakesNoByte) {
  EXPECT_EQ(to_bytes(ContainerDefinition{}).size(), 2U);
  EXPECT_EQ(to_bytes(Tag{"k", "v"}), std::string("\x05\x03\x01k\x01v"));
}

TEST(Bytes, AStrongTypeIsWrittenAsItsValue) {
  EXPECT_EQ(to_bytes(HostName{"i-1"}), to_bytes(std::string{"i-1"}));
}

TEST(Bytes, AnIdTakesItsSixteenBytes) {
  EXPECT_EQ(to_bytes(EventId{{1, 2}}).size(), 16U);
}

TEST(Bytes, AFrameLongerThanAByteCanSayIsMoved) {
  for (const std::size_t length : {120U, 127U, 128U, 129U, 16'383U, 16'384U, 300'000U}) {
    TaskDefinition definition;
    definition.family = std::string(length, 'f');
    definition.containerDefinitions.emplace(2).front().image = std::string(length, 'i');
    expect_round_trip(definition);
  }
}

struct OldRecord {
  std::string name;
  std::optional<std::int32_t> count;
};
BOOST_DESCRIBE_STRUCT(OldRecord, (), (name, count))

struct NewRecord {
  std::string name;
  std::optional<std::int32_t> count;
  std::vector<std::string> owners{"nobody"};
  std::optional<Tag> tag;
  std::int32_t weight = 7;
};
BOOST_DESCRIBE_STRUCT(NewRecord, (), (name, count, owners, tag, weight))

TEST(Bytes, AnOlderRecordLeavesNewFieldsAsTheyStart) {
  const auto read = from_bytes<std::vector<NewRecord>>(
      to_bytes(std::vector<OldRecord>{{"first", 1}, {"second", std::nullopt}}));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->at(0).count, 1);
  EXPECT_EQ(read->at(0).owners, std::vector<std::string>{"nobody"});
  EXPECT_EQ(read->at(1).name, "second");
  EXPECT_FALSE(read->at(1).tag);
  EXPECT_EQ(read->at(1).weight, 7);
}

TEST(Bytes, ANewerRecordsUnknownRestIsSkipped) {
  const auto read = from_bytes<std::vector<OldRecord>>(to_bytes(std::vector<NewRecord>{
      {"first", 1, {"a", "b"}, Tag{"k", "v"}, 9}, {"second", std::nullopt, {}, {}, 1}}));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->at(0).name, "first");
  EXPECT_EQ(read->at(0).count, 1);
  EXPECT_EQ(read->at(1).name, "second");
}

TEST(Bytes, DamageIsRefusedWithItsPlace) {
  const std::string good = to_bytes(Tag{"key", "value"});
  EXPECT_EQ(from_bytes<Tag>(good.substr(0, 3)).error().code, ErrorCode::server);
  EXPECT_EQ(from_bytes<Tag>(good + "x").error().message,
            "the bytes of a record are damaged: they go on behind their value (at byte 12)");
  EXPECT_EQ(from_bytes<Tag>("").error().message,
            "the bytes of a record are damaged: they end inside a value (at byte 0)");
  EXPECT_FALSE(from_bytes<LaunchType>("\x09"));
  EXPECT_FALSE(from_bytes<std::int8_t>(to_bytes(std::int32_t{128})));
  EXPECT_FALSE(from_bytes<std::uint64_t>(std::string(10, '\xFF')));
  EXPECT_FALSE(from_bytes<std::vector<std::string>>("\xFF\xFF\xFF\xFF\x0F"));
  EXPECT_FALSE((from_bytes<std::variant<std::monostate, Started>>("\x02")));
}

TEST(Bytes, HostileBytesAreReadOrRefusedNeverTrusted) {
  const std::uint32_t seed = 20'141'113;
  std::mt19937 random{seed};
  const std::string good = to_bytes(everything());
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bad = good;
    for (std::uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
      const std::size_t at = random() % bad.size();
      switch (random() % 3) {
        case 0:
          bad[at] = static_cast<char>(random());
          break;
        case 1:
          bad.erase(at, 1 + random() % 8);
          break;
        default:
          bad.insert(at, 1, static_cast<char>(random()));
          break;
      }
    }
    const Result<Everything> read = from_bytes<Everything>(bad);
    if (!read) {
      ++refused;
    } else {
      expect_round_trip(*read);
    }
    if (HasFailure()) FAIL() << "seed " << seed << ", round " << round;
  }
  EXPECT_GT(refused, 10'000);
}

TEST(Bytes, NoiseIsReadOrRefusedNeverTrusted) {
  std::mt19937 random{2014};
  for (int round = 0; round < 20'000; ++round) {
    std::string noise(random() % 64, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    (void)from_bytes<Everything>(noise);
    (void)from_bytes<TaskDefinition>(noise);
  }
}

}  // namespace
}  // namespace troupe::core
