#pragma once

/// The description of a live cluster, taken from its API, and the steps that answer
/// "what would happen if".

#include "tools/connection.hpp"

#include <string>
#include <vector>

namespace troupe::tools::simulate {

/// What is to be tried on the copy; all at once, once it has come to rest.
struct WhatIf {
  std::vector<std::string> deploy;     ///< SERVICE=IMAGE, of its first container.
  std::vector<std::string> scale;      ///< SERVICE=COUNT
  std::vector<std::string> drain;      ///< Instances, by id, ARN or host.
  std::vector<std::string> lose_zone;  ///< Availability zones.
};

struct TakenDescription {
  std::string json;     ///< As a FILE of `troupe simulate`.
  std::string problem;  ///< Not empty: it could not be taken, and why.
};

/// @param cluster  Its name.
TakenDescription take_description(const Connection& server, const std::string& cluster,
                                  const WhatIf& what_if);

}  // namespace troupe::tools::simulate
