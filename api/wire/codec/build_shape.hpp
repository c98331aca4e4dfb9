#pragma once

/// Builds the shape of a described type at compile time. Included by the one .cpp that
/// defines `shape_of` for a noun's messages, nowhere else.
///
/// Names: a trailing '_' of a member or enumerator is dropped (namespace_ ↔ "namespace");
/// in the enums marked `dashed`, '_' stands for '-' (json_file ↔ "json-file").

#include "actors/core/describe.hpp"
#include "actors/core/shapes/container_definition.hpp"
#include "actors/core/shapes/deployment.hpp"
#include "actors/core/shapes/instance_requirements.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"
#include "api/wire/codec/shape.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace troupe::api::wire {

template <class E>
inline constexpr bool dashed = false;
template <>
inline constexpr bool dashed<core::AcceleratorManufacturer> = true;
template <>
inline constexpr bool dashed<core::AcceleratorName> = true;
template <>
inline constexpr bool dashed<core::CpuManufacturer> = true;
template <>
inline constexpr bool dashed<core::LogDriver> = true;
template <>
inline constexpr bool dashed<core::TargetType> = true;

/// The shape of any type that a message can hold.
template <class T>
struct BuiltShape {
  static constinit const Shape value;
};

namespace detail {

template <class T>
struct Build;

constexpr std::string_view without_trailing_underscore(std::string_view name) {
  return name.ends_with('_') ? name.substr(0, name.size() - 1) : name;
}

/// A name's characters with '-' for '_', kept where a string_view can point at them.
template <class Enumerator>
inline constexpr auto dashes = [] {
  std::array<char, std::string_view{Enumerator::name}.size()> text{};
  std::ranges::replace_copy(std::string_view{Enumerator::name}, text.begin(), '_', '-');
  return text;
}();

template <class E>
inline constexpr auto choices = []<class... Enumerator>(boost::mp11::mp_list<Enumerator...>) {
  const auto name = []<class One>(One) {
    if constexpr (dashed<E>) return std::string_view{dashes<One>.data(), dashes<One>.size()};
    return without_trailing_underscore(One::name);
  };
  return std::array<Choice, sizeof...(Enumerator)>{
      Choice{name(Enumerator{}), static_cast<std::int64_t>(Enumerator::value)}...};
}(boost::mp11::mp_rename<core::Enumerators<E>, boost::mp11::mp_list>{});

template <class T, class Field>
constexpr Member member() {
  using Type = std::remove_cvref_t<decltype(std::declval<T&>().*Field::pointer)>;
  constexpr std::string_view name = without_trailing_underscore(Field::name);
  return {name, &BuiltShape<Type>::value, std::ranges::find(required<T>, name) != required<T>.end(),
          [](void* structure) -> void* { return &(static_cast<T*>(structure)->*Field::pointer); }};
}

template <class T>
inline constexpr auto members = []<class... Field>(boost::mp11::mp_list<Field...>) {
  static_assert(sizeof...(Field) <= 64);
  return std::array<Member, sizeof...(Field)>{member<T, Field>()...};
}(boost::mp11::mp_rename<core::Fields<T>, boost::mp11::mp_list>{});

template <class T>
constexpr Shape scalar_shape(Kind kind) {
  Shape shape{.kind = kind};
  shape.clear = [](void* value) { *static_cast<T*>(value) = T{}; };
  return shape;
}

template <core::Described T>
struct Build<T> {
  static constexpr Shape shape() {
    Shape made{.kind = Kind::structure};
    made.members = members<T>;
    // Made anew, not assigned: that would be compiled for each type, and for this alone.
    made.clear = [](void* value) {
      T* const old = static_cast<T*>(value);
      std::destroy_at(old);
      std::construct_at(old);
    };
    return made;
  }
};

template <>
struct Build<core::HookDetails> {
  using T = core::HookDetails;
  static constexpr Shape shape() {
    Shape made = scalar_shape<T>(Kind::document);
    made.add = [](void* value, std::string_view) -> void* { return &static_cast<T*>(value)->json; };
    made.at = [](const void* value, std::size_t) -> const void* {
      return &static_cast<const T*>(value)->json;
    };
    return made;
  }
};

template <core::DescribedEnum T>
struct Build<T> {
  static constexpr Shape shape() {
    Shape made = scalar_shape<T>(Kind::enumeration);
    made.choices = choices<T>;
    made.load = [](const void* value) { return static_cast<std::int64_t>(*static_cast<const T*>(value)); };
    made.store = [](void* value, std::int64_t number) { *static_cast<T*>(value) = static_cast<T>(number); };
    return made;
  }
};

template <class Element>
struct Build<std::optional<Element>> {
  using T = std::optional<Element>;
  static constexpr Shape shape() {
    Shape made{.kind = Kind::optional, .element = &BuiltShape<Element>::value};
    made.add = [](void* value, std::string_view) -> void* { return &static_cast<T*>(value)->emplace(); };
    made.clear = [](void* value) { static_cast<T*>(value)->reset(); };
    made.at = [](const void* value, std::size_t) -> const void* {
      const T& self = *static_cast<const T*>(value);
      return self ? &*self : nullptr;
    };
    return made;
  }
};

template <class Element>
struct Build<std::vector<Element>> {
  using T = std::vector<Element>;
  static constexpr Shape shape() {
    Shape made{.kind = Kind::list, .element = &BuiltShape<Element>::value};
    made.add = [](void* value, std::string_view) -> void* { return &static_cast<T*>(value)->emplace_back(); };
    made.clear = [](void* value) { static_cast<T*>(value)->clear(); };
    made.at = [](const void* value, std::size_t index) -> const void* {
      const T& self = *static_cast<const T*>(value);
      return index < self.size() ? &self[index] : nullptr;
    };
    return made;
  }
};

template <class Element>
struct Build<std::map<std::string, Element>> {
  using T = std::map<std::string, Element>;
  static constexpr Shape shape() {
    Shape made{.kind = Kind::map, .element = &BuiltShape<Element>::value};
    made.add = [](void* value, std::string_view key) -> void* {
      return &(static_cast<T*>(value)->insert_or_assign(std::string{key}, Element{}).first->second);
    };
    made.clear = [](void* value) { static_cast<T*>(value)->clear(); };
    made.each = [](const void* value, void* context, EntryVisitor visit) {
      for (const auto& [key, element] : *static_cast<const T*>(value)) visit(context, key, &element);
    };
    return made;
  }
};

template <>
struct Build<bool> {
  static constexpr Shape shape() { return scalar_shape<bool>(Kind::boolean); }
};
template <>
struct Build<std::int32_t> {
  static constexpr Shape shape() { return scalar_shape<std::int32_t>(Kind::integer); }
};
template <>
struct Build<std::int64_t> {
  static constexpr Shape shape() { return scalar_shape<std::int64_t>(Kind::long_integer); }
};
template <>
struct Build<double> {
  static constexpr Shape shape() { return scalar_shape<double>(Kind::real); }
};
template <>
struct Build<std::string> {
  static constexpr Shape shape() { return scalar_shape<std::string>(Kind::text); }
};
template <>
struct Build<core::Time> {
  static constexpr Shape shape() { return scalar_shape<core::Time>(Kind::timestamp); }
};

}  // namespace detail

template <class T>
constinit const Shape BuiltShape<T>::value = detail::Build<T>::shape();

}  // namespace troupe::api::wire
