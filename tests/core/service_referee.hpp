#pragma once

/// Watches every plan of a service's world, and says what breaks the limits of the
/// service, counted by the letter of ECS and apart from how reconcile counts.

#include "tests/core/service_world.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::core::service_test {

/// Starts above maximumPercent, stops below minimumHealthyPercent; empty: none.
std::vector<std::string> breaches_of_limits(const ServiceWorld& world, const Plan& plan);

/// Tasks that stand where the service's distinctInstance does not let them, or
/// outside `zone` when it is not empty.
std::vector<std::string> breaches_of_constraints(const ServiceWorld& world, const std::string& zone);

class Referee {
 public:
  explicit Referee(ServiceWorld& world);

  std::string zone;  ///< The one that a memberOf names; empty: none.
  std::int64_t plans = 0;
  std::int64_t starts = 0;
  std::int64_t stops = 0;
  std::vector<std::string> breaches;

 private:
  void judge(const Plan& plan);

  ServiceWorld& world_;
};

}  // namespace troupe::core::service_test
