#pragma once

/// Which operations each kind of caller may call at all. AWS decides this by the policies of a
/// role; Troupe has none of them, and three sets instead:
///
///   agents                 what Amazon's container agent calls
///   a task in its role     describe, list, protect itself; when its role is an operator's, all
///                          that the account's own key may but what agents call and what lets
///                          hosts and subscribers in
///   in its execution role  nothing; ECS's own role is for pulling images and writing logs
/// What they may be called on (an
/// agent's own instance, a task's own protection) is checked where that is known.

#include "actors/core/principal.hpp"
#include "actors/core/result.hpp"
#include "actors/core/task_roles.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::api::operations {

/// A proven caller.
struct Caller {
  std::string arn;
  core::Principal principal;
  /// Of a task: in which of its roles it speaks.
  core::TaskRole role = core::TaskRole::TaskApplication;
  /// Of a task: its role is one that whoever runs the server trusts to operate the clusters.
  bool is_operator = false;
};

/// AccessDeniedException in IAM's words, or nothing when `caller` may call `operation`.
std::optional<core::Error> forbids(const Caller& caller, std::string_view operation);

/// The refusal itself, for finer rules.
core::Error access_denied(const Caller& caller, std::string_view operation, std::string_view resource = "*");

}  // namespace troupe::api::operations
