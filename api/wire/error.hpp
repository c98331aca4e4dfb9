#pragma once

/// A refusal as the client sees it: an HTTP status and AWS JSON 1.1's error envelope.
///
/// Source: ECS API Reference, "Common Errors". Every refusal that the caller caused is a
/// 400, not-found, access denied and throttling included; only ServerException is a 500.

#include "actors/core/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::api::wire {

struct ErrorAnswer {
  unsigned status = 400;
  std::string body;
};

ErrorAnswer error_answer(const core::Error& error);

/// The answer to a body of more than `limit` bytes, 413: it is refused before it is read,
/// and so belongs to no operation.
ErrorAnswer body_too_large(std::size_t limit);

/// `{"__type":"…","message":"…"}`, for the exceptions of AWS's front door that the core
/// does not know: signatures, tokens.
std::string error_body(std::string_view exception, std::string_view message);

}  // namespace troupe::api::wire
