#pragma once

/// Why a task or a service stands where it does, and what one more task like it
/// would find: Troupe's own operation ExplainPlacement, which `troupe why` asks.

#include "actors/core/placement/explain.hpp"

#include <string>

namespace troupe::core {

/// One of the two is named, by id, name or ARN.
struct ExplainPlacement {
  std::string task;
  std::string service;
};

struct PlacementReply {
  std::string subject;      ///< ARN
  std::string status;       ///< "RUNNING"; of a service "2 of 6 tasks are running, 1 is pending".
  std::string reason;       ///< What is known of why; may be empty.
  Explanation explanation;  ///< What one more such task would find now.
};

}  // namespace troupe::core
