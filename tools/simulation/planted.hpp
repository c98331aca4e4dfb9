#pragma once

/// Puts a bug into a running world, at a seam: between actors, at the disk, on the
/// line, in the host. Production code has none of it.

#include "tools/simulation/chaos.hpp"
#include "tools/simulation/referee.hpp"

namespace troupe::simulation {

class Planter : public Watcher {
 public:
  Planter(VirtualCluster& world, Referee& referee, Planted bug);

  /// Tries to do the harm, where there is something to harm.
  void plant();
  void end() { bug_ = Planted::none; }

  /// Learns who is who from who is at work.
  void stepped() override;

 private:
  void release_running();
  void forget_on_host();
  void stop_a_service();
  void start_again();
  [[nodiscard]] TaskManifest shortened(const TaskManifest& manifest) const;

  VirtualCluster& world_;
  Referee& referee_;
  Planted bug_;
  caf::strong_actor_ptr scheduler_;
  caf::strong_actor_ptr cluster_;
};

}  // namespace troupe::simulation
