#pragma once

/// One Boost.Describe line below a struct or enum is all that the JSON codec,
/// the journal's byte codec, printing and comparison need to know of it.

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace troupe::core {

template <class T>
concept Described =
    boost::describe::has_describe_members<T>::value && !std::is_union_v<T> && std::is_class_v<T>;

template <class E>
concept DescribedEnum = std::is_enum_v<E> && boost::describe::has_describe_enumerators<E>::value;

/// The described fields of T, those of its described bases first.
template <class T>
using Fields =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
using Enumerators = boost::describe::describe_enumerators<T>;

/// Calls `visit(name, value)` for each field of `object`, in declared order.
template <class T, class Visitor>
requires Described<std::remove_const_t<T>>
void for_each_field(T& object, Visitor&& visit) {
  boost::mp11::mp_for_each<Fields<std::remove_const_t<T>>>(
      [&](auto field) { visit(std::string_view{field.name}, object.*field.pointer); });
}

/// The enumerator's name; "?" for a value outside the enum.
template <DescribedEnum E>
const char* name_of(E value) {
  return boost::describe::enum_to_string(value, "?");
}

/// The enumerator of this name; absent when there is none.
template <DescribedEnum E>
std::optional<E> enumerator_named(const std::string& name) {
  E value{};
  return boost::describe::enum_from_string(name.c_str(), value) ? std::optional{value} : std::nullopt;
}

/// Equality of all described fields.
template <Described T>
bool equal_fields(const T& left, const T& right) {
  bool same = true;
  boost::mp11::mp_for_each<Fields<T>>(
      [&](auto field) { same = same && left.*field.pointer == right.*field.pointer; });
  return same;
}

}  // namespace troupe::core
