#pragma once

/// Watches a virtual cluster from outside and says what must never be: from what
/// becomes durable, what callers, agents and subscribers are told, and what the
/// hosts really run. It shares no code with the actors that it judges, but for the
/// layout of records.

#include "actors/core/catalog.hpp"
#include "actors/core/records/service.hpp"
#include "tools/simulation/usage.hpp"
#include "tools/simulation/virtual_cluster.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::simulation {

class Referee : public Watcher {
 public:
  explicit Referee(VirtualCluster& world);

  /// Told of each breach.
  std::function<void(const std::string&)> on_breach = [](const std::string&) {};

  /// That host lost all its containers.
  void host_lost(const std::string& host);
  /// Why it had stopped what nobody had heard of yet, is forgotten with it.
  void agent_crashed(const std::string& host);

  /// Looks at what waits and at what is to end: each needs a reason. To be called
  /// every few seconds.
  void look_at_waiting();
  /// Why the cluster has not come to rest yet; empty: every service has what it
  /// wants, and hosts run what the records say.
  [[nodiscard]] std::vector<std::string> unrest() const;
  /// What is still held although every task is to be STOPPED; empty: nothing.
  [[nodiscard]] std::vector<std::string> leftovers() const;

  [[nodiscard]] const std::unordered_map<core::TaskId, core::TaskPtr>& tasks() const { return tasks_; }
  [[nodiscard]] const std::map<core::InstanceId, core::InstancePtr>& instances() const { return instances_; }
  [[nodiscard]] const std::map<std::string, core::ServicePtr>& services() const { return services_; }
  [[nodiscard]] const Usage* usage(const core::InstanceId& id) const;
  /// Healthy tasks of a service, as ECS counts them.
  [[nodiscard]] int healthy(const std::string& service) const;
  [[nodiscard]] int running(const std::string& service) const;
  /// Tasks that were seen in all.
  [[nodiscard]] std::size_t tasks_seen() const { return tasks_seen_; }

  void durable(const runtime::WriteBatch& batch) override;
  void event(const core::EventPtr& event) override;
  void told(const core::Reply& reply) override;
  void start_sent(const core::Task& task) override;
  void stop_sent(const core::TaskId& task) override;
  void container_began(const std::string& host, const std::string& container) override;
  void server_started() override;

 private:
  struct Loss {
    core::Time at;
    core::TaskId task;
    std::string service;
  };
  struct Wish {
    core::Time at;
    std::int32_t desired = 0;
  };

  void breach(const std::string& what);

  // Records (referee.cpp).
  void take(const runtime::Write& write);
  void take_task(const std::string& key, const std::string& bytes);
  void forget_task(const std::string& key);
  void take_event(const std::string& key, const std::string& bytes);
  void compare(const core::Task& before, const core::Task& next);
  void count(const core::TaskPtr& before, const core::TaskPtr& next);
  void look_at_end(const core::Task& before, const core::Task& next);
  void judge_shown(const core::Task& task);

  // Services (referee_services.cpp).
  void take_service(const core::ServicePtr& next);
  void judge_start(const core::Task& task);
  void judge_stop(const core::Task& before, const core::Task& next);
  void note_loss(const core::Task& before, const core::Task& next);
  [[nodiscard]] bool is_healthy(const core::Task& task) const;
  [[nodiscard]] bool is_rolling(const core::Service& service) const;
  [[nodiscard]] std::vector<std::string> unrest_of(const core::Service& service) const;

  // Hosts (referee_hosts.cpp).
  [[nodiscard]] SimulatedHost* host_of(const core::InstanceId& id) const;
  [[nodiscard]] bool has_excuse(const core::Task& task) const;

  VirtualCluster& world_;
  core::Catalog catalog_;
  std::unordered_map<core::TaskId, core::TaskPtr> tasks_;
  std::set<core::TaskId> forgotten_;
  std::map<core::InstanceId, core::InstancePtr> instances_;
  std::map<core::InstanceId, Usage> usage_;
  std::map<std::string, core::ServicePtr> services_;
  std::map<std::string, std::set<core::TaskId>> tasks_of_;  ///< By service; not STOPPED.
  std::map<std::string, std::deque<Wish>> wishes_;          ///< By service, recent ones.
  std::deque<Loss> losses_;                                 ///< Not by our own act, recent ones.
  std::map<std::string, std::size_t> contents_;             ///< Digests of what is durable, by key.
  std::uint64_t last_sequence_ = 0;
  std::unordered_map<core::TaskId, std::int64_t> event_versions_;
  std::map<std::string, core::Time> crashed_at_;           ///< The last time, by host.
  std::map<std::string, std::set<std::string>> began_on_;  ///< Hosts, by container.
  std::unordered_map<core::TaskId, core::Time> excused_at_;
  std::size_t tasks_seen_ = 0;
};

}  // namespace troupe::simulation
