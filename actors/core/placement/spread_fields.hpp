#pragma once

/// What strategies spread over: for each attribute that was ever asked for, the
/// value of every instance and the instances of every value.

#include "actors/core/records/container_instance.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::core {

/// An instance's place in dense arrays; used again after the instance left.
using Slot = std::uint32_t;
using FieldNumber = std::uint32_t;
using ValueNumber = std::uint32_t;

/// Instances without the attribute have the value "", as one place of their own.
class SpreadFields {
 public:
  /// Its number; a new field is empty until `put` was called for every instance.
  FieldNumber number_of(const std::string& attribute);
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

  /// Takes the values of an instance from its record. True when one is other than before.
  bool put(Slot slot, const ContainerInstance& record);
  void put(FieldNumber field, Slot slot, const ContainerInstance& record);
  void erase(Slot slot);

  [[nodiscard]] ValueNumber value(FieldNumber field, Slot slot) const { return fields_[field].values[slot]; }
  [[nodiscard]] const std::vector<Slot>& members(FieldNumber field, ValueNumber value) const {
    return fields_[field].members[value];
  }
  /// Values ever seen.
  [[nodiscard]] std::size_t values(FieldNumber field) const { return fields_[field].members.size(); }

 private:
  static constexpr ValueNumber absent = 0xFFFFFFFF;
  struct Field {
    std::string attribute;
    std::unordered_map<std::string, ValueNumber> numbers;
    std::vector<ValueNumber> values;         ///< By slot.
    std::vector<std::vector<Slot>> members;  ///< By value.
  };
  static bool put(Field& field, Slot slot, const ContainerInstance& record);
  static void erase(Field& field, Slot slot);

  std::vector<Field> fields_;
};

}  // namespace troupe::core
