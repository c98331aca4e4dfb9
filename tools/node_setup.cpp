/// The first steps of a start.

#include "tools/node_setup.hpp"

#include <caf/all.hpp>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

namespace troupe::tools {
namespace {

/// "name=value", or "name" alone.
core::Attribute attribute_of(const std::string& text) {
  const auto equals = text.find('=');
  core::Attribute attribute;
  attribute.name = text.substr(0, equals);
  if (equals != std::string::npos) attribute.value = text.substr(equals + 1);
  return attribute;
}

/// Counts connected instances from events, on the event stream's thread. The
/// snapshot comes by another way, and may come after events that follow it.
class AgentCount {
 public:
  void take(const std::vector<core::EventPtr>& events) {
    const std::lock_guard lock{mutex_};
    for (const auto& event : events) {
      const auto* change = std::get_if<core::InstanceStateChange>(&event->event.body);
      if (change == nullptr) continue;
      auto& known = versions_[change->instance->id];
      if (change->instance->version < known) continue;
      known = change->instance->version;
      if (change->instance->agent_connected) {
        connected_.insert(change->instance->id);
      } else {
        connected_.erase(change->instance->id);
      }
    }
    changed_.notify_all();
  }

  bool wait(std::size_t count, std::chrono::seconds deadline) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, deadline, [&] { return connected_.size() >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<core::InstanceId> connected_;
  std::map<core::InstanceId, std::int64_t> versions_;
};

}  // namespace

node::NodeOptions node_options(const config::Options& options, unsigned node) {
  node::NodeOptions made;
  made.cluster = options.cluster;
  made.realm = {"aws", options.region, options.account};
  made.availability_zone = options.availability_zone;
  made.data_directory = options.data + "/node";
  made.capacity = core::enumerator_named<core::CapacityUse>(options.capacity).value_or(made.capacity);
  made.usage_interval = std::chrono::seconds{options.usage_seconds};
  if (options.instances > 1) {
    made.host_id = "simulated-" + std::to_string(node);
    made.data_directory += "-" + std::to_string(node);
    made.workers = 1;
    made.sample_workers = 0;
  }
  for (const auto& text : options.attributes) made.attributes.push_back(attribute_of(text));
  for (const auto& login : options.registry_logins) {
    const auto equals = login.find('=');
    const auto colon = login.find(':', equals);
    made.registry_logins.push_back(
        {login.substr(0, equals),
         {login.substr(equals + 1, colon - equals - 1), runtime::Secret{login.substr(colon + 1)}}});
  }
  return made;
}

std::string ensure_cluster(caf::actor_system& system, const RegistryActor& registry,
                           const std::string& name) {
  caf::scoped_actor self{system};
  std::string problem;
  auto create = std::make_shared<const core::ClusterCommand>(core::CreateCluster{});
  self->request(registry, caf::infinite, AskCluster{name, std::move(create)})
      .receive(
          [&](const Answer& reply) {
            if (!*reply) problem = reply->error().message;
          },
          [&](const caf::error& why) { problem = system.render(why); });
  return problem;
}

std::string wait_for_agents(const EventStreamActor& events, std::size_t count,
                            std::chrono::seconds deadline) {
  const auto agents = std::make_shared<AgentCount>();
  auto sink = std::make_shared<const EventSink>([agents](const std::vector<core::EventPtr>& news) {
    agents->take(news);
    return true;
  });
  auto& system = events->home_system();
  caf::scoped_actor self{system};
  std::uint64_t subscription = 0;
  EventFilter filter;
  filter.detail_types.push_back("ECS Container Instance State Change");
  filter.managed = ManagedInstances::told;
  self->request(events, caf::infinite, Subscribe{std::nullopt, filter, sink})
      .receive(
          [&](const Subscribed& start) {
            subscription = start.subscription;
            if (start.snapshot) agents->take(start.snapshot->latest);
          },
          [](const caf::error&) {});
  const bool all = agents->wait(count, deadline);
  self->send(events, Unsubscribe{subscription});
  return all ? std::string{}
             : "the agents did not register within " + std::to_string(deadline.count()) + " s";
}

}  // namespace troupe::tools
