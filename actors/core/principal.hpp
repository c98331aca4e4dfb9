#pragma once

/// Who asks, as far as what they may ask for depends on it.
///
/// AWS decides this by IAM policies. Troupe has three kinds of callers and one rule for
/// each: whoever runs the server may do everything; the agent of a host speaks for that
/// host and the tasks placed on it; a task speaks for itself.

#include "actors/core/ids.hpp"

#include <cstdint>
#include <string>

namespace troupe::core {

enum class PrincipalKind : std::uint8_t { administrator, agent, task };

struct Principal {
  PrincipalKind kind = PrincipalKind::administrator;
  /// The key that signed. It is an agent's identity: the container instance that it
  /// registers is bound to it.
  std::string access_key;
  /// Of an agent or a task: which cluster it belongs to, as a digest of the name.
  std::string cluster_mark;
  TaskId task;  ///< Of a task.

  friend bool operator==(const Principal&, const Principal&) = default;
};

}  // namespace troupe::core
