/// Operations on container instances.

#include "actors/core/instance_operations.hpp"

#include "actors/core/name_character.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

constexpr std::size_t instances_max = 10;
constexpr std::size_t attributes_max = 10;  ///< In one call, and custom ones of one instance.

ContainerInstance next_version(const ContainerInstance& known, Time now) {
  auto next = known;
  ++next.version;
  next.updated_at = now;
  return next;
}

Result<void> check_attribute(const Attribute& attribute) {
  const auto name_character = [](char c) {
    return is_name_character(c) || c == '.' || c == '/' || c == '\\';
  };
  const auto value_character = [&](char c) { return name_character(c) || c == '@' || c == ':' || c == ' '; };
  const auto name = attribute.name.value_or("");
  if (name.empty() || name.size() > 128 || !std::ranges::all_of(name, name_character)) {
    return invalid_parameter("Invalid attribute name: " + name);
  }
  const auto value = attribute.value.value_or("");
  const bool padded = !value.empty() && (value.front() == ' ' || value.back() == ' ');
  if (value.size() > 128 || padded || !std::ranges::all_of(value, value_character)) {
    return invalid_parameter("Invalid attribute value: " + value);
  }
  return {};
}

}  // namespace

Result<void> check(const UpdateContainerInstancesState& command) {
  if (command.instances.empty()) return invalid_parameter("Container instances cannot be empty.");
  if (command.instances.size() > instances_max) {
    return invalid_parameter("Container instances cannot have more than 10 elements.");
  }
  if (command.status != InstanceStatus::ACTIVE && command.status != InstanceStatus::DRAINING) {
    return invalid_parameter("Container instance status should be one of [ACTIVE, DRAINING]");
  }
  return {};
}

Result<ContainerInstance> set_status(const ContainerInstance& known, InstanceStatus status,
                                     const Stamp& stamp) {
  if (known.status != InstanceStatus::ACTIVE && known.status != InstanceStatus::DRAINING) {
    return invalid_parameter("INACTIVE");
  }
  if (known.status == status) return known;
  auto next = next_version(known, stamp.now);
  next.status = status;
  return next;
}

Result<ContainerInstance> deregister(const ContainerInstance& known, bool has_tasks, bool force,
                                     const Stamp& stamp) {
  if (known.status == InstanceStatus::INACTIVE) return known;
  if (has_tasks && !force) return invalid_parameter("Found running tasks on the instance.");
  auto next = next_version(known, stamp.now);
  next.status = InstanceStatus::INACTIVE;
  next.agent_connected = false;
  return next;
}

Result<AttributesByInstance> sort_by_target(const Realm& realm, const std::string& cluster,
                                            const InstanceMap& instances,
                                            const std::vector<Attribute>& attributes) {
  if (attributes.empty()) return invalid_parameter("Attributes cannot be empty.");
  if (attributes.size() > attributes_max) {
    return invalid_parameter("Attributes cannot have more than 10 elements.");
  }
  AttributesByInstance sorted;
  for (const auto& attribute : attributes) {
    if (auto ok = check_attribute(attribute); !ok) return ok.error();
    const auto target = attribute.targetId.value_or("");
    if (target.empty()) return invalid_parameter("targetId can not be blank.");
    if (!target.starts_with("arn:") && !attribute.targetType) {
      return invalid_parameter("targetType can not be blank when targetId is not an ARN.");
    }
    const auto id = find_instance_id(realm, cluster, target);
    if (!id) return id.error();
    const auto found = *id ? instances.find(**id) : instances.end();
    if (found == instances.end() || found->second->status == InstanceStatus::INACTIVE ||
        is_managed(*found->second)) {
      return Error{ErrorCode::target_not_found, "The specified target was not found."};
    }
    sorted[**id].push_back(attribute);
  }
  return sorted;
}

Result<ContainerInstance> put_attributes(const ContainerInstance& known,
                                         const std::vector<Attribute>& attributes, const Stamp& stamp) {
  auto next = next_version(known, stamp.now);
  for (const auto& attribute : attributes) {
    const auto same = std::ranges::find_if(
        next.attributes, [&](const Attribute& each) { return each.name == attribute.name; });
    auto& kept = same == next.attributes.end() ? next.attributes.emplace_back() : *same;
    kept.name = attribute.name;
    kept.value = attribute.value;
  }
  const auto custom = std::ranges::count_if(next.attributes, is_custom);
  if (custom > static_cast<std::ptrdiff_t>(attributes_max)) {
    return Error{ErrorCode::attribute_limit_exceeded,
                 "You can apply up to 10 custom attributes for each resource."};
  }
  if (next.attributes == known.attributes) return known;
  take_provider(next);
  return next;
}

Result<ContainerInstance> delete_attributes(const ContainerInstance& known,
                                            const std::vector<Attribute>& attributes, const Stamp& stamp) {
  auto next = next_version(known, stamp.now);
  for (const auto& attribute : attributes) {
    std::erase_if(next.attributes, [&](const Attribute& each) {
      return each.name == attribute.name && (!attribute.value || each.value == attribute.value);
    });
  }
  if (next.attributes == known.attributes) return known;
  take_provider(next);
  return next;
}

AttributesReply list_attributes(const Realm& realm, const std::string& cluster, const InstanceMap& instances,
                                const ListAttributes& query) {
  std::map<std::string, Attribute> found;
  for (const auto& [id, instance] : instances) {
    if (instance->status == InstanceStatus::INACTIVE || is_managed(*instance)) continue;
    for (const auto& attribute : instance->attributes) {
      if (!query.name.empty() && attribute.name != query.name) continue;
      if (!query.value.empty() && attribute.value != query.value) continue;
      auto& shown = found[to_string(id) + "/" + *attribute.name];
      shown = attribute;
      shown.targetType = TargetType::container_instance;
      shown.targetId = instance_arn(realm, cluster, id);
    }
  }
  AttributesReply reply;
  std::string last;
  for (auto it = found.upper_bound(query.page.after); it != found.end(); ++it) {
    if (reply.attributes.size() == query.page.limit) {
      reply.next = last;
      break;
    }
    last = it->first;
    reply.attributes.push_back(std::move(it->second));
  }
  return reply;
}

}  // namespace troupe::core
