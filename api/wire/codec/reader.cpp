/// Reads JSON into a value by its shape, over simdjson's DOM.
///
/// simdjson checks the whole text first, UTF-8 included; the walk below then needs no
/// bounds of its own beyond those of numbers, because shapes are finite.

#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"
#include "api/wire/codec/refusals.hpp"
#include "api/wire/codec/shape.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace troupe::api::wire {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t depth_max = 64;

/// Where the walk is, as a chain on the stack; spelled out only for a refusal.
struct Place {
  const Place* outer;
  std::string_view member;
};

std::string path_of(const Place* place) {
  if (place->outer == nullptr) return std::string{place->member};
  return path_of(place->outer) + "." + std::string{place->member};
}

class Reader {
 public:
  explicit Reader(const Refused& refused) : refused_(refused) {}

  /// False when the JSON is of another type than the shape; the walk then ends.
  bool read(const Shape& shape, const dom::element& json, void* value, const Place* place);

  /// A wrong type anywhere counts before a refusal, as AWS reads the whole body first.
  std::optional<core::Error> error() && { return wrong_type_ ? std::move(wrong_type_) : std::move(refusal_); }

 private:
  bool read_structure(const Shape& shape, const dom::element& json, void* value, const Place* place);
  bool read_map(const Shape& shape, const dom::element& json, void* value, const Place* place);
  bool read_list(const Shape& shape, const dom::element& json, void* value, const Place* place);
  bool read_enumeration(const Shape& shape, const dom::element& json, void* value, const Place* place);
  bool read_text(const dom::element& json, std::string_view& value);
  bool read_boolean(const dom::element& json, bool& value);
  bool read_real(const dom::element& json, double& value);
  bool read_timestamp(const dom::element& json, core::Time& value);
  template <class Integer>
  bool read_integer(const dom::element& json, Integer& value);

  void refuse_missing(const Shape& shape, std::uint64_t seen, const Place* place);
  bool wrong_scalar(const dom::element& json, std::string_view conversion);
  bool wrong_type(std::string text) {
    wrong_type_ = core::Error{core::ErrorCode::serialization, std::move(text)};
    return false;
  }

  const Refused& refused_;
  std::optional<core::Error> wrong_type_;
  std::optional<core::Error> refusal_;
};

bool Reader::read(const Shape& shape, const dom::element& json, void* value, const Place* place) {
  switch (shape.kind) {
    case Kind::boolean:
      return read_boolean(json, *static_cast<bool*>(value));
    case Kind::integer:
      return read_integer(json, *static_cast<std::int32_t*>(value));
    case Kind::long_integer:
      return read_integer(json, *static_cast<std::int64_t*>(value));
    case Kind::real:
      return read_real(json, *static_cast<double*>(value));
    case Kind::text: {
      std::string_view text;
      if (!read_text(json, text)) return false;
      *static_cast<std::string*>(value) = text;
      return true;
    }
    case Kind::timestamp:
      return read_timestamp(json, *static_cast<core::Time*>(value));
    case Kind::enumeration:
      return read_enumeration(shape, json, value, place);
    case Kind::optional:
      return read(*shape.element, json, shape.add(value, {}), place);
    case Kind::list:
      return read_list(shape, json, value, place);
    case Kind::map:
      return read_map(shape, json, value, place);
    case Kind::structure:
      return read_structure(shape, json, value, place);
    case Kind::document:
      *static_cast<std::string*>(shape.add(value, {})) = simdjson::minify(json);
      return true;
  }
  return false;
}

/// Clients mostly send members in the model's order or the alphabet's, so the search goes
/// on where the last one ended.
const Member* find_member(std::span<const Member> members, std::string_view name, std::size_t& hint) {
  for (std::size_t i = hint; i < members.size(); ++i) {
    if (members[i].name == name) return &members[hint = i];
  }
  for (std::size_t i = 0; i < hint; ++i) {
    if (members[i].name == name) return &members[hint = i];
  }
  return nullptr;
}

bool Reader::read_structure(const Shape& shape, const dom::element& json, void* value, const Place* place) {
  dom::object object;
  if (json.get(object) != simdjson::SUCCESS) return wrong_scalar(json, {});
  std::uint64_t seen = 0;
  std::size_t hint = 0;
  for (const dom::key_value_pair field : object) {
    const Member* member = find_member(shape.members, field.key, hint);
    if (member == nullptr) continue;
    void* target = member->of(value);
    const std::uint64_t bit = std::uint64_t{1} << (member - shape.members.data());
    if ((seen & bit) != 0) member->shape->clear(target);
    if (field.value.is_null()) {
      seen &= ~bit;
      continue;
    }
    seen |= bit;
    const Place inner{place, member->name};
    if (!read(*member->shape, field.value, target, &inner)) return false;
  }
  refuse_missing(shape, seen, place);
  return true;
}

void Reader::refuse_missing(const Shape& shape, std::uint64_t seen, const Place* place) {
  if (refusal_) return;
  for (std::size_t i = 0; i < shape.members.size(); ++i) {
    const Member& member = shape.members[i];
    if (!member.required || ((seen >> i) & 1) != 0) continue;
    const Place missing{place, member.name};
    refusal_ = missing_member(path_of(&missing), refused_);
    return;
  }
}

bool Reader::read_list(const Shape& shape, const dom::element& json, void* value, const Place* place) {
  dom::array array;
  if (json.get(array) != simdjson::SUCCESS) {
    return json.is_object() ? wrong_scalar(json, {}) : wrong_type("Expected list or null");
  }
  shape.clear(value);
  for (const dom::element element : array) {
    if (element.is_null()) continue;
    if (!read(*shape.element, element, shape.add(value, {}), place)) return false;
  }
  return true;
}

bool Reader::read_map(const Shape& shape, const dom::element& json, void* value, const Place* place) {
  dom::object object;
  if (json.get(object) != simdjson::SUCCESS) return wrong_scalar(json, {});
  shape.clear(value);
  for (const dom::key_value_pair entry : object) {
    if (entry.value.is_null()) continue;
    if (!read(*shape.element, entry.value, shape.add(value, entry.key), place)) return false;
  }
  return true;
}

bool Reader::read_enumeration(const Shape& shape, const dom::element& json, void* value, const Place* place) {
  std::string_view text;
  if (!read_text(json, text)) return false;
  for (const Choice& choice : shape.choices) {
    if (choice.name == text) {
      shape.store(value, choice.number);
      return true;
    }
  }
  if (!refusal_) refusal_ = unknown_choice(path_of(place), shape, refused_);
  return true;
}

bool Reader::read_text(const dom::element& json, std::string_view& value) {
  return json.get(value) == simdjson::SUCCESS || wrong_scalar(json, "can not be converted to a String");
}

bool Reader::read_boolean(const dom::element& json, bool& value) {
  return json.get(value) == simdjson::SUCCESS || wrong_scalar(json, "can not be converted to a Boolean");
}

bool Reader::read_real(const dom::element& json, double& value) {
  return json.get(value) == simdjson::SUCCESS || wrong_scalar(json, "cannot be converted to Double");
}

bool Reader::read_timestamp(const dom::element& json, core::Time& value) {
  // The years 1 to 9999: what ISO-8601 can say as well.
  constexpr double earliest = -62'135'596'800;
  constexpr double latest = 253'402'300'799;
  double seconds = 0;
  if (json.get(seconds) != simdjson::SUCCESS || seconds < earliest || seconds > latest) {
    return wrong_scalar(json, "can not be converted to milliseconds since epoch");
  }
  value = core::from_epoch_ms(std::llround(seconds * 1000));
  return true;
}

/// 512.0 and 5.12e2 are integers; beyond 2^53 a double no longer says which.
bool integer_of(const dom::element& json, std::int64_t& number) {
  if (!json.is_double()) return false;
  const double real = json.get_double().value_unsafe();
  if (std::trunc(real) != real || std::abs(real) > 9'007'199'254'740'992.0) return false;
  number = static_cast<std::int64_t>(real);
  return true;
}

template <class Integer>
bool Reader::read_integer(const dom::element& json, Integer& value) {
  constexpr bool is_long = sizeof(Integer) == 8;
  constexpr Integer least = std::numeric_limits<Integer>::min();
  constexpr Integer greatest = std::numeric_limits<Integer>::max();
  std::int64_t number = 0;
  bool fits = true;
  if (json.type() == dom::element_type::INT64) {
    number = json.get_int64().value_unsafe();
  } else if (json.type() == dom::element_type::UINT64) {
    fits = false;  // simdjson keeps as unsigned only what is too large for a signed number.
  } else if (!integer_of(json, number)) {
    return wrong_scalar(json, is_long ? "cannot be converted to Long" : "cannot be converted to Integer");
  }
  if (!fits || number < least || number > greatest) {
    return wrong_type("Numeric value (" + simdjson::minify(json) + ") out of range of " +
                      (is_long ? "long" : "int"));
  }
  value = static_cast<Integer>(number);
  return true;
}

/// What AWS says of a value of another type; structures and lists are told apart first.
bool Reader::wrong_scalar(const dom::element& json, std::string_view conversion) {
  std::string_view token = "NUMBER_VALUE";
  switch (json.type()) {
    case dom::element_type::OBJECT:
      return wrong_type("Start of structure or map found where not expected.");
    case dom::element_type::ARRAY:
      return wrong_type("Start of list found where not expected");
    case dom::element_type::STRING:
      token = "STRING_VALUE";
      break;
    case dom::element_type::BOOL:
      token = json.get_bool().value_unsafe() ? "TRUE_VALUE" : "FALSE_VALUE";
      break;
    case dom::element_type::NULL_VALUE:
      token = "NULL_VALUE";
      break;
    default:
      break;
  }
  if (conversion.empty()) return wrong_type("Unexpected field type");
  return wrong_type(std::string{token} + " " + std::string{conversion});
}

core::Error not_json(simdjson::error_code failure) {
  switch (failure) {
    case simdjson::DEPTH_ERROR:
      return {core::ErrorCode::serialization, "The request body is nested too deeply"};
    case simdjson::UTF8_ERROR:
      return {core::ErrorCode::serialization, "The request body is not valid UTF-8"};
    default:
      return {core::ErrorCode::serialization, "The request body is not valid JSON"};
  }
}

/// Bodies up to here are parsed into buffers that the thread keeps, some ten times as large.
constexpr std::size_t usual_body = std::size_t{64} * 1024;

std::optional<core::Error> read_with(dom::parser& parser, Reader& reader, const Shape& shape,
                                     std::string_view body, void* value) {
  if (parser.max_depth() != depth_max || parser.capacity() < body.size()) {
    const std::size_t capacity = std::max(body.size(), usual_body);
    if (const auto failure = parser.allocate(capacity, depth_max)) return not_json(failure);
  }
  dom::element root;
  if (const auto failure = parser.parse(body.data(), body.size()).get(root)) return not_json(failure);
  reader.read(shape, root, value, nullptr);
  return std::move(reader).error();
}

}  // namespace

std::optional<core::Error> read_json(const Shape& shape, const Refused& refused, std::string_view body,
                                     void* value) {
  if (body.empty()) body = "{}";
  Reader reader{refused};
  if (body.size() > usual_body) {
    dom::parser once;
    return read_with(once, reader, shape, body, value);
  }
  thread_local dom::parser parser;
  return read_with(parser, reader, shape, body, value);
}

}  // namespace troupe::api::wire
