/// PutAttributes, DeleteAttributes, ListAttributes.

#include "api/wire/attributes.hpp"
#include "actors/core/name_character.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/wire/page_token.hpp"

#include <algorithm>

namespace troupe::api::operations::attributes {
namespace {

constexpr std::size_t attributes_max = 10;
constexpr std::size_t text_max = 128;

bool is_attribute_name_character(char c) {
  return core::is_name_character(c) || std::string_view{"./\\"}.find(c) != std::string_view::npos;
}

bool is_value_character(char c) {
  return is_attribute_name_character(c) || std::string_view{"@: "}.find(c) != std::string_view::npos;
}

/// Source: ECS API Reference, "Attribute".
Refusal check_name(const std::string& name) {
  if (name.empty()) return core::invalid_parameter("Attribute name can not be blank.");
  if (name.size() > text_max) {
    return core::invalid_parameter("Attribute name cannot be longer than 128 characters.");
  }
  if (!std::ranges::all_of(name, is_attribute_name_character)) {
    return core::invalid_parameter("Attribute name contains invalid characters.");
  }
  return std::nullopt;
}

Refusal check_value(const std::string& value) {
  if (value.size() > text_max) {
    return core::invalid_parameter("Attribute value cannot be longer than 128 characters.");
  }
  const bool blank_ends = !value.empty() && (value.front() == ' ' || value.back() == ' ');
  if (blank_ends || !std::ranges::all_of(value, is_value_character)) {
    return core::invalid_parameter("Attribute value contains invalid characters.");
  }
  return std::nullopt;
}

/// Each attribute names what it belongs to; a short id needs the kind beside it.
Refusal check_target(const core::Attribute& attribute) {
  const auto target = attribute.targetId.value_or("");
  if (target.empty()) return core::invalid_parameter("Attribute targetId can not be blank.");
  if (!attribute.targetType && !target.starts_with("arn:")) {
    return core::invalid_parameter("Attribute targetType can not be blank when targetId is a short id.");
  }
  return std::nullopt;
}

Refusal check_attributes(const std::vector<core::Attribute>& attributes) {
  if (attributes.empty()) return core::invalid_parameter("Attributes cannot be empty.");
  if (auto refusal = check_at_most(attributes, attributes_max, "attributes")) return refusal;
  for (const auto& attribute : attributes) {
    if (auto refusal = check_name(attribute.name.value_or(""))) return refusal;
    if (auto refusal = check_value(attribute.value.value_or(""))) return refusal;
    if (auto refusal = check_target(attribute)) return refusal;
  }
  return std::nullopt;
}

core::Result<Question> read_put(const Call& /*call*/, const wire::PutAttributesRequest& in) {
  auto attributes = list_or_empty(in.attributes);
  if (auto refusal = check_attributes(attributes)) return *refusal;
  return ask_cluster(in.cluster, core::PutAttributes{std::move(attributes)});
}

wire::PutAttributesResponse write_put(const Call& /*call*/, const wire::PutAttributesRequest& /*in*/,
                                      const core::AttributesReply& reply) {
  return {reply.attributes};
}

core::Result<Question> read_delete(const Call& /*call*/, const wire::DeleteAttributesRequest& in) {
  auto attributes = list_or_empty(in.attributes);
  if (auto refusal = check_attributes(attributes)) return *refusal;
  return ask_cluster(in.cluster, core::DeleteAttributes{std::move(attributes)});
}

wire::DeleteAttributesResponse write_deleted(const Call& /*call*/,
                                             const wire::DeleteAttributesRequest& /*in*/,
                                             const core::AttributesReply& reply) {
  return {reply.attributes};
}

core::Result<Question> read_list(const Call& /*call*/, const wire::ListAttributesRequest& in) {
  auto page = wire::page_of(query_of("ListAttributes", in), in.nextToken, in.maxResults);
  if (!page) return std::move(page).error();
  core::ListAttributes command;
  command.target_type = in.targetType.value_or(core::TargetType::container_instance);
  command.name = in.attributeName.value_or("");
  command.value = in.attributeValue.value_or("");
  command.page = *std::move(page);
  return ask_cluster(in.cluster, std::move(command));
}

wire::ListAttributesResponse write_list(const Call& /*call*/, const wire::ListAttributesRequest& in,
                                        const core::AttributesReply& reply) {
  return {reply.attributes, wire::next_token(query_of("ListAttributes", in), reply.next)};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("PutAttributes", read_put, write_put),
          operation("DeleteAttributes", read_delete, write_deleted),
          operation("ListAttributes", read_list, write_list)};
}

}  // namespace troupe::api::operations::attributes
