#pragma once

/// One decision on a service while it is being made: reads see what the
/// decision has already changed, and the records are copied only when something
/// does change.

#include "actors/core/service/service.hpp"

#include <string>

namespace troupe::core {

class Draft {
 public:
  Draft(const ServiceState& state, const Stamp& stamp);

  [[nodiscard]] const Service& service() const { return edited_ ? *edited_ : *state_.service; }
  [[nodiscard]] Service& edit();
  /// A service that was not there.
  void create(Service service) { edited_ = std::move(service); }

  /// The deployment of the service with this id; it must exist.
  [[nodiscard]] Deployment& edit_deployment(std::uint64_t id);
  [[nodiscard]] const Deployment* primary() const;

  /// Null when it is not known.
  [[nodiscard]] const ServiceDeployment* history(const std::string& id) const;
  /// To be changed; it must exist.
  [[nodiscard]] ServiceDeployment& edit_history(const std::string& id);
  void add_history(ServiceDeployment deployment);

  /// Null when it is not known.
  [[nodiscard]] const ServiceRevision* revision(std::uint64_t number) const;
  void add_revision(ServiceRevision revision);

  /// A message in the service's own list.
  void say(const std::string& text);
  /// The same, unless it was said within `within`. True when it was said.
  bool say_once(const std::string& text, Millis within);
  /// For the event stream; name and cluster are filled in.
  void tell(ServiceAction action);
  void tell(DeploymentStateChange change);

  [[nodiscard]] Time time() const { return stamp_.now; }
  [[nodiscard]] Dice& dice() { return dice_; }

  /// What changed. Records that are as before are not in it.
  [[nodiscard]] ServiceChange finish();

 private:
  const ServiceState& state_;
  Stamp stamp_;
  Dice dice_;
  std::optional<Service> edited_;
  std::map<std::string, ServiceDeployment> histories_;
  std::vector<ServiceRevisionPtr> revisions_;
  std::vector<ServiceEventBody> events_;
};

}  // namespace troupe::core
