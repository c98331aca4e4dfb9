#pragma once

/// Events as the world is told them: EventBridge's ECS shapes, and Troupe's
/// sequence number beside them.
///
/// Source: ECS Developer Guide, "Amazon ECS events". Details are the objects of
/// DescribeTasks and DescribeContainerInstances with ISO 8601 times, `updatedAt`,
/// and attachments of type `eni`; tags are left out, as AWS leaves them out.

#include "actors/core/events.hpp"
#include "actors/core/ids.hpp"

#include <string>

namespace troupe::api::stream {

/// Appends the event as one JSON object.
void append_event(const core::Realm& realm, const core::SequencedEvent& event, std::string& out);

}  // namespace troupe::api::stream
