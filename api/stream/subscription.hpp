#pragma once

/// What a client of the event stream asks for, and whether it may: the query of
/// its handshake, its Origin, and which events its filter lets pass.

#include "actors/core/ids.hpp"
#include "actors/messages.hpp"
#include "api/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::stream {

struct Subscription {
  std::optional<std::uint64_t> from;  ///< Absent: begin with a snapshot.
  EventFilter filter;

  /// Equal for filters that let the same events pass by the same words.
  [[nodiscard]] std::string channel() const;
};

/// Reads `from`, `cluster`, `service`, `group`, `task` and `detail-type`; each but
/// `from` is a list with commas, clusters and tasks may be ARNs. The error is
/// InvalidParameterException.
http::Result<Subscription> parse_subscription(const core::Realm& realm, const http::Request& request);

/// Which web pages may connect. A client without Origin is no browser and passes.
struct OriginPolicy {
  /// "https://board.example:8443"; "*" is any. Empty: pages of this machine, and
  /// pages that this server itself has served.
  std::vector<std::string> allowed;
  /// A page served under our own name is ours only if names cannot be made to
  /// point here by others, so not where anybody is believed.
  bool trust_same_origin = true;
};

/// AccessDeniedException (403) for a page that may not.
http::Result<void> check_origin(const OriginPolicy& policy, const http::Request& request);

bool passes(const EventFilter& filter, const core::EventBody& body);

}  // namespace troupe::api::stream
