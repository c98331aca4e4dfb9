#pragma once

/// Many hosts in this process, each as `troupe agent` has it: its own key, agent, engine and
/// simulated runtime, and two WebSockets to a server elsewhere. They share threads, and nothing
/// else.

#include "actors/node/cast_node.hpp"
#include "api/agent_client/network_uplink.hpp"
#include "runtime/result.hpp"
#include "tools/connection.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <memory>
#include <vector>

namespace troupe::tools::bench {

class AgentCrowd {
 public:
  AgentCrowd();
  ~AgentCrowd();
  AgentCrowd(const AgentCrowd&) = delete;
  AgentCrowd& operator=(const AgentCrowd&) = delete;

  /// Lets `count` hosts in, one after another, each with a key of its own. They connect at
  /// connect().
  runtime::Result<void> join(const Connection& server, const std::string& token, std::size_t count);
  /// All begin at once.
  void connect();
  /// Sessions that are open, for work and for telemetry: two for each agent.
  [[nodiscard]] std::size_t sessions() const { return *sessions_; }

 private:
  struct Host;

  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::shared_ptr<api::agent_client::UplinkThreads> threads_;
  std::shared_ptr<std::atomic<std::size_t>> sessions_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::vector<std::unique_ptr<Host>> hosts_;
  TimerActor timer_;
};

}  // namespace troupe::tools::bench
