/// Traffic without a load balancer.

#include "actors/control/direct_traffic.hpp"

namespace troupe::control {

DirectTraffic::behavior_type DirectTraffic::make_behavior() {
  return {
      [](const MoveTraffic& ask) {
        const auto& shift = ask.shift;
        return core::TrafficShifted{shift.service_deployment, shift.kind, shift.percent};
      },
  };
}

}  // namespace troupe::control
