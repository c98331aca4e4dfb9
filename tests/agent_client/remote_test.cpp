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
namespace {

using namespace std::chrono_literals;
using testing::container;
using testing::definition;
using ::testing::HasSubstr;
using testing::pending_task;
using testing::task_id;

const core::Realm realm{"aws", "us-east-1", "123456789012"};
const core::InstanceId host{{1, 2}};
const std::string arn = core::instance_arn(realm, "h1", host);

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
    parts.on_deregistered = [this](const core::InstanceId& id) { deregistered.push_back(id); };
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
  std::vector<core::InstanceId> deregistered;
  std::string refused;
  std::string last_body;
};

core::Task app_task(std::uint64_t number) {
  return pending_task(number, definition({container("app")}), "h1");
}

TEST_F(RemoteTest, RegistersDiscoversAndDialsBothSessions) {
  connect();
  EXPECT_TRUE(instance);
  EXPECT_THAT(last_body, HasSubstr(R"("cluster":"h1")"));
  EXPECT_THAT(last_body, HasSubstr(R"({"name":"CPU","type":"INTEGER","integerValue":2048})"));
  EXPECT_THAT(last_body, HasSubstr(R"(\"instanceId\":\"box\")"));
  answer("DiscoverPollEndpoint", 200,
         R"({"endpoint":"http://s:1/acs","telemetryEndpoint":"http://s:1/tcs/"})");
  ASSERT_EQ(uplink->acs.size(), 1U);
  EXPECT_THAT(uplink->acs.back()->url, ::testing::StartsWith("http://s:1/acs/ws?"));
  EXPECT_THAT(uplink->acs.back()->url, HasSubstr("&clusterArn=h1&containerInstanceArn=arn%3Aaws%3Aecs"));
  EXPECT_THAT(uplink->acs.back()->url, HasSubstr("&sendCredentials=true"));
  ASSERT_EQ(uplink->tcs.size(), 1U);
  EXPECT_THAT(uplink->tcs.back()->url, HasSubstr("&cluster=h1&containerInstance=arn"));
  uplink->tcs.back()->handlers.on_open();
  world.settle();
  ASSERT_EQ(uplink->tcs.back()->sent.size(), 1U);
  EXPECT_THAT(uplink->tcs.back()->sent.front(), HasSubstr("PublishMetricsRequest"));
}

TEST_F(RemoteTest, UsageIsPublishedAsTheGatewayReadsIt) {
  open();
  core::UsageReport report;
  report.host_cpu_units = 2048;
  for (std::uint64_t i = 1; i <= 11; ++i) {
    auto& task = report.tasks.emplace_back(core::TaskUsage{task_id(i), {}});
    auto& container = task.containers.emplace_back();
    container.name = "app";
    container.figures.cpu_units.add(512);
    container.figures.memory_bytes.add(3.0 * 1024 * 1024);
    container.figures.received_bytes.add(70);
    container.totals = {700, 7, 9'000, 90};
  }
  const auto said = std::make_shared<const core::UsageReport>(report);
  world.tell(instance, UsageReported{said});
  world.tell(instance, UsageReported{said});
  auto& frames = uplink->tcs.back()->sent;
  frames.clear();
  world.advance(std::chrono::seconds{20});
  ASSERT_EQ(frames.size(), 2U);
  agent_gateway::UsageIntervals intervals{{2048}};
  std::optional<core::UsageReport> read;
  for (const auto& frame : frames) {
    const auto part = agent_gateway::read_telemetry(realm, arn, frame);
    ASSERT_TRUE(part) << part.error().message;
    EXPECT_FALSE(read);
    read = intervals.take(std::get<agent_gateway::InstanceUsage>(*part));
  }
  ASSERT_TRUE(read);
  ASSERT_EQ(read->tasks.size(), 11U);
  const auto& container = read->tasks.back().containers.at(0);
  EXPECT_EQ(read->tasks.back().task, task_id(11));
  EXPECT_EQ(container.figures.cpu_units, (core::Spread{512, 512, 1024, 2}));
  EXPECT_EQ(container.figures.memory_bytes.average(), 3.0 * 1024 * 1024);
  EXPECT_EQ(container.figures.received_bytes.average(), 70);
  EXPECT_EQ(container.totals, report.tasks.front().containers.front().totals);
  // What was published is not published again.
  frames.clear();
  world.advance(std::chrono::seconds{20});
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_THAT(frames.front(), HasSubstr(R"("idle":true)"));
}

TEST_F(RemoteTest, ARefusedRegistrationIsTheAgentsToTryAgain) {
  ask();
  answer("RegisterContainerInstance", 400, R"({"__type":"AccessDeniedException","message":"no"})");
  EXPECT_THAT(refused, HasSubstr("AccessDeniedException"));
}

TEST_F(RemoteTest, APayloadStartsATaskAndIsConfirmed) {
  open();
  say_start(app_task(7));
  ASSERT_EQ(heard->started.size(), 1U);
  EXPECT_EQ(heard->started.front()->id, task_id(7));
  EXPECT_EQ(heard->started.front()->last_status, core::TaskStatus::PENDING);
  ASSERT_EQ(sent().size(), 1U);
  EXPECT_THAT(sent().front(), HasSubstr(R"({"type":"AckRequest","message":{"cluster":")"));
  EXPECT_THAT(sent().front(), HasSubstr(R"("messageId":"payload-1")"));
}

TEST_F(RemoteTest, APayloadStopsATask) {
  open();
  say(agent_gateway::payload_frame(context, "payload-2", 5,
                                   agent_gateway::payload_stop(realm, "h1", task_id(7))));
  EXPECT_EQ(heard->stopped, std::vector{task_id(7)});
  EXPECT_EQ(sent().size(), 1U);
}

TEST_F(RemoteTest, APayloadOfAnotherInstanceIsNotTaken) {
  open();
  context.instance = core::InstanceId{{9, 9}};
  say_start(app_task(7));
  EXPECT_TRUE(heard->started.empty());
  EXPECT_TRUE(sent().empty());
}

TEST_F(RemoteTest, ATaskThatCannotBeReadIsReportedStoppedAndNotConfirmed) {
  open();
  auto payload = agent_gateway::payload_task(realm, app_task(7), {});
  payload.containers->front().dockerConfig->config = "{";
  say(agent_gateway::payload_frame(context, "payload-3", 5, payload));
  EXPECT_TRUE(heard->started.empty());
  EXPECT_TRUE(sent().empty());
  answer("SubmitTaskStateChange", 200, "{}");
  EXPECT_THAT(last_body, HasSubstr(R"("status":"STOPPED")"));
  EXPECT_THAT(last_body, HasSubstr("DockerClientConfigError"));
}

TEST_F(RemoteTest, CredentialsThatComeWithAPayloadAreKeptAndAcknowledged) {
  open();
  EXPECT_EQ(credentials_of("id-app").status, 503U) << "not all tasks have come yet";
  say_start(app_task(7), "payload-1", {role_of("id-app", "AK1"), role_of("id-exec", "AK2")});
  const std::string expiration = R"("expiration":"2027-01-01T00:00:00Z","credentialsId":")";
  const std::string ack = R"({"type":"IAMRoleCredentialsAckRequest","message":{"messageId":"payload-1",)";
  ASSERT_EQ(sent().size(), 3U);
  EXPECT_EQ(sent()[0], ack + expiration + R"(id-app"}})");
  EXPECT_EQ(sent()[1], ack + expiration + R"(id-exec"}})");
  EXPECT_THAT(sent()[2], HasSubstr("AckRequest"));
  EXPECT_THAT(credentials_of("id-app").body, HasSubstr(R"("AccessKeyId":"AK1")"));
  EXPECT_EQ(credentials->path_of(task_id(7)), "/v2/credentials/id-app");
  say_manifest({testing::shared(app_task(7))});
  EXPECT_EQ(credentials_of("another").status, 400U);
}

TEST_F(RemoteTest, CredentialsAreRenewedWhileTheTaskIsHereAndGoWithIt) {
  open();
  say_start(app_task(7), "payload-1", {role_of("id-app", "AK1"), std::nullopt});
  sent().clear();
  const auto renew = [&](const std::string& message, std::uint64_t task, const std::string& key) {
    say(agent_gateway::credentials_frame(context, message, task_id(task), core::TaskRole::TaskApplication,
                                         role_of("id-app", key)));
  };
  renew("credentials-1", 7, "AK2");
  ASSERT_EQ(sent().size(), 1U);
  EXPECT_EQ(sent().back(), R"({"type":"IAMRoleCredentialsAckRequest","message":{"messageId":"credentials-1",)"
                           R"("expiration":"2027-01-01T00:00:00Z","credentialsId":"id-app"}})");
  EXPECT_THAT(credentials_of("id-app").body, HasSubstr(R"("AccessKeyId":"AK2")"));

  renew("credentials-2", 8, "AK3");
  EXPECT_EQ(sent().size(), 1U) << "a task that is not here is not acknowledged";
  EXPECT_THAT(credentials_of("id-app").body, HasSubstr("AK2"));

  say_manifest({testing::shared(app_task(7))});
  report(7, core::TaskStatus::STOPPED);
  EXPECT_EQ(credentials_of("id-app").status, 400U);
  renew("credentials-3", 7, "AK4");
  EXPECT_EQ(credentials_of("id-app").status, 400U);
}

TEST_F(RemoteTest, WhatIsKnownOfATaskCanBeRead) {
  open();
  say_start(app_task(7));
  ASSERT_TRUE(known_tasks->find(task_id(7)));
  report(7, core::TaskStatus::RUNNING);
  EXPECT_EQ(known_tasks->find(task_id(7))->last_status, core::TaskStatus::RUNNING);
  say(agent_gateway::payload_frame(context, "payload-2", 5,
                                   agent_gateway::payload_stop(realm, "h1", task_id(7))));
  EXPECT_EQ(known_tasks->find(task_id(7))->desired_status, core::DesiredStatus::STOPPED);
  report(7, core::TaskStatus::STOPPED);
  EXPECT_FALSE(known_tasks->find(task_id(7)));
}

TEST_F(RemoteTest, AnswersHeartbeats) {
  open();
  say(agent_gateway::heartbeat_frame("hb-1"));
  EXPECT_EQ(sent(),
            std::vector<std::string>{R"({"type":"HeartbeatAckRequest","message":{"messageId":"hb-1"}})"});
}

TEST_F(RemoteTest, TheAgentIsToldTheManifestWhenAllItsTasksHaveCome) {
  open();
  say_manifest({testing::shared(app_task(1)), testing::shared(app_task(2))});
  say_start(app_task(1));
  EXPECT_TRUE(heard->manifests.empty());
  say_start(app_task(2));
  ASSERT_EQ(heard->manifests.size(), 1U);
  EXPECT_EQ(heard->manifests.front().size(), 2U);
}

TEST_F(RemoteTest, AnEmptyManifestIsCompleteAtOnce) {
  open();
  say_manifest({});
  ASSERT_EQ(heard->manifests.size(), 1U);
  EXPECT_TRUE(heard->manifests.front().empty());
}

TEST_F(RemoteTest, WhatTheManifestDoesNotHaveStopsOnlyWhenTheServerSaysSo) {
  open();
  say_start(app_task(1));
  say_start(app_task(2));
  say_manifest({testing::shared(app_task(2))}, "manifest-9");
  EXPECT_THAT(sent().back(), HasSubstr("TaskStopVerificationMessage"));
  EXPECT_THAT(sent().back(), HasSubstr(core::task_arn(realm, "h1", task_id(1))));
  EXPECT_THAT(sent().back(), Not(HasSubstr(core::task_arn(realm, "h1", task_id(2)))));
  EXPECT_TRUE(heard->stopped.empty());
  say(agent_gateway::stop_verified_frame(context, "manifest-8", {task_id(1)}));
  EXPECT_TRUE(heard->stopped.empty());
  say(agent_gateway::stop_verified_frame(context, "manifest-9", {task_id(1)}));
  EXPECT_EQ(heard->stopped, std::vector{task_id(1)});
}

TEST_F(RemoteTest, AnOldManifestIsPassedOver) {
  open();
  say_manifest({});
  say_start(app_task(1));
  const auto before = sent().size();
  sequence = 0;
  say_manifest({}, "manifest-old");
  EXPECT_EQ(sent().size(), before);
}

TEST_F(RemoteTest, ReportsAreSubmittedInOrderUntilTheyAreKept) {
  open();
  say_start(app_task(7));
  report(7, core::TaskStatus::RUNNING);
  report(7, core::TaskStatus::STOPPED);
  ASSERT_EQ(uplink->calls.size(), 1U);
  answer("SubmitTaskStateChange", 0, "the connection broke");
  EXPECT_TRUE(uplink->calls.empty());
  world.advance(2s);
  answer("SubmitTaskStateChange", 500, R"({"__type":"ServerException"})");
  world.advance(3s);
  answer("SubmitTaskStateChange", 200, "{}");
  EXPECT_THAT(last_body, HasSubstr(R"("status":"RUNNING")"));
  answer("SubmitTaskStateChange", 200, "{}");
  EXPECT_THAT(last_body, HasSubstr(R"("status":"STOPPED")"));
  EXPECT_TRUE(uplink->calls.empty());
}

TEST_F(RemoteTest, ATaskThatWasToldToRunIsKnownAfterARestart) {
  open();
  say_start(app_task(7));
  report(7, core::TaskStatus::RUNNING);
  EXPECT_EQ(begun->all(), std::set{task_id(7)});
  answer("SubmitTaskStateChange", 200, "{}");
  open();
  say_start(app_task(7));
  EXPECT_EQ(heard->started.back()->last_status, core::TaskStatus::RUNNING);
}

TEST_F(RemoteTest, ALostSessionIsDialledAgainWithoutRegistration) {
  open();
  say_manifest({});
  uplink->acs.back()->handlers.on_end({1006, "the connection broke"});
  world.settle();
  EXPECT_EQ(uplink->acs.size(), 1U);
  world.advance(1s);
  ASSERT_EQ(uplink->acs.size(), 2U);
  EXPECT_THAT(uplink->acs.back()->url, HasSubstr("&sendCredentials=false"));
  EXPECT_TRUE(uplink->calls.empty());
  for (int i = 0; i < 50; ++i) {
    uplink->acs.back()->handlers.on_end({0, "connection refused"});
    world.settle();
    world.advance(150s);
  }
  EXPECT_EQ(uplink->acs.size(), 52U);
}

TEST_F(RemoteTest, ASessionThatBrokeBeforeAllTasksCameAsksForAllOfThemAgain) {
  open();
  say_manifest({testing::shared(app_task(1))});
  uplink->acs.back()->handlers.on_end({1001, "going away"});
  world.advance(1s);
  EXPECT_THAT(uplink->acs.back()->url, HasSubstr("&sendCredentials=true"));
}

TEST_F(RemoteTest, HealthIsToldOnTheTelemetrySession) {
  open();
  auto checked = container("app");
  checked.healthCheck.emplace().command = {"CMD", "true"};
  say_start(pending_task(7, definition({checked}), "h1"));
  report(7, core::TaskStatus::RUNNING, core::HealthStatus::HEALTHY);
  EXPECT_THAT(uplink->tcs.back()->sent.back(), HasSubstr(R"("healthStatus":"HEALTHY")"));
  const auto before = uplink->tcs.back()->sent.size();
  world.advance(20s);
  EXPECT_EQ(uplink->tcs.back()->sent.size(), before + 2);
}

TEST_F(RemoteTest, ADeregisteredInstanceEndsWithItsSessions) {
  open();
  uplink->acs.back()->handlers.on_end({0, R"(HTTP 400: {"InactiveInstanceException":"gone"})"});
  world.settle();
  EXPECT_TRUE(uplink->tcs.back()->closed);
  EXPECT_EQ(deregistered, std::vector{host});
  world.advance(300s);
  EXPECT_EQ(uplink->acs.size(), 1U);
}

TEST_F(RemoteTest, AHostThatStartsAfterItsInstanceWasDeregisteredIsToldSo) {
  said_to_be = host;
  ask();
  answer("RegisterContainerInstance", 400,
         R"({"__type":"ClientException","message":"The referenced container instance was deregistered."})");
  EXPECT_THAT(last_body, HasSubstr(arn));
  EXPECT_EQ(deregistered, std::vector{host});
  EXPECT_THAT(refused, HasSubstr("was deregistered"));
}

}  // namespace
}  // namespace troupe::api::agent_client
