#pragma once

/// Which operations each kind of caller may call at all. What they may be called on (an
/// agent's own instance, a task's own protection) is checked where that is known.

#include "actors/core/principal.hpp"
#include "actors/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::api::operations {

/// A proven caller.
struct Caller {
  std::string arn;
  core::Principal principal;
};

/// AccessDeniedException in IAM's words, or nothing when `caller` may call `operation`.
std::optional<core::Error> forbids(const Caller& caller, std::string_view operation);

/// The refusal itself, for finer rules.
core::Error access_denied(const Caller& caller, std::string_view operation, std::string_view resource = "*");

}  // namespace troupe::api::operations
