/// GET /metrics: who may read it, and what is answered when things fail.

#include "api/metrics/endpoint.hpp"

#include "tests/operations/fake_registry.hpp"
#include "tests/rendering/usage_records.hpp"
#include "tests/support/actor_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe::testing {
namespace {

using namespace api::metrics;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class MetricsEndpoint : public ActorTest {
 protected:
  MetricsEndpoint() {
    registry->on_registry = [this](const AskRegistry&) -> std::optional<Answer> {
      return answer(core::Reply{core::ListReply{clusters, {}}});
    };
    registry->on_cluster = [](const AskCluster& question) -> std::optional<Answer> {
      if (question.cluster != "prod")
        return refusal(core::ErrorCode::cluster_not_found, "Cluster not found.");
      return answer(core::Reply{used_cluster()});
    };
    front = world.track(api::operations::spawn_front(world.system(), world.spawn<FakeRegistry>(registry)));
    api::operations::AccessOptions options;
    options.token_key = key;
    options.now = [this] { return now; };
    access = std::make_shared<const api::operations::Access>(core::Realm{}, std::move(options));
  }

  api::http::Response get(Admission admission, std::vector<api::http::Header> headers = {}) {
    const Endpoint endpoint{{admission, key, figures}, access, front};
    api::http::Request request;
    request.method = "GET";
    request.target = "/metrics";
    request.headers = std::move(headers);
    EXPECT_TRUE(Endpoint::is_for(request));
    std::optional<api::http::Response> answered;
    endpoint.handle(request, [&](api::http::Response response) { answered = std::move(response); });
    world.settle();
    EXPECT_TRUE(answered);
    return answered.value_or(api::http::Response{});
  }

  std::function<core::ServerFigures()> figures;
  const std::string key = std::string(32, 'k');
  std::chrono::sys_seconds now{1'800'000'000s};
  std::vector<std::string> clusters{"prod", "gone"};
  std::shared_ptr<RegistryScript> registry = std::make_shared<RegistryScript>();
  std::shared_ptr<const api::operations::Access> access;
  api::operations::FrontActor front;
};

TEST_F(MetricsEndpoint, TellsOfAllClustersThatAreThere) {
  const auto response = get(Admission::everybody);
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(response.body, StartsWith("# HELP troupe_clusters "));
  EXPECT_THAT(response.body, HasSubstr("\ntroupe_clusters 1\n"));
  EXPECT_THAT(response.body, HasSubstr("troupe_container_memory_used_bytes{cluster=\"prod\""));
  EXPECT_THAT(response.body, HasSubstr("\nprocess_open_fds "));
  EXPECT_THAT(response.body, Not(HasSubstr("troupe_journal"))) << "nobody gave figures";
}

TEST_F(MetricsEndpoint, TellsOfTheServersOwnParts) {
  figures = [] {
    core::ServerFigures counted;
    counted.journal.batches = 7;
    return counted;
  };
  EXPECT_THAT(get(Admission::everybody).body, HasSubstr("\ntroupe_journal_batches_total 7\n"));
}

TEST_F(MetricsEndpoint, WithoutClustersThereIsStillTheProcess) {
  clusters.clear();
  const auto response = get(Admission::everybody);
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.body, HasSubstr("\ntroupe_clusters 0\n"));
}

TEST_F(MetricsEndpoint, ElsewhereItTakesAToken) {
  const auto nobody = get(Admission::holders);
  EXPECT_EQ(nobody.status, 403U);
  EXPECT_THAT(nobody.body, Not(HasSubstr("troupe_")));
  const auto token = token_issuer(key).issue("metrics", now, 24h);
  const std::vector<api::http::Header> shown{{"Authorization", "Bearer " + token}};
  EXPECT_EQ(get(Admission::holders, shown).status, 200U);
  now += 25h;
  const auto late = get(Admission::holders, shown);
  EXPECT_EQ(late.status, 403U);
  EXPECT_THAT(late.body, HasSubstr("ExpiredTokenException"));
}

TEST_F(MetricsEndpoint, TokensForOtherThingsDoNotAdmit) {
  const auto events = access->issue_token("arn:me").token;
  EXPECT_EQ(get(Admission::holders, {{"Authorization", "Bearer " + events}}).status, 403U);
  const auto forged = token_issuer(std::string(32, 'x')).issue("metrics", now, 24h);
  EXPECT_EQ(get(Admission::holders, {{"Authorization", "Bearer " + forged}}).status, 403U);
}

TEST_F(MetricsEndpoint, APageOfAnotherMachineMayNotReadIt) {
  EXPECT_EQ(get(Admission::everybody, {{"Origin", "https://evil.example"}}).status, 403U);
  EXPECT_EQ(get(Admission::everybody, {{"Origin", "http://localhost:3000"}}).status, 200U);
}

TEST_F(MetricsEndpoint, FailingMachineryIsAServerError) {
  registry->broken = true;
  EXPECT_EQ(get(Admission::everybody).status, 500U);
}

}  // namespace
}  // namespace troupe::testing
