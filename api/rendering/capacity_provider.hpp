#pragma once

/// Capacity providers as ECS shows them.
///
/// Source: ECS API Reference, "CapacityProvider".

#include "actors/core/ids.hpp"
#include "actors/core/records/capacity_provider.hpp"
#include "api/wire/capacity_providers.hpp"

namespace troupe::api::rendering {

/// Members that a caller gets only when asked for. `tags` stays `[]` otherwise.
struct CapacityProviderDetail {
  bool tags = false;
};

wire::CapacityProvider capacity_provider(const core::Realm& realm, const core::CapacityProvider& record,
                                         CapacityProviderDetail detail);

}  // namespace troupe::api::rendering
