#pragma once

/// Reading the members of ECS's shapes, all of which may be absent: an absent
/// list reads as empty, an absent text as "".

#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

/// The elements of a list; none when it is absent.
template <class T>
const std::vector<T>& items(const std::optional<std::vector<T>>& list) {
  static const std::vector<T> none;
  return list ? *list : none;
}

/// The text; "" when it is absent.
inline const std::string& text(const std::optional<std::string>& member) {
  static const std::string none;
  return member ? *member : none;
}

/// True only when the member is there and true.
inline bool is_set(const std::optional<bool>& member) {
  return member.value_or(false);
}

}  // namespace troupe::core
