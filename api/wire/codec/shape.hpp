#pragma once

/// What the reader and the writer know of a type: its kind, its members, and how to get
/// at its parts. Shapes are constant tables, built by build_shape.hpp from Boost.Describe;
/// thanks to them the codec is two ordinary functions instead of a template for each type.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace troupe::api::wire {

enum class Kind : std::uint8_t {
  boolean,       ///< bool
  integer,       ///< std::int32_t
  long_integer,  ///< std::int64_t
  real,          ///< double
  text,          ///< std::string
  timestamp,     ///< core::Time
  enumeration,   ///< a described enum
  optional,      ///< std::optional<element>
  list,          ///< std::vector<element>
  map,           ///< std::map<std::string, element>
  structure,     ///< a described struct
  document,      ///< any JSON value, kept as its text
};

struct Shape;

struct Member {
  std::string_view name;
  const Shape* shape;
  bool required;
  /// The member's address in its struct.
  void* (*of)(void* structure);
};

/// One name of an enum and its number.
struct Choice {
  std::string_view name;
  std::int64_t number;
};

/// Called with each entry of a map.
using EntryVisitor = void (*)(void* context, std::string_view key, const void* value);

struct Shape {
  Kind kind;
  /// Of an optional, list or map: what it holds.
  const Shape* element = nullptr;
  /// Of a structure, in declared order; at most 64.
  std::span<const Member> members{};
  /// Of an enumeration.
  std::span<const Choice> choices{};

  /// Gives an optional a fresh value, a list a further element, a map the value of a key
  /// (fresh when the key is new), and says where it is; of a document, where its text goes.
  void* (*add)(void* value, std::string_view key) = nullptr;
  /// Makes an optional absent, a list or map empty.
  void (*clear)(void* value) = nullptr;
  /// The value of an optional, null when it is absent; the element of a list, null behind
  /// its end; the text of a document.
  const void* (*at)(const void* value, std::size_t index) = nullptr;
  /// Visits a map in the order of its keys.
  void (*each)(const void* value, void* context, EntryVisitor visit) = nullptr;
  /// An enumeration's number.
  std::int64_t (*load)(const void* value) = nullptr;
  void (*store)(void* value, std::int64_t number) = nullptr;
};

}  // namespace troupe::api::wire
