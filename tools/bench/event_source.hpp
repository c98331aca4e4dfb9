#pragma once

/// A whole control plane with its HTTP server and event gateway in this process,
/// on a real journal, and a simulated host whose tasks end as soon as they run:
/// each task is a handful of real events.

#include "actors/cast.hpp"
#include "actors/node/cast_node.hpp"
#include "api/http/client.hpp"
#include "api/http/server.hpp"
#include "api/stream/gateway.hpp"
#include "tools/bench/commit_times.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <memory>
#include <string>

namespace troupe::tools::bench {

class EventSource {
 public:
  /// Ready to run tasks of the cluster `default` when it returns.
  static runtime::Result<std::unique_ptr<EventSource>> start(const std::string& data);
  ~EventSource();
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;

  [[nodiscard]] const api::http::Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] const CommitTimes& times() const { return *times_; }
  /// Events that one task makes, as counted at the start.
  [[nodiscard]] std::uint64_t events_of_a_task() const { return events_of_a_task_; }

  /// Asks for one task, and does not wait for the answer.
  void run_task();
  /// Waits until no event has come for a while; false when they never end.
  [[nodiscard]] bool settle() const;

 private:
  EventSource();
  runtime::Result<void> start_plane(const std::string& data);
  runtime::Result<void> start_edge();
  runtime::Result<void> start_host();

  std::shared_ptr<CommitTimes> times_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  ControlPlane plane_;
  bool plane_runs_ = false;
  api::stream::GatewayActor gateway_actor_;
  std::unique_ptr<api::stream::EventGateway> gateway_;
  std::unique_ptr<api::http::Server> server_;
  std::optional<node::NodeHandle> node_;
  api::http::Endpoint endpoint_;
  std::shared_ptr<const core::ClusterCommand> run_task_;
  std::uint64_t events_of_a_task_ = 0;
};

}  // namespace troupe::tools::bench
