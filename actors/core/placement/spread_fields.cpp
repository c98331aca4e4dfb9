/// Values of attributes.

#include "actors/core/placement/spread_fields.hpp"

#include <algorithm>

namespace troupe::core {

FieldNumber SpreadFields::number_of(const std::string& attribute) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].attribute == attribute) return static_cast<FieldNumber>(i);
  }
  fields_.emplace_back().attribute = attribute;
  return static_cast<FieldNumber>(fields_.size() - 1);
}

bool SpreadFields::put(Field& field, Slot slot, const ContainerInstance& record) {
  const auto* attribute = find_attribute(record, field.attribute);
  const auto text = attribute != nullptr ? attribute->value.value_or("") : std::string{};
  const auto [entry, fresh] = field.numbers.try_emplace(text, static_cast<ValueNumber>(field.members.size()));
  if (fresh) field.members.emplace_back();
  if (field.values.size() <= slot) field.values.resize(slot + 1, absent);
  if (field.values[slot] == entry->second) return false;
  erase(field, slot);
  field.values[slot] = entry->second;
  field.members[entry->second].push_back(slot);
  return true;
}

void SpreadFields::erase(Field& field, Slot slot) {
  if (slot >= field.values.size() || field.values[slot] == absent) return;
  auto& members = field.members[field.values[slot]];
  members.erase(std::find(members.begin(), members.end(), slot));
  field.values[slot] = absent;
}

bool SpreadFields::put(Slot slot, const ContainerInstance& record) {
  bool changed = false;
  for (auto& field : fields_) changed = put(field, slot, record) || changed;
  return changed;
}

void SpreadFields::put(FieldNumber field, Slot slot, const ContainerInstance& record) {
  put(fields_[field], slot, record);
}

void SpreadFields::erase(Slot slot) {
  for (auto& field : fields_) erase(field, slot);
}

}  // namespace troupe::core
