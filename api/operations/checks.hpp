#pragma once

/// What belongs to the request itself and is checked before the control plane is
/// asked: sizes of lists, names, tags. Each check returns the refusal, or
/// nothing when all is well; texts are AWS's own where they are known.

#include "actors/core/shapes/resources.hpp"
#include "api/operations/operation.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api::operations {

using Refusal = std::optional<core::Error>;

inline Refusal refusal_of(core::Result<void> checked) {
  return checked ? std::nullopt : Refusal{std::move(checked).error()};
}

/// "taskIds can have at most 100 items."
Refusal check_size(std::size_t size, std::size_t limit, std::string_view name);

template <class Item>
Refusal check_at_most(const std::vector<Item>& list, std::size_t limit, std::string_view name) {
  return check_size(list.size(), limit, name);
}

/// By the rules for tags, where there are some.
Refusal check_tags(const std::optional<std::vector<core::Tag>>& tags);

/// Letters, digits, '_' and '-' only: what ECS's names are made of.
bool is_plain_name(std::string_view text);

/// A name of a cluster: 1–255 of letters, digits, '_' and '-'.
Refusal check_cluster_name(std::string_view name);

/// The digest of a request for idempotency: equal for requests that mean the same,
/// whatever their spacing or order of members.
std::string digest_of(std::string_view canonical_json);

/// What a list request asks, apart from the page: the operation and its filters.
/// Page tokens are bound to it.
template <class Request>
std::string query_of(std::string_view operation, Request request) {
  request.nextToken.reset();
  request.maxResults.reset();
  return std::string{operation} + wire::encode(request);
}

template <class T>
std::vector<T> list_or_empty(const std::optional<std::vector<T>>& list) {
  return list.value_or(std::vector<T>{});
}

}  // namespace troupe::api::operations
