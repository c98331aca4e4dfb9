#pragma once

/// What goes wrong, drawn from a seed: at the server, its disk, the lines, the
/// hosts, their containers and the clock.

#include "tools/simulation/referee.hpp"
#include "tools/simulation/workload.hpp"

#include <map>
#include <string>

namespace troupe::simulation {

class Faults : public Watcher {
 public:
  Faults(VirtualCluster& world, Referee& referee, const Workload& workload, std::uint64_t seed);

  /// One thing goes wrong.
  void strike();
  /// Nothing more does, and what did is mended.
  void end();

  [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

  /// The server comes back after a while.
  void server_lost() override;

 private:
  void crash_server();
  void crash_server_at_a_write();
  void break_disk();
  void cut_line();
  void block_line();
  void crash_agent();
  void lose_host();
  void kill_actor();
  void end_container();
  void spoil_image();
  void slow_down();
  void step_clock();
  [[nodiscard]] SimulatedHost& draw_host();
  [[nodiscard]] core::Millis draw(core::Millis least, core::Millis most);

  VirtualCluster& world_;
  Referee& referee_;
  const Workload& workload_;
  core::Dice dice_;
  JobTimings usual_jobs_;
  std::map<std::string, std::uint64_t> counts_;
  bool ended_ = false;
};

}  // namespace troupe::simulation
