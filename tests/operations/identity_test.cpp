/// Keys that Troupe issues: what they stand for, how hosts come by them, and what their
/// holders may not do.

#include "tests/operations/api_fixture.hpp"

#include "api/http/sigv4.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using namespace api::operations;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::chrono::sys_seconds morning{1'768'467'600s};
constexpr core::TaskId own_task{{0x0123456789abcdef, 0xfedcba9876543210}};
const std::string own_task_hex = "0123456789abcdeffedcba9876543210";

TEST(KeyIssuer, AKeySaysWhoseItIsAndAnotherServerMakesAnotherSecret) {
  const KeyIssuer issuer{std::string(32, 'k')};
  const auto agent = issuer.agent_key("prod");
  const auto who = KeyIssuer::principal_of(agent.access_key);
  EXPECT_EQ(who.kind, core::PrincipalKind::agent);
  EXPECT_EQ(who.cluster_mark, KeyIssuer::mark_of("prod"));
  EXPECT_NE(who.cluster_mark, KeyIssuer::mark_of("default"));
  EXPECT_EQ(who.access_key, agent.access_key);
  EXPECT_NE(issuer.agent_key("prod").access_key, agent.access_key);

  const auto found = issuer.find(agent.access_key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->secret_key, agent.secret_key);
  EXPECT_TRUE(found->session_token.empty());
  EXPECT_NE(KeyIssuer{std::string(32, 'x')}.find(agent.access_key)->secret_key, agent.secret_key);
}

TEST(KeyIssuer, ATasksKeyCarriesItsTaskAndItsEnd) {
  const KeyIssuer issuer{std::string(32, 'k')};
  const auto key = issuer.task_key("default", own_task, morning + 1h);
  const auto who = KeyIssuer::principal_of(key.access_key);
  EXPECT_EQ(who.kind, core::PrincipalKind::task);
  EXPECT_EQ(who.task, own_task);
  const auto found = issuer.find(key.access_key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->expires, morning + 1h);
  EXPECT_EQ(found->session_token, key.session_token);
  EXPECT_NE(key.session_token, key.secret_key);
  EXPECT_EQ(issuer.task_key("default", own_task, morning + 1h).secret_key, key.secret_key);
  EXPECT_NE(issuer.task_key("default", own_task, morning + 2h).secret_key, key.secret_key);
}

TEST(KeyIssuer, OtherFormsAreTheAdministratorsAndHaveNoIssuedSecret) {
  const KeyIssuer issuer{std::string(32, 'k')};
  for (const auto* other : {"AKIDEXAMPLE", "TRPA", "TRPAlowercase0123456789012345678901234567", ""}) {
    EXPECT_EQ(issuer.find(other), nullptr) << other;
    EXPECT_EQ(KeyIssuer::principal_of(other).kind, core::PrincipalKind::administrator) << other;
  }
}

/// An API whose one administrator has the key "AKIATEST".
class Identity : public ActorTest {
 protected:
  Identity() {
    auto script = std::make_shared<RegistryScript>();
    script->on_registry = [this](const AskRegistry&) -> std::optional<Answer> {
      ++listed;
      return answer(core::Reply{core::ListReply{{"arn:aws:ecs:us-east-1:000000000000:cluster/default"}, {}}});
    };
    script->on_cluster = [this](const AskCluster& question) -> std::optional<Answer> {
      if (std::holds_alternative<core::DescribeTasks>(*question.command)) {
        ++judged;
        return answer(core::Reply{core::TasksReply{{own_task_now()}, {}}});
      }
      ++asked;
      return answer(core::Reply{core::ProtectionReply{}});
    };
    AccessOptions options;
    options.now = [this] { return now; };
    options.token_key = std::string(32, 'k');
    options.credentials = [](std::string_view key) {
      if (key != "AKIATEST") return std::shared_ptr<const api::http::Credentials>{};
      return std::make_shared<const api::http::Credentials>(api::http::Credentials{"secret", {}, {}});
    };
    access = std::make_shared<const Access>(core::Realm{}, options);
    const auto front = world.track(spawn_front(world.system(), world.spawn<FakeRegistry>(script)));
    ApiOptions options_of_api;
    options_of_api.operator_roles = {"deployer"};
    api = std::make_unique<Api>(options_of_api, access, std::vector<FrontActor>{front});
  }

  api::http::Response send(const std::string& target, const std::string& body,
                           const api::http::SigningIdentity* signer) {
    api::http::Request request;
    request.headers = {{"Host", "127.0.0.1:4566"}, {"X-Amz-Target", target}};
    request.body = body;
    if (signer != nullptr) api::http::sign(request, *signer, now);
    std::optional<api::http::Response> answered;
    api->handle(request, [&](api::http::Response response) { answered = std::move(response); });
    world.settle();
    EXPECT_TRUE(answered);
    return answered.value_or(api::http::Response{});
  }

  api::http::Response ecs(const std::string& operation, const std::string& body,
                          const api::http::SigningIdentity& signer) {
    return send("AmazonEC2ContainerServiceV20141113." + operation, body, &signer);
  }

  core::TaskPtr own_task_now() const {
    auto record = std::make_shared<core::TaskDefinitionRecord>();
    record->definition.taskRoleArn = role;
    auto task = std::make_shared<core::Task>();
    task->id = own_task;
    task->last_status = status;
    task->launch = std::make_shared<const core::TaskLaunch>();
    task->definition = std::move(record);
    return task;
  }

  api::http::SigningIdentity task_signer(core::TaskRole in = core::TaskRole::TaskApplication) const {
    const auto key = access->keys().task_key("default", own_task, morning + 1h, in);
    return with(key.access_key, key.secret_key, key.session_token);
  }

  static api::http::SigningIdentity with(const std::string& key, const std::string& secret,
                                         const std::string& session = {}) {
    api::http::SigningIdentity signer;
    signer.access_key = key;
    signer.secret_key = secret;
    signer.session_token = session;
    return signer;
  }

  static std::string text(const std::string& body, const char* member) {
    simdjson::dom::parser parser;
    return std::string{parser.parse(body)[member].get_string().value()};
  }

  std::string token_for(const std::string& cluster) {
    return text(send("Troupe.IssueJoinToken", R"({"cluster":")" + cluster + "\"}", &administrator).body,
                "token");
  }

  std::chrono::sys_seconds now = morning;
  int asked = 0;
  int listed = 0;
  int judged = 0;
  core::TaskStatus status = core::TaskStatus::RUNNING;
  std::string role = "arn:aws:iam::000000000000:role/team/web";
  api::http::SigningIdentity administrator = with("AKIATEST", "secret");
  std::shared_ptr<const Access> access;
  std::unique_ptr<Api> api;
};

TEST_F(Identity, AHostComesInWithATokenAndSignsWithItsOwnKeyFromThenOn) {
  const auto joined = send("Troupe.JoinCluster", R"({"token":")" + token_for("prod") + "\"}", nullptr);
  ASSERT_EQ(joined.status, 200U) << joined.body;
  EXPECT_EQ(text(joined.body, "cluster"), "prod");
  EXPECT_EQ(text(joined.body, "region"), "us-east-1");
  const auto agent = with(text(joined.body, "accessKeyId"), text(joined.body, "secretAccessKey"));

  const auto refused = ecs("ListClusters", "{}", agent);
  EXPECT_EQ(refused.status, 400U);
  EXPECT_THAT(refused.body, HasSubstr("AccessDeniedException"));
  EXPECT_THAT(refused.body, HasSubstr("arn:aws:sts::000000000000:assumed-role/agent/TRPA"));
  EXPECT_THAT(refused.body, HasSubstr("is not authorized to perform: ecs:ListClusters"));
  for (const auto* own :
       {"Troupe.IssueJoinToken", "Troupe.IssueEventToken", "Troupe.ExplainPlacement", "Troupe.ReadUsage",
        "Troupe.InterruptTask", "Troupe.DescribeHosts", "Troupe.DeregisterHost"}) {
    EXPECT_THAT(send(own, "{}", &agent).body, HasSubstr("AccessDeniedException")) << own;
  }
  EXPECT_EQ(asked, 0);
}

TEST_F(Identity, TokensEndAndForgedOnesAdmitNobody) {
  const auto body = R"({"token":")" + token_for("prod") + "\"}";
  now += 3601s;
  EXPECT_THAT(send("Troupe.JoinCluster", body, nullptr).body, HasSubstr("ExpiredTokenException"));
  for (const auto* forged : {R"({})", R"({"token":""})", R"({"token":"cHJvZA.AAAA"})"}) {
    EXPECT_THAT(send("Troupe.JoinCluster", forged, nullptr).body, HasSubstr("UnrecognizedClientException"))
        << forged;
  }
  EXPECT_EQ(send("Troupe.JoinCluster", "[", nullptr).status, 400U);
}

TEST_F(Identity, AnEventTokenAdmitsNoHostAndAJoinTokenNoSubscriber) {
  const auto event_token = text(send("Troupe.IssueEventToken", "{}", &administrator).body, "token");
  EXPECT_THAT(send("Troupe.JoinCluster", R"({"token":")" + event_token + "\"}", nullptr).body,
              HasSubstr("UnrecognizedClientException"));
  api::http::Request handshake;
  handshake.method = "GET";
  handshake.target = "/events?token=" + token_for("prod");
  EXPECT_EQ(access->subscriber_of(handshake).error().code, "UnrecognizedClientException");
}

TEST_F(Identity, OnlyWhoeverSignsMayIssueJoinTokensAndTheirBoundsHold) {
  EXPECT_THAT(send("Troupe.IssueJoinToken", "{}", nullptr).body, HasSubstr("MissingAuthenticationToken"));
  EXPECT_THAT(send("Troupe.IssueJoinToken", R"({"lifetimeInSeconds":59})", &administrator).body,
              HasSubstr("lifetimeInSeconds must be between 60 and 2592000."));
  EXPECT_EQ(send("Troupe.IssueJoinToken", R"({"cluster":"a/b"})", &administrator).status, 400U);
  EXPECT_EQ(send("Troupe.IssueJoinToken", R"({"lifetimeInSeconds":60})", &administrator).status, 200U);
}

TEST_F(Identity, ATaskProtectsItselfAndNoOther) {
  const auto task = task_signer();
  EXPECT_EQ(
      ecs("UpdateTaskProtection",
          R"({"cluster":"default","protectionEnabled":true,"tasks":["arn:aws:ecs:us-east-1:000000000000:task/default/)" +
              own_task_hex + "\"]}",
          task)
          .status,
      200U);
  EXPECT_EQ(asked, 1);
  const auto other = ecs(
      "UpdateTaskProtection",
      R"({"cluster":"default","protectionEnabled":true,"tasks":["00000000000000000000000000000001"]})", task);
  EXPECT_THAT(other.body, HasSubstr("AccessDeniedException"));
  const auto refused = ecs("StopTask", R"({"task":"x"})", task).body;
  EXPECT_THAT(refused, HasSubstr("ecs:StopTask"));
  EXPECT_THAT(refused, HasSubstr("arn:aws:sts::000000000000:assumed-role/web/" + own_task_hex));
  EXPECT_EQ(ecs("ListClusters", "{}", task).status, 200U);
  EXPECT_EQ(asked, 1);
}

TEST_F(Identity, ATasksKeyCountsForNothingOnceTheTaskIsOver) {
  const auto task = task_signer();
  for (const auto alive : {core::TaskStatus::PENDING, core::TaskStatus::RUNNING, core::TaskStatus::STOPPING,
                           core::TaskStatus::DEPROVISIONING}) {
    status = alive;
    EXPECT_EQ(ecs("ListClusters", "{}", task).status, 200U);
  }
  EXPECT_EQ(judged, 4);
  EXPECT_EQ(listed, 1 + 4);
  status = core::TaskStatus::STOPPED;
  const auto refused = ecs("ListClusters", "{}", task);
  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.body, refusal_body("UnrecognizedClientException",
                                       "The security token included in the request is invalid."));
}

TEST_F(Identity, ATaskOfAClusterThatIsNotHereIsNobody) {
  const auto key = access->keys().task_key("elsewhere", own_task, morning + 1h);
  EXPECT_THAT(ecs("ListClusters", "{}", with(key.access_key, key.secret_key, key.session_token)).body,
              HasSubstr("UnrecognizedClientException"));
  EXPECT_EQ(judged, 0);
}

TEST_F(Identity, AnOperatorsTaskMayDoWhatTheAccountMayButLetInNobody) {
  role = "deployer";
  const auto task = task_signer();
  EXPECT_EQ(ecs("UpdateTaskProtection",
                R"({"cluster":"default","protectionEnabled":true,"tasks":[")" + own_task_hex + "\"]}", task)
                .status,
            200U);
  EXPECT_THAT(ecs("StopTask", R"({"task":"x"})", task).body, ::testing::Not(HasSubstr("AccessDenied")));
  for (const auto* closed :
       {"Troupe.IssueJoinToken", "Troupe.IssueEventToken", "Troupe.DescribeHosts", "Troupe.DeregisterHost"}) {
    EXPECT_THAT(send(closed, "{}", &task).body, HasSubstr("AccessDeniedException")) << closed;
  }
  for (const auto* agents : {"RegisterContainerInstance", "SubmitTaskStateChange", "DiscoverPollEndpoint"}) {
    EXPECT_THAT(ecs(agents, "{}", task).body, HasSubstr("AccessDeniedException")) << agents;
  }
}

TEST_F(Identity, AnExecutionRoleMayNothingHere) {
  role = "deployer";
  for (const auto* operation : {"ListClusters", "DescribeTasks", "UpdateTaskProtection", "RunTask"}) {
    EXPECT_THAT(ecs(operation, "{}", task_signer(core::TaskRole::TaskExecution)).body,
                HasSubstr("AccessDeniedException"))
        << operation;
  }
}

TEST_F(Identity, ATasksKeyNeedsItsSessionTokenAndEnds) {
  const auto key = access->keys().task_key("default", own_task, morning + 1h);
  EXPECT_EQ(ecs("ListClusters", "{}", with(key.access_key, key.secret_key)).status, 400U);
  EXPECT_EQ(ecs("ListClusters", "{}", with(key.access_key, "another", key.session_token)).status, 400U);
  now += 1h;
  EXPECT_THAT(ecs("ListClusters", "{}", with(key.access_key, key.secret_key, key.session_token)).body,
              HasSubstr("ExpiredTokenException"));
}

}  // namespace
}  // namespace troupe::testing
