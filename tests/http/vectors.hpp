#pragma once

/// Published signature vectors, read from the folder that the environment
/// variable TROUPE_SHARED names.

#include "api/http/message.hpp"

#include <string>
#include <vector>

namespace troupe::api::http::support {

struct Vector {
  std::string name;
  Request request;
  Request signed_request;
  std::string canonical_request;
  std::string authorization;
  std::string region;
};

/// AWS's own suite; empty when it is not there.
std::vector<Vector> published_vectors();
/// Requests to ECS as botocore signs them; empty when they are not there.
std::vector<Vector> ecs_vectors();

}  // namespace troupe::api::http::support
