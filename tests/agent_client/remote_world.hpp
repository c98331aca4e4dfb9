#pragma once

/// The remote actors between an agent and a server, both played: calls and frames on one side,
/// messages on the other.

#include "actors/timer.hpp"
#include "api/agent_client/remote_registry.hpp"
#include "api/agent_gateway/acs_frames.hpp"
#include "api/agent_gateway/usage_intervals.hpp"
#include "tests/support/actor_world.hpp"
#include "tests/support/builders.hpp"

#include <gmock/gmock.h>

namespace troupe::api::agent_client {

using namespace std::chrono_literals;
using testing::container;
using testing::definition;
using ::testing::HasSubstr;
using testing::pending_task;
using testing::task_id;

inline const core::Realm realm{"aws", "us-east-1", "123456789012"};
inline const core::InstanceId host{{1, 2}};
inline const std::string arn = core::instance_arn(realm, "h1", host);

/// The uplink as a list of what was asked of it.
class PlayedUplink : public Uplink {
 public:
  struct Call {
    std::string operation;
    std::string body;
    std::function<void(CallAnswer)> done;
  };
  struct Dialled : Link {
    explicit Dialled(std::string to, LinkHandlers told) : url(std::move(to)), handlers(std::move(told)) {}
    void send(std::string frame) override { sent.push_back(std::move(frame)); }
    void close() override { closed = true; }
    std::string url;
    LinkHandlers handlers;
    std::vector<std::string> sent;
    bool closed = false;
  };

  void call(std::string operation, std::string body, std::function<void(CallAnswer)> done) override {
    calls.push_back({std::move(operation), std::move(body), std::move(done)});
  }
  std::shared_ptr<Link> open(const std::string& url, Framing framing, LinkHandlers handlers) override {
    auto& to = framing == Framing::plain ? acs : tcs;
    to.push_back(std::make_shared<Dialled>(url, std::move(handlers)));
    return to.back();
  }

  std::vector<Call> calls;
  std::vector<std::shared_ptr<Dialled>> acs;
  std::vector<std::shared_ptr<Dialled>> tcs;
};

/// What an agent was told.
struct Heard {
  std::vector<core::TaskPtr> started;
  std::vector<core::TaskId> stopped;
  std::vector<std::vector<core::TaskPtr>> manifests;
};

class PlayedAgent : public AgentActor::base {
 public:
  PlayedAgent(caf::actor_config& config, std::shared_ptr<Heard> heard)
      : AgentActor::base(config), heard_(std::move(heard)) {}
  behavior_type make_behavior() override {
    return {
        [this](const StartTask& ask) { heard_->started.push_back(ask.task); },
        [this](const StopTask& ask) { heard_->stopped.push_back(ask.task); },
        [this](const TaskManifest& manifest) { heard_->manifests.push_back(*manifest.tasks); },
        [](const SessionOver&) {},
        [](const TimerFired&) {},
    };
  }

 private:
  std::shared_ptr<Heard> heard_;
};

class RemoteTest : public testing::ActorTest {
 protected:
  RemoteTest() {
    agent = world.spawn<PlayedAgent>(heard);
    RemoteParts parts;
    parts.uplink = uplink;
    parts.timer = world.spawn<Timer>();
    parts.clock = world.clock();
    parts.chance = [] { return std::uint64_t{200}; };
    parts.realm = realm;
    parts.cluster = "h1";
    parts.begun = begun;
    parts.on_deregistered = [this] { ++deregistered; };
    parts.tasks = known_tasks;
    parts.credentials = credentials;
    registry = world.spawn<RemoteRegistry>(std::move(parts));
  }
  ~RemoteTest() override {
    world.kill(caf::actor_cast<caf::strong_actor_ptr>(agent));
    world.settle();
    drop();
  }

  /// Closures hold actors.
  void drop() {
    instance = nullptr;
    uplink->calls.clear();
    uplink->acs.clear();
    uplink->tcs.clear();
  }

  void answer(const std::string& operation, unsigned status, const std::string& body) {
    ASSERT_FALSE(uplink->calls.empty());
    auto call = std::move(uplink->calls.front());
    uplink->calls.erase(uplink->calls.begin());
    EXPECT_EQ(call.operation, operation);
    last_body = call.body;
    call.done({status, body});
    world.settle();
  }

  void ask() {
    RegisterInstance said;
    said.cluster = "h1";
    said.instance = said_to_be;
    said.client_token = client_token;
    said.said.host_id = "box";
    said.said.capacity.cpu = {2048};
    said.said.capacity.memory = {4096};
    world.system().spawn([this, said](caf::event_based_actor* self) {
      self->request(registry, caf::infinite, ConnectAgent{said, agent})
          .then([this](const AgentConnected& session) { instance = session.instance; },
                [this](const caf::error& why) { refused = world.system().render(why); });
    });
    world.settle();
  }

  void connect() {
    ask();
    answer("RegisterContainerInstance", 200,
           R"({"containerInstance":{"containerInstanceArn":")" + arn + R"("}})");
  }

  void open() {
    connect();
    answer("DiscoverPollEndpoint", 200,
           R"({"endpoint":"http://s:1/acs","telemetryEndpoint":"http://s:1/tcs/"})");
    uplink->acs.back()->handlers.on_open();
    uplink->tcs.back()->handlers.on_open();
    world.settle();
  }

  void say(const std::string& frame) {
    uplink->acs.back()->handlers.on_frame(frame);
    world.settle();
  }
  /// A payload in the gateway's own words.
  void say_start(const core::Task& task, const std::string& message = "payload-1",
                 const agent_gateway::TaskRoles& roles = {}) {
    say(agent_gateway::payload_frame(context, message, ++sequence,
                                     agent_gateway::payload_task(realm, task, roles)));
  }
  static core::RoleCredentials role_of(const std::string& id, const std::string& key) {
    return {id, "arn:aws:iam::1:role/app", key, "secret", "token", core::from_epoch_ms(1798761600000)};
  }
  /// What a container gets that asks for this id.
  api::http::Response credentials_of(const std::string& id) {
    api::http::Request request;
    request.target = "/v2/credentials/" + id;
    return *credentials->answer(request);
  }
  void say_manifest(const std::vector<core::TaskPtr>& tasks, const std::string& message = "manifest-1") {
    say(agent_gateway::manifest_frame(context, message, ++sequence, tasks));
  }
  void report(std::uint64_t task, core::TaskStatus status,
              core::HealthStatus health = core::HealthStatus::UNKNOWN) {
    core::TaskReport made;
    made.task = task_id(task);
    made.status = status;
    core::ContainerReport one;
    one.name = "app";
    one.health = health;
    made.containers.push_back(one);
    world.tell(instance, TaskReported{std::make_shared<const core::TaskReport>(made)});
    world.settle();
  }
  std::vector<std::string>& sent() { return uplink->acs.back()->sent; }

  std::shared_ptr<PlayedUplink> uplink = std::make_shared<PlayedUplink>();
  std::shared_ptr<BegunTasks> begun = std::make_shared<BegunTasks>("");
  std::shared_ptr<metadata::TaskBook> known_tasks = std::make_shared<metadata::TaskBook>();
  std::shared_ptr<metadata::CredentialsBook> credentials = std::make_shared<metadata::CredentialsBook>();
  std::shared_ptr<Heard> heard = std::make_shared<Heard>();
  agent_gateway::FrameContext context{realm, "h1", host, core::from_epoch_ms(1795351443485)};
  std::int64_t sequence = 1'000;
  AgentActor agent;
  RemoteRegistryActor registry;
  InstanceActor instance;
  std::optional<core::InstanceId> said_to_be;
  int deregistered = 0;
  std::string client_token;
  std::string refused;
  std::string last_body;
};

inline core::Task app_task(std::uint64_t number) {
  return pending_task(number, definition({container("app")}), "h1");
}

}  // namespace troupe::api::agent_client
