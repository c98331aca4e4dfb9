#include "api/wire/clusters.hpp"
#include "api/wire/codec/build_shape.hpp"
#include "api/wire/codec/escape.hpp"
#include "api/wire/codec/timestamp.hpp"
#include "api/wire/tasks.hpp"
#include "tests/wire/messages.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace troupe::api::wire {

struct Sample {
  std::string plain;
  std::optional<double> real;
  std::optional<std::int64_t> wide;
  std::optional<std::map<std::string, std::int32_t>> map;
  std::optional<core::LogDriver> driver;
  std::optional<core::Time> at;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (plain, real, wide, map, driver, at))

template <>
const Shape& shape_of<Sample>() {
  return BuiltShape<Sample>::value;
}

namespace {

std::string json_text(std::string_view text) {
  std::string out;
  write_string(text, out);
  return out;
}

std::string epoch_seconds(std::int64_t ms) {
  std::string out;
  write_epoch_seconds(core::from_epoch_ms(ms), out);
  return out;
}

TEST(Encode, AbsentStaysAbsentAndEmptyStaysEmpty) {
  EXPECT_EQ(encode(DescribeTasksResponse{}), "{}");
  DescribeTasksResponse empty;
  empty.tasks.emplace();
  empty.failures.emplace();
  EXPECT_EQ(encode(empty), R"({"tasks":[],"failures":[]})");
  CreateClusterResponse cluster;
  cluster.cluster.emplace().configuration.emplace();
  EXPECT_EQ(encode(cluster), R"({"cluster":{"configuration":{}}})");
}

TEST(Encode, EachKindOfValueIsWritten) {
  Sample sample;
  sample.plain = "x";
  sample.real = 0.1;
  sample.wide = std::numeric_limits<std::int64_t>::min();
  sample.map = {{"a", -1}, {"b\n", 2}};
  sample.driver = core::LogDriver::json_file;
  sample.at = core::from_epoch_ms(1'619'952'106'055);
  EXPECT_EQ(encode(sample), R"({"plain":"x","real":0.1,"wide":-9223372036854775808,)"
                            R"("map":{"a":-1,"b\n":2},"driver":"json-file","at":1619952106.055})");
}

TEST(Encode, RealsStayReals) {
  Sample sample;
  sample.real = 3;
  EXPECT_EQ(encode(sample), R"({"plain":"","real":3.0})");
  sample.real = 1e300;
  EXPECT_EQ(encode(sample), R"({"plain":"","real":1e+300})");
  sample.real = std::nan("");
  EXPECT_EQ(encode(sample), R"({"plain":"","real":"NaN"})");
}

TEST(Encode, ATrailingUnderscoreIsDropped) {
  CreateClusterResponse response;
  response.cluster.emplace().serviceConnectDefaults.emplace().namespace_ = "n";
  EXPECT_EQ(encode(response), R"({"cluster":{"serviceConnectDefaults":{"namespace":"n"}}})");
}

TEST(Encode, TextIsEscapedAndAlwaysUtf8) {
  EXPECT_EQ(json_text("plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "\"plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
  EXPECT_EQ(json_text("\"\\\n\r\t\b\x1F"), R"("\"\\\n\r\t\u0008\u001f")");
  EXPECT_EQ(json_text(std::string("a\0b", 3)), R"("a\u0000b")");
  constexpr std::string_view bad = "\xEF\xBF\xBD";
  for (const std::string_view broken : {"\x80", "\xFF", "\xC3", "\xC0", "\xF5", "\xC1"}) {
    EXPECT_EQ(json_text(broken), "\"" + std::string{bad} + "\"");
  }
  EXPECT_EQ(json_text("a\xE2\x82"), "\"a" + std::string{bad} + std::string{bad} + "\"");
  EXPECT_EQ(json_text("\xED\xA0\x80z").back(), '"');
  EXPECT_EQ(json_text("\xED\xA0\x80z").find("\xED"), std::string::npos);
}

TEST(Encode, TimestampsAreNumbersForTheApiAndTextForEvents) {
  EXPECT_EQ(epoch_seconds(0), "0.000");
  EXPECT_EQ(epoch_seconds(1'700'000'000'007), "1700000000.007");
  EXPECT_EQ(epoch_seconds(-1), "-0.001");
  Sample sample;
  sample.at = core::from_epoch_ms(1'768'464'550'000);
  EXPECT_EQ(encode(sample, Form::event), R"({"plain":"","at":"2026-01-15T08:09:10.000Z"})");
  EXPECT_EQ(iso_millis(core::from_epoch_ms(1'709'164'799'999)), "2024-02-28T23:59:59.999Z");
  EXPECT_EQ(iso_seconds(core::from_epoch_ms(1'709'164'799'999)), "2024-02-28T23:59:59Z");
  EXPECT_EQ(iso_millis(core::from_epoch_ms(-1)), "1969-12-31T23:59:59.999Z");
}

/// Fills a value with something that its shape allows.
class Filler {
 public:
  explicit Filler(std::uint32_t seed) : random_(seed) {}

  void fill(const Shape& shape, void* value) {
    switch (shape.kind) {
      case Kind::boolean:
        *static_cast<bool*>(value) = next() % 2 == 0;
        return;
      case Kind::integer:
        *static_cast<std::int32_t*>(value) = static_cast<std::int32_t>(next());
        return;
      case Kind::long_integer:
        *static_cast<std::int64_t*>(value) = static_cast<std::int64_t>(std::uint64_t{next()} << 32 | next());
        return;
      case Kind::real:
        *static_cast<double*>(value) = static_cast<double>(next()) / 7;
        return;
      case Kind::text:
        *static_cast<std::string*>(value) = text();
        return;
      case Kind::timestamp:
        *static_cast<core::Time*>(value) = core::from_epoch_ms(std::int64_t{next()} * 500);
        return;
      case Kind::enumeration:
        return shape.store(value, shape.choices[next() % shape.choices.size()].number);
      case Kind::optional:
        return fill(*shape.element, shape.add(value, {}));
      case Kind::list:
      case Kind::map:
        for (std::uint32_t left = next() % 3; left > 0; --left)
          fill(*shape.element, shape.add(value, text()));
        return;
      case Kind::document:
        *static_cast<std::string*>(shape.add(value, {})) = R"({"step":[1,"a",null]})";
        return;
      case Kind::structure:
        for (const Member& member : shape.members) {
          if (member.required || next() % 4 > 0) fill(*member.shape, member.of(value));
        }
        return;
    }
  }

 private:
  std::uint32_t next() { return static_cast<std::uint32_t>(random_()); }

  std::string text() {
    static constexpr std::string_view pieces[] = {"a",        "\"",          "\\",   "\n",
                                                  "\xC3\xA9", "arn:aws:ecs", "\x01", "/"};
    std::string made;
    for (std::uint32_t left = next() % 6; left > 0; --left) made += pieces[next() % std::size(pieces)];
    return made;
  }

  std::mt19937 random_;
};

template <class T>
void expect_round_trips(const char* operation) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    T value{};
    Filler{seed}.fill(shape_of<T>(), &value);
    const core::Result<T> back = decode<T>(encode(value));
    ASSERT_TRUE(back) << operation << ", seed " << seed << ": " << back.error().message;
    EXPECT_TRUE(*back == value) << operation << ", seed " << seed << ": " << encode(value);
  }
}

TEST(Encode, EveryMessageComesBackAsItWas) {
  for_each_operation([]<class Request, class Response>(const Messages<Request, Response>& messages) {
    expect_round_trips<Request>(messages.operation);
    expect_round_trips<Response>(messages.operation);
  });
}

}  // namespace
}  // namespace troupe::api::wire
