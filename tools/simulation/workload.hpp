#pragma once

/// What people do to a cluster, drawn from a seed: they run and stop tasks, roll
/// services out, scale and delete them, drain instances. What they were promised is
/// for the referee to check.

#include "tools/simulation/referee.hpp"

#include <string>
#include <vector>

namespace troupe::simulation {

class Workload {
 public:
  /// @param seed  Of what is done; not that of the world.
  Workload(VirtualCluster& world, const Referee& referee, std::uint64_t seed);

  /// Makes the cluster and the task definitions. Waits for the answers.
  void begin();
  /// Does one thing, and does not wait.
  void act();
  /// Asks for what can be had: instances ACTIVE, services with a few tasks of
  /// images that work. Does not wait.
  void calm_down();
  /// Ends all services and tasks. Does not wait.
  void end_all();

  /// How often each thing was asked for, and how often it was answered by a refusal.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
  /// Images whose scripts may be changed.
  [[nodiscard]] const std::vector<std::string>& images() const { return images_; }
  /// How a healthy image behaves.
  [[nodiscard]] static runtime::ImageScript good_script(const std::string& image);

 private:
  void ask(const std::string& what, VirtualCluster::Command command,
           std::function<void(const core::Reply&)> then = nullptr);
  void run_tasks();
  void stop_task();
  void create_service();
  void update_service();
  void delete_service();
  void register_revision();
  void change_instance();
  void protect_task();
  [[nodiscard]] core::TaskDefinition definition(const std::string& family, const std::string& image) const;
  [[nodiscard]] std::vector<core::PlacementStrategy> draw_placement();
  [[nodiscard]] std::string draw_family();
  [[nodiscard]] const core::Service* draw_service();
  [[nodiscard]] std::vector<core::InstanceId> live_instances() const;
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return dice_.below(bound); }

  VirtualCluster& world_;
  const Referee& referee_;
  core::Dice dice_;
  std::vector<core::TaskId> known_tasks_;  ///< That a caller was told of.
  std::vector<std::string> images_;
  std::map<std::string, std::uint64_t> counts_;
  std::uint64_t last_image_ = 0;
};

}  // namespace troupe::simulation
