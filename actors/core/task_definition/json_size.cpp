/// The generic walk that measures a described value as JSON.

#include "actors/core/task_definition/json_size.hpp"

#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/task_definition.hpp"

namespace troupe::core {
namespace {

std::size_t size_of(const std::string& text) {
  std::size_t bytes = 2;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f') {
      bytes += 2;
    } else {
      bytes += byte < 0x20 ? 6 : 1;
    }
  }
  return bytes;
}
std::size_t size_of(bool value) {
  return value ? 4 : 5;
}
std::size_t size_of(std::int32_t value) {
  return std::to_string(value).size();
}
std::size_t size_of(Time time) {
  return std::to_string(to_epoch_ms(time)).size() + 1;
}
template <DescribedEnum E>
std::size_t size_of(E value) {
  return std::string_view{name_of(value)}.size() + 2;
}
template <Described T>
std::size_t size_of(const T& value);

template <class T>
std::size_t size_of(const std::vector<T>& list) {
  std::size_t bytes = 2;
  for (const T& element : list) bytes += size_of(element) + 1;
  return list.empty() ? bytes : bytes - 1;
}
std::size_t size_of(const std::map<std::string, std::string>& map) {
  std::size_t bytes = 2;
  for (const auto& [key, value] : map) bytes += size_of(key) + 1 + size_of(value) + 1;
  return map.empty() ? bytes : bytes - 1;
}

template <Described T>
std::size_t size_of(const T& value) {
  std::size_t bytes = 2;
  bool any = false;
  boost::mp11::mp_for_each<Fields<T>>([&](auto field) {
    const auto& member = value.*field.pointer;
    if (!member) return;
    const std::string_view name = field.name;
    const std::size_t quotes = name.ends_with('_') ? 1 : 2;  // namespace_ is "namespace" on the wire
    bytes += name.size() + quotes + 1 + size_of(*member) + (any ? 1 : 0);
    any = true;
  });
  return bytes;
}

}  // namespace

std::size_t json_size(const TaskDefinition& definition) {
  return size_of(definition);
}
std::size_t json_size(const TaskOverride& overrides) {
  return size_of(overrides);
}

}  // namespace troupe::core
