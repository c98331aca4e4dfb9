#pragma once

/// What is known of a task or a service, and what the scheduler would be asked
/// for one more task like it.

#include "actors/core/ids.hpp"
#include "actors/core/placement_commands.hpp"
#include "actors/core/service_queries.hpp"
#include "actors/core/stamp.hpp"

#include <vector>

namespace troupe::core {

struct PlacementQuestion {
  PlacementReply known;  ///< Without its explanation.
  PlacementRequest request;
};

/// As its launch asked: with the constraints of the call and of the definition. Those of its service are not
/// known here.
PlacementQuestion question_about(const Realm& realm, const Task& task);

/// Of its newest deployment; a service without one (EXTERNAL) is refused.
Result<PlacementQuestion> question_about(const Realm& realm, const ServiceEntry& entry,
                                         const std::vector<TaskPtr>& tasks, const Stamp& stamp);

}  // namespace troupe::core
