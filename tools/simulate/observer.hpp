#pragma once

/// Takes notes for the report while a description is played.

#include "tools/simulate/report.hpp"
#include "tools/simulation/referee.hpp"
#include "tools/simulation/virtual_cluster.hpp"

#include <map>
#include <string>

namespace troupe::tools::simulate {

class Observer : public simulation::Watcher {
 public:
  Observer(simulation::VirtualCluster& world, const simulation::Referee& referee, Report& report);

  /// Since the start.
  [[nodiscard]] core::Millis now() const;
  [[nodiscard]] core::Time begun() const { return begun_; }

  void note(Happening::Kind kind, const std::string& subject, const std::string& text);
  /// Adds the state of this moment to the report.
  void sample();
  /// From here on the lowest counts of services are counted, and from no moment before.
  void begin_count();
  /// Fills in what is known at the end.
  void finish();

  /// A task of this group found no place.
  void count_refusal(const std::string& group, const std::string& reason);

  void event(const core::EventPtr& event) override;

 private:
  void take_task(const core::Task& task);
  void take_messages(const core::Service& service);
  void count_service(const core::Service& service);
  void finish_services();
  void finish_instances();

  simulation::VirtualCluster& world_;
  const simulation::Referee& referee_;
  Report& report_;
  core::Time begun_;
  std::map<std::string, ServiceFigures> services_;
  std::map<std::pair<std::string, std::string>, Refusals> refusals_;
  std::map<std::string, std::string> last_messages_;  ///< Ids, by service.
};

}  // namespace troupe::tools::simulate
