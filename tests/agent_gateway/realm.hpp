#pragma once

#include "actors/core/ids.hpp"

namespace troupe::api::agent_gateway {

/// Of the captures, and so of all ARNs in these tests.
inline const core::Realm realm{"aws", "us-east-1", "123456789012"};

}  // namespace troupe::api::agent_gateway
