/// Hosts that share a process.

#include "tools/bench/agent_crowd.hpp"

#include "actors/cast.hpp"
#include "actors/timer.hpp"
#include "api/agent_client/remote_registry.hpp"
#include "runtime/simulated/simulated_runtime.hpp"
#include "runtime/simulated/timeline.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/process.hpp"

namespace troupe::tools::bench {
namespace {

using namespace api::agent_client;
using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

constexpr std::size_t crowd_actor_threads = 2;
constexpr std::size_t crowd_callers = 8;
constexpr std::chrono::seconds server_silence{75};
/// Room for hundreds of small tasks on each.
constexpr std::int64_t crowd_cpu_units = 1 << 16;
constexpr std::int64_t crowd_memory_mib = 1 << 18;

/// Counts the sessions that are open beneath an uplink.
class CountedUplink : public Uplink {
 public:
  CountedUplink(std::shared_ptr<NetworkUplink> uplink, std::shared_ptr<std::atomic<std::size_t>> open)
      : uplink_(std::move(uplink)), open_(std::move(open)) {}

  void call(std::string operation, std::string body, std::function<void(CallAnswer)> done) override {
    uplink_->call(std::move(operation), std::move(body), std::move(done));
  }

  std::shared_ptr<Link> open(const std::string& url, Framing framing, LinkHandlers handlers) override {
    const auto is_open = std::make_shared<bool>(false);
    handlers.on_open = [open = open_, is_open, then = std::move(handlers.on_open)] {
      *is_open = true;
      ++*open;
      then();
    };
    handlers.on_end = [open = open_, is_open, then = std::move(handlers.on_end)](LinkEnd why) {
      if (*is_open) --*open;
      then(std::move(why));
    };
    return uplink_->open(url, framing, std::move(handlers));
  }

 private:
  std::shared_ptr<NetworkUplink> uplink_;
  std::shared_ptr<std::atomic<std::size_t>> open_;
};

api::http::SigningIdentity signer_of_host(const Joined& joined) {
  api::http::SigningIdentity signer;
  signer.access_key = joined.access_key;
  signer.secret_key = joined.secret_key;
  signer.region = joined.region;
  return signer;
}

node::NodeOptions node_of(const Joined& joined, std::size_t number) {
  node::NodeOptions options;
  options.cluster = joined.cluster;
  options.realm = {"aws", joined.region, joined.account};
  options.host_id = "crowd-" + std::to_string(number);
  options.cpu_units = crowd_cpu_units;
  options.memory_mib = crowd_memory_mib;
  return options;
}

}  // namespace

struct AgentCrowd::Host {
  std::shared_ptr<NetworkUplink> uplink;
  RemoteParts parts;
  node::NodeOptions options;
  RemoteRegistryActor registry;
  std::optional<node::NodeHandle> node;
};

AgentCrowd::AgentCrowd() {
  configure(config_, crowd_actor_threads);
  system_ = std::make_unique<caf::actor_system>(config_);
  threads_ = std::make_shared<UplinkThreads>(crowd_callers);
  timer_ = system_->spawn<Timer>();
}

AgentCrowd::~AgentCrowd() {
  for (const auto& host : hosts_) {
    if (host->node) host->node->stop();
  }
  for (const auto& host : hosts_) {
    if (host->node) host->node->shut_down(*system_);
    if (host->registry) caf::anon_send_exit(host->registry, caf::exit_reason::user_shutdown);
    host->registry = nullptr;
    host->uplink->stop();
  }
  threads_->stop();
  hosts_.clear();
  caf::anon_send_exit(timer_, caf::exit_reason::user_shutdown);
  timer_ = nullptr;
}

Result<void> AgentCrowd::join(const Connection& server, const std::string& token, std::size_t count) {
  const auto begun = std::make_shared<BegunTasks>("");
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto go_on = unless_interrupted(); !go_on) return go_on;
    const auto joined = join_cluster(server.url, token);
    if (!joined.problem.empty()) return Failure{FailureKind::failed, joined.problem};
    auto host = std::make_unique<Host>();
    host->uplink =
        std::make_shared<NetworkUplink>(threads_, server.endpoint, signer_of_host(joined), server_silence);
    host->parts.uplink = std::make_shared<CountedUplink>(host->uplink, sessions_);
    host->parts.timer = timer_;
    host->parts.clock = wall_clock;
    host->parts.chance = chance;
    host->parts.realm = {"aws", joined.region, joined.account};
    host->parts.cluster = joined.cluster;
    host->parts.begun = begun;
    host->options = node_of(joined, hosts_.size());
    hosts_.push_back(std::move(host));
  }
  return {};
}

void AgentCrowd::connect() {
  runtime::SimulatedOptions simulated;
  simulated.timeline = runtime::Timeline::real();
  const auto executor = std::make_shared<node::InlineExecutor>();
  for (const auto& host : hosts_) {
    host->registry = spawn_remote_registry(*system_, host->parts);
    host->node.emplace(node::spawn_node(*system_, host->registry, timer_,
                                        std::make_shared<runtime::SimulatedRuntime>(simulated), host->options,
                                        wall_clock, executor));
  }
}

}  // namespace troupe::tools::bench
