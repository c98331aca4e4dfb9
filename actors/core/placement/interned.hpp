#pragma once

/// Values that many hold, kept once and named by small numbers.
///
/// A hundred thousand tasks share a few sizes and groups; numbers make their
/// reservations small and their comparison free. A number is used again after its
/// last holder released it; the generation tells the two apart.

#include <cassert>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace troupe::core {

template <class T, class Hash = std::hash<T>>
class Interned {
 public:
  using Number = std::uint32_t;

  /// The number of an equal value, new when there is none. Each call needs its `release`.
  Number acquire(const T& value) {
    const auto [entry, fresh] = numbers_.try_emplace(value, 0);
    if (fresh) {
      entry->second = take_number();
      values_[entry->second] = {value, 0, values_[entry->second].generation + 1};
    }
    ++values_[entry->second].holders;
    return entry->second;
  }
  void acquire(Number number) { ++values_[number].holders; }

  /// True when nobody holds it any more.
  bool release(Number number) {
    assert(values_[number].holders > 0);
    if (--values_[number].holders > 0) return false;
    numbers_.erase(values_[number].value);
    values_[number].value = T{};
    unused_.push_back(number);
    return true;
  }

  [[nodiscard]] std::optional<Number> find(const T& value) const {
    const auto found = numbers_.find(value);
    return found == numbers_.end() ? std::nullopt : std::optional<Number>{found->second};
  }
  const T& operator[](Number number) const { return values_[number].value; }
  [[nodiscard]] std::uint32_t generation(Number number) const { return values_[number].generation; }
  /// Values that are held.
  [[nodiscard]] std::size_t size() const { return numbers_.size(); }

 private:
  struct Held {
    T value{};
    std::uint32_t holders = 0;
    std::uint32_t generation = 0;
  };

  Number take_number() {
    if (unused_.empty()) {
      values_.emplace_back();
      return static_cast<Number>(values_.size() - 1);
    }
    const auto number = unused_.back();
    unused_.pop_back();
    return number;
  }

  std::unordered_map<T, Number, Hash> numbers_;
  std::vector<Held> values_;
  std::vector<Number> unused_;
};

}  // namespace troupe::core
