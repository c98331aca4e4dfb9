#pragma once

/// Pages of a list: `maxResults` and `nextToken` as the core's Page, and back.
///
/// A token is opaque: base64url of a digest and of the key where the page ended. The digest
/// covers the query, so that a token of another query, or one that was changed on the way,
/// is refused. A token is no secret and grants nothing: whoever has it may list anyway.
///
/// Source: ECS API Reference, `nextToken` and `maxResults` of the List actions.

#include "actors/core/page.hpp"
#include "actors/core/result.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api::wire {

/// How many items an operation lists at once.
struct PageLimits {
  std::int32_t usual = 100;  ///< Without maxResults.
  std::int32_t most = 100;   ///< The greatest maxResults.
};

/// @param query  Names the operation and its filters; equal for requests that page through
///               the same list.
std::string encode_page_token(std::string_view query, std::string_view after);

/// The key that the token holds. InvalidParameterException "Invalid token" for any other token.
core::Result<std::string> decode_page_token(std::string_view query, std::string_view token);

/// What to list. InvalidParameterException for a foreign token or a maxResults outside
/// 1–`limits.most`. An empty token counts as none.
core::Result<core::Page> page_of(std::string_view query, const std::optional<std::string>& next_token,
                                 const std::optional<std::int32_t>& max_results, PageLimits limits = {});

/// The nextToken of an answer; absent on the last page.
std::optional<std::string> next_token(std::string_view query, const std::optional<std::string>& next);

/// One page of a list, and the key it ended at unless it is the last.
template <class Item>
struct Paged {
  std::vector<Item> items;
  std::optional<std::string> next;
};

/// The page of `sorted`, which is ascending by `key`. The page goes on behind `page.after`
/// even when that item is gone by now.
template <std::ranges::random_access_range Range, class Key = std::identity>
Paged<std::ranges::range_value_t<Range>> paginate(const Range& sorted, const core::Page& page, Key key = {}) {
  const auto first = page.after.empty()
                         ? std::ranges::begin(sorted)
                         : std::ranges::upper_bound(sorted, page.after, std::ranges::less{}, key);
  const auto rest = static_cast<std::size_t>(std::ranges::end(sorted) - first);
  const auto count = static_cast<std::ranges::range_difference_t<Range>>(std::min(rest, page.limit));
  Paged<std::ranges::range_value_t<Range>> paged{{first, first + count}, std::nullopt};
  if (rest > page.limit && count > 0) paged.next = std::string{std::invoke(key, first[count - 1])};
  return paged;
}

}  // namespace troupe::api::wire
