#pragma once

/// Described values as compact bytes, for records and the journal.
///
/// | value | bytes |
/// |---|---|
/// | bool, unsigned, enum, count | varint |
/// | signed, Time, duration | zigzag varint; Time is in its own ticks, milliseconds |
/// | double | 8 bytes, little endian |
/// | string | length, bytes |
/// | vector, set, map | count, elements (a map's are key, value) |
/// | variant | index, value |
/// | reference_wrapper (only written) | as what it refers to |
/// | optional outside a struct | 0, or 1 and the value |
/// | strong type (a struct whose one member is `value`) | as its value |
/// | id (a struct whose one member is `bits`) | 8 bytes each word, little endian |
/// | struct | length in bytes, presence mask, fields in declared order |
///
/// The presence mask is a varint with one bit per optional field, in declared order; an
/// absent optional takes no other bytes.
///
/// A stored struct may change in one way: **fields and alternatives are added at the end**.
/// An older record leaves the fields it does not have as a fresh struct has them (optional
/// ones absent); a newer record's unknown rest is skipped. Fields are never removed,
/// reordered or given another type, enumerators keep their numbers, and an enumerator
/// that this program does not know is refused, because no one could act on it.

#include "actors/core/codec/byte_stream.hpp"
#include "actors/core/describe.hpp"
#include "actors/core/result.hpp"

#include <bit>
#include <chrono>
#include <concepts>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::core {

namespace bytes {

template <class T, template <class...> class Template>
inline constexpr bool is_a = false;
template <class... Args, template <class...> class Template>
inline constexpr bool is_a<Template<Args...>, Template> = true;

template <class T>
inline constexpr bool is_time = false;
template <class Rep, class Period>
inline constexpr bool is_time<std::chrono::duration<Rep, Period>> = std::is_integral_v<Rep>;
template <class Clock, class Duration>
inline constexpr bool is_time<std::chrono::time_point<Clock, Duration>> = is_time<Duration>;

/// A struct whose only member is `value`: an id or a unit.
template <class T>
concept StrongType = std::is_aggregate_v<T> && requires(T object) {
  object.value;
  requires sizeof(object.value) == sizeof(T);
};

/// `core::Id`: random bits, which a varint would only lengthen.
template <class T>
concept RandomBits = std::is_aggregate_v<T> && requires(T object) {
  { object.bits[0] } -> std::same_as<std::uint64_t&>;
  requires sizeof(object.bits) == sizeof(T);
};

template <class T>
inline constexpr bool unsupported = false;

template <class T, class Field>
using FieldType = std::remove_cvref_t<decltype(std::declval<T&>().*Field::pointer)>;

/// How many bits the presence mask of T needs.
template <Described T>
constexpr unsigned optional_fields() {
  unsigned count = 0;
  boost::mp11::mp_for_each<Fields<T>>(
      [&](auto field) { count += is_a<FieldType<T, decltype(field)>, std::optional> ? 1U : 0U; });
  return count;
}

template <class T>
void put(ByteWriter& out, const T& value);
template <class T>
void get(ByteReader& in, T& value);

template <Described T>
void put_struct(ByteWriter& out, const T& object) {
  static_assert(optional_fields<T>() <= 64, "the presence mask has 64 bits");
  const std::size_t mark = out.open();
  std::uint64_t mask = 0;
  unsigned bit = 0;
  boost::mp11::mp_for_each<Fields<T>>([&](auto field) {
    if constexpr (is_a<FieldType<T, decltype(field)>, std::optional>) {
      mask |= std::uint64_t{(object.*field.pointer).has_value()} << bit++;
    }
  });
  out.varint(mask);
  boost::mp11::mp_for_each<Fields<T>>([&](auto field) {
    const auto& member = object.*field.pointer;
    if constexpr (is_a<FieldType<T, decltype(field)>, std::optional>) {
      if (member) put(out, *member);
    } else {
      put(out, member);
    }
  });
  out.close(mark);
}

template <Described T>
void get_struct(ByteReader& in, T& object) {
  const char* outer_end = in.open();
  std::uint64_t mask = in.at_end() ? 0 : in.varint();
  boost::mp11::mp_for_each<Fields<T>>([&](auto field) {
    auto& member = object.*field.pointer;
    if constexpr (is_a<FieldType<T, decltype(field)>, std::optional>) {
      member.reset();
      if ((mask & 1) != 0) get(in, member.emplace());
      mask >>= 1;
    } else {
      if (!in.at_end()) get(in, member);
    }
  });
  in.close(outer_end);
}

template <class Integer>
void get_integer(ByteReader& in, Integer& value) {
  if constexpr (std::is_signed_v<Integer>) {
    const std::int64_t number = in.zigzag();
    if (number < std::numeric_limits<Integer>::min() || number > std::numeric_limits<Integer>::max()) {
      return in.fail("a number does not fit its field");
    }
    value = static_cast<Integer>(number);
  } else {
    const std::uint64_t number = in.varint();
    if (number > std::numeric_limits<Integer>::max()) return in.fail("a number does not fit its field");
    value = static_cast<Integer>(number);
  }
}

template <class E>
void get_enum(ByteReader& in, E& value) {
  std::underlying_type_t<E> number{};
  get_integer(in, number);
  const E read = static_cast<E>(number);
  if constexpr (DescribedEnum<E>) {
    bool known = false;
    boost::mp11::mp_for_each<Enumerators<E>>(
        [&](auto enumerator) { known = known || read == enumerator.value; });
    if (!known) return in.fail("an enumerator is unknown");
  }
  value = read;
}

template <class Variant>
void get_variant(ByteReader& in, Variant& value) {
  const std::uint64_t index = in.varint();
  if (index >= std::variant_size_v<Variant>) return in.fail("an alternative is unknown");
  boost::mp11::mp_with_index<std::variant_size_v<Variant>>(
      static_cast<std::size_t>(index), [&](auto which) { get(in, value.template emplace<which>()); });
}

template <class T>
void put(ByteWriter& out, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    out.text(value);
  } else if constexpr (std::is_enum_v<T>) {
    put(out, static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    out.zigzag(value);
  } else if constexpr (std::is_integral_v<T>) {
    out.varint(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    out.word(std::bit_cast<std::uint64_t>(static_cast<double>(value)));
  } else if constexpr (is_a<T, std::chrono::duration>) {
    out.zigzag(value.count());
  } else if constexpr (is_time<T>) {
    out.zigzag(value.time_since_epoch().count());
  } else if constexpr (is_a<T, std::optional>) {
    out.byte(value ? 1 : 0);
    if (value) put(out, *value);
  } else if constexpr (is_a<T, std::vector> || is_a<T, std::set>) {
    out.varint(value.size());
    for (const auto& element : value) put(out, element);
  } else if constexpr (is_a<T, std::map>) {
    out.varint(value.size());
    for (const auto& [key, element] : value) {
      put(out, key);
      put(out, element);
    }
  } else if constexpr (is_a<T, std::variant>) {
    out.varint(value.index());
    std::visit([&](const auto& alternative) { put(out, alternative); }, value);
  } else if constexpr (is_a<T, std::reference_wrapper>) {
    put(out, value.get());
  } else if constexpr (StrongType<T>) {
    put(out, value.value);
  } else if constexpr (RandomBits<T>) {
    for (const std::uint64_t word : value.bits) out.word(word);
  } else if constexpr (Described<T>) {
    put_struct(out, value);
  } else {
    static_assert(std::is_same_v<T, std::monostate> || unsupported<T>, "describe the type");
  }
}

template <class T>
void get_elements(ByteReader& in, T& value) {
  value.clear();
  for (std::size_t count = in.size(); count > 0 && in.failure() == nullptr; --count) {
    if constexpr (is_a<T, std::vector>) {
      get(in, value.emplace_back());
    } else if constexpr (is_a<T, std::set>) {
      typename T::value_type element{};
      get(in, element);
      value.insert(value.end(), std::move(element));
    } else {
      typename T::key_type key{};
      get(in, key);
      get(in, value.try_emplace(value.end(), std::move(key))->second);
    }
  }
}

template <class T>
void get(ByteReader& in, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    value = in.text();
  } else if constexpr (std::is_enum_v<T>) {
    get_enum(in, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    value = in.byte() != 0;
  } else if constexpr (std::is_integral_v<T>) {
    get_integer(in, value);
  } else if constexpr (std::is_floating_point_v<T>) {
    value = static_cast<T>(std::bit_cast<double>(in.word()));
  } else if constexpr (is_a<T, std::chrono::duration>) {
    typename T::rep count{};
    get_integer(in, count);
    value = T{count};
  } else if constexpr (is_time<T>) {
    typename T::rep count{};
    get_integer(in, count);
    value = T{typename T::duration{count}};
  } else if constexpr (is_a<T, std::optional>) {
    value.reset();
    if (in.byte() != 0) get(in, value.emplace());
  } else if constexpr (is_a<T, std::vector> || is_a<T, std::set> || is_a<T, std::map>) {
    get_elements(in, value);
  } else if constexpr (is_a<T, std::variant>) {
    get_variant(in, value);
  } else if constexpr (StrongType<T>) {
    get(in, value.value);
  } else if constexpr (RandomBits<T>) {
    for (std::uint64_t& word : value.bits) word = in.word();
  } else if constexpr (Described<T>) {
    get_struct(in, value);
  } else {
    static_assert(std::is_same_v<T, std::monostate> || unsupported<T>, "describe the type");
  }
}

/// The refusal of bytes that are not what they should be; a `server` error, since only
/// our own storage can have caused it.
inline Error refusal(const ByteReader& in) {
  return {ErrorCode::server, std::string{"the bytes of a record are damaged: "} + in.failure() +
                                 " (at byte " + std::to_string(in.failed_at()) + ")"};
}

}  // namespace bytes

/// Appends the bytes of `value` to `out`.
template <class T>
void append_bytes(std::string& out, const T& value) {
  ByteWriter writer{out};
  bytes::put(writer, value);
}

template <class T>
[[nodiscard]] std::string to_bytes(const T& value) {
  std::string out;
  out.reserve(256);
  append_bytes(out, value);
  return out;
}

/// The value whose bytes these are; bytes that are damaged, or that go on behind it, are
/// refused. Any bytes may be given.
template <class T>
[[nodiscard]] Result<T> from_bytes(std::string_view record) {
  ByteReader in{record};
  T value{};
  bytes::get(in, value);
  if (in.failure() == nullptr && !in.at_end()) in.fail("they go on behind their value");
  if (in.failure() != nullptr) return bytes::refusal(in);
  return value;
}

}  // namespace troupe::core
