#pragma once

/// The ways in which an instant is written: a number for the API, ISO-8601 text for events.

#include "actors/core/time.hpp"

#include <string>

namespace troupe::api::wire {

/// Appends seconds since the epoch with three decimals: 1619952106.055.
void write_epoch_seconds(core::Time time, std::string& out);

/// "2026-01-15T08:09:10.123Z", as in the detail of EventBridge's ECS events.
std::string iso_millis(core::Time time);

/// "2026-01-15T08:09:10Z", as in the `time` of an event's envelope.
std::string iso_seconds(core::Time time);

}  // namespace troupe::api::wire
