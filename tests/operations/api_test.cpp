/// Routes, access and the names of operations.

#include "tests/operations/api_fixture.hpp"

#include "api/http/sigv4.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using namespace api::operations;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::chrono::sys_seconds sixteenth_noon{1'768'478'400s};
constexpr const char* prefix = "AmazonEC2ContainerServiceV20141113.";

/// An API that believes only signatures of the key "AKIATEST".
class SignedApi : public ActorTest {
 protected:
  SignedApi() {
    auto script = std::make_shared<RegistryScript>();
    script->on_registry = [](const AskRegistry&) -> std::optional<Answer> {
      return answer(core::Reply{core::ListReply{}});
    };
    AccessOptions options;
    options.now = [this] { return now; };
    options.credentials = [](std::string_view key) {
      if (key != "AKIATEST") return std::shared_ptr<const api::http::Credentials>{};
      return std::make_shared<const api::http::Credentials>(api::http::Credentials{"secret", {}, {}});
    };
    access = std::make_shared<const Access>(core::Realm{}, options);
    ApiOptions api_options;
    api_options.ready = [this] { return ready; };
    const auto front = world.track(spawn_front(world.system(), world.spawn<FakeRegistry>(script)));
    api = std::make_unique<Api>(api_options, access, std::vector<FrontActor>{front});
  }

  api::http::Response send(const api::http::Request& request) {
    std::optional<api::http::Response> answered;
    api->handle(request, [&](api::http::Response response) { answered = std::move(response); });
    world.settle();
    EXPECT_TRUE(answered);
    return answered.value_or(api::http::Response{});
  }

  static api::http::Request request_for(const std::string& target) {
    api::http::Request request;
    request.headers = {{"Host", "127.0.0.1:4566"}, {"X-Amz-Target", target}};
    request.body = "{}";
    return request;
  }

  static api::http::Request signed_request(const std::string& target, const std::string& secret = "secret") {
    auto request = request_for(target);
    api::http::SigningIdentity signer;
    signer.access_key = "AKIATEST";
    signer.secret_key = secret;
    api::http::sign(request, signer, sixteenth_noon);
    return request;
  }

  static api::http::Request get(const std::string& target) {
    api::http::Request request;
    request.method = "GET";
    request.target = target;
    request.headers = {{"Host", "127.0.0.1:4566"}};
    return request;
  }

  std::chrono::sys_seconds now = sixteenth_noon;
  bool ready = false;
  std::shared_ptr<const Access> access;
  std::unique_ptr<Api> api;
};

TEST_F(SignedApi, ASignedCallIsAnswered) {
  const auto response = send(signed_request(std::string{prefix} + "ListClusters"));
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body, R"({"clusterArns":[]})");
}

TEST_F(SignedApi, AnUnsignedOrWronglySignedCallIsRefused) {
  EXPECT_THAT(send(request_for(std::string{prefix} + "ListClusters")).body,
              HasSubstr("MissingAuthenticationTokenException"));
  const auto forged = send(signed_request(std::string{prefix} + "ListClusters", "guess"));
  EXPECT_EQ(forged.status, 400U);
  EXPECT_THAT(forged.body, HasSubstr("InvalidSignatureException"));
}

TEST_F(SignedApi, AKnownButMissingOperationIsUnsupportedAndATypoUnknown) {
  EXPECT_EQ(send(signed_request(std::string{prefix} + "CreateDaemon")).body,
            refusal_body("UnsupportedFeatureException",
                         "The operation CreateDaemon is not supported by this server yet."));
  EXPECT_THAT(send(signed_request(std::string{prefix} + "ListClutters")).body,
              HasSubstr("UnknownOperationException"));
  EXPECT_THAT(send(signed_request("Logs_20140328.PutLogEvents")).body,
              HasSubstr("UnknownOperationException"));
}

TEST_F(SignedApi, ProbesTellLifeAndReadiness) {
  EXPECT_EQ(send(get("/healthz")).body, R"({"status":"ok"})");
  EXPECT_EQ(send(get("/readyz")).status, 503U);
  ready = true;
  EXPECT_EQ(send(get("/readyz")).status, 200U);
}

TEST_F(SignedApi, OtherAddressesHoldNothing) {
  const auto response = send(get("/etc/passwd"));
  EXPECT_EQ(response.status, 404U);
  EXPECT_THAT(response.body, StartsWith(R"({"__type":")"));
  auto post = signed_request(std::string{prefix} + "ListClusters");
  post.target = "/elsewhere";
  EXPECT_EQ(send(post).status, 404U);
}

TEST_F(SignedApi, ATokenIsIssuedToWhoeverSignsAndAdmitsUntilItExpires) {
  EXPECT_EQ(send(request_for("Troupe.IssueEventToken")).status, 400U);
  const auto response = send(signed_request("Troupe.IssueEventToken"));
  ASSERT_EQ(response.status, 200U);
  simdjson::dom::parser parser;
  const auto issued = parser.parse(response.body);
  const std::string token{issued["token"].get_string().value()};
  EXPECT_EQ(issued["expiresAt"].get_int64().value(), (sixteenth_noon + 300s).time_since_epoch().count());

  EXPECT_EQ(*access->subscriber_of(get("/events?token=" + token)), "arn:aws:iam::000000000000:user/AKIATEST");
  auto bearer = get("/events");
  bearer.headers.push_back({"Authorization", "Bearer " + token});
  EXPECT_TRUE(access->subscriber_of(bearer));
  auto offered = get("/events");
  offered.headers.push_back({"Sec-WebSocket-Protocol", "troupe.events, troupe.token." + token});
  EXPECT_TRUE(access->subscriber_of(offered));

  EXPECT_EQ(access->subscriber_of(get("/events?token=" + token + "x")).error().status, 403U);
  EXPECT_EQ(access->subscriber_of(get("/events")).error().status, 403U);
  now += 301s;
  EXPECT_EQ(access->subscriber_of(get("/events?token=" + token)).error().code, "ExpiredTokenException");
}

TEST_F(SignedApi, ASignedHandshakeNeedsNoToken) {
  auto request = get("/events");
  api::http::SigningIdentity signer;
  signer.access_key = "AKIATEST";
  signer.secret_key = "secret";
  api::http::sign(request, signer, sixteenth_noon);
  EXPECT_TRUE(access->subscriber_of(request));
}

TEST(Access, WhereEverybodyIsBelievedPagesFromElsewhereAreNot) {
  AccessOptions options;
  options.mode = AccessMode::any;
  const Access believing{core::Realm{}, options};
  api::http::Request request;
  EXPECT_EQ(believing.caller_of(request)->arn, "arn:aws:iam::000000000000:root");
  request.headers = {{"Origin", "http://localhost:3000"}};
  EXPECT_TRUE(believing.caller_of(request));
  request.headers = {{"Origin", "http://rebound.example:4566"}, {"Host", "rebound.example:4566"}};
  EXPECT_EQ(believing.caller_of(request).error().code, "AccessDeniedException");
}

TEST(OperationTable, HasARowForEachOperationThatIsServed) {
  const OperationTable table;
  for (const auto* name : {"CreateCluster",
                           "DescribeClusters",
                           "ListClusters",
                           "DeleteCluster",
                           "RegisterTaskDefinition",
                           "DescribeTaskDefinition",
                           "ListTaskDefinitions",
                           "ListTaskDefinitionFamilies",
                           "DeregisterTaskDefinition",
                           "RunTask",
                           "StartTask",
                           "StopTask",
                           "DescribeTasks",
                           "ListTasks",
                           "DescribeContainerInstances",
                           "ListContainerInstances",
                           "CreateService",
                           "UpdateService",
                           "DeleteService",
                           "DescribeServices",
                           "ListServices",
                           "ListServicesByNamespace",
                           "UpdateContainerInstancesState",
                           "DeregisterContainerInstance",
                           "PutAttributes",
                           "DeleteAttributes",
                           "ListAttributes",
                           "UpdateTaskProtection",
                           "GetTaskProtection",
                           "DescribeServiceDeployments",
                           "ListServiceDeployments",
                           "StopServiceDeployment",
                           "ContinueServiceDeployment",
                           "DescribeServiceRevisions",
                           "CreateTaskSet",
                           "UpdateTaskSet",
                           "DeleteTaskSet",
                           "DescribeTaskSets",
                           "UpdateServicePrimaryTaskSet",
                           "CreateCapacityProvider",
                           "UpdateCapacityProvider",
                           "DeleteCapacityProvider",
                           "DescribeCapacityProviders",
                           "PutClusterCapacityProviders"}) {
    EXPECT_TRUE(table.find(name)) << name;
  }
  EXPECT_EQ(table.find("CreateDaemon").error().code, core::ErrorCode::unsupported_feature);
  EXPECT_EQ(table.find("").error().code, core::ErrorCode::unknown_operation);
  EXPECT_EQ(table.find_target("RunTask").error().code, core::ErrorCode::unknown_operation);
}

}  // namespace
}  // namespace troupe::testing
