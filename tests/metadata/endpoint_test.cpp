/// Paths of the endpoint and what they answer.

#include "api/metadata/endpoint.hpp"

#include "tests/operations/fake_registry.hpp"
#include "tests/rendering/records.hpp"
#include "tests/support/actor_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* nginx = "/v4/00000000000000010000000000000002-nginx";

class MetadataEndpoint : public ActorTest {
 protected:
  MetadataEndpoint() {
    registry->on_cluster = [](const AskCluster& question) -> std::optional<Answer> {
      const auto& asked = std::get<core::DescribeTasks>(*question.command).tasks;
      if (question.cluster != "prod" || asked.front() != core::to_string(web_task()->id)) {
        return answer(core::Reply{core::TasksReply{{}, {core::Failure{"arn", "MISSING", {}}}}});
      }
      return answer(core::Reply{core::TasksReply{{web_task()}, {}}});
    };
    api::metadata::EndpointOptions options;
    options.cluster = "prod";
    options.read_stats = [](const std::string& id, const api::metadata::StatsReply& reply) {
      if (!id.ends_with("-nginx")) return reply(std::nullopt);
      api::metadata::ContainerStats stats;
      stats.memory_bytes = 77;
      reply(stats);
    };
    const auto front = api::operations::spawn_front(world.system(), world.spawn<FakeRegistry>(registry));
    endpoint = std::make_unique<api::metadata::Endpoint>(options, world.track(front));
  }

  api::http::Response get(const std::string& path) {
    api::http::Request request;
    request.method = "GET";
    request.target = path;
    std::optional<api::http::Response> answered;
    endpoint->handle(request, [&](api::http::Response response) { answered = std::move(response); });
    world.settle();
    EXPECT_TRUE(answered) << path;
    return answered.value_or(api::http::Response{});
  }

  std::shared_ptr<RegistryScript> registry = std::make_shared<RegistryScript>();
  std::unique_ptr<api::metadata::Endpoint> endpoint;
};

TEST_F(MetadataEndpoint, ShowsTheContainerAndItsTask) {
  const auto container = get(nginx);
  EXPECT_EQ(container.status, 200U);
  EXPECT_EQ(container.content_type, "application/json");
  EXPECT_THAT(container.body, StartsWith(R"({"DockerId":"abc","Name":"nginx")"));
  EXPECT_THAT(get(std::string{nginx} + "/task").body, HasSubstr(R"("TaskARN":"arn:aws:ecs:)"));
}

TEST_F(MetadataEndpoint, ShowsStatsOfOneAndOfAll) {
  EXPECT_THAT(get(std::string{nginx} + "/stats").body, HasSubstr(R"("usage":77)"));
  const auto all = get(std::string{nginx} + "/task/stats").body;
  EXPECT_THAT(all, StartsWith(R"({"00000000000000010000000000000002-nginx":{"read":)"));
  EXPECT_THAT(all, HasSubstr(R"("00000000000000010000000000000002-side":null})"));
}

TEST_F(MetadataEndpoint, KnowsNothingElse) {
  for (const auto* path :
       {"/", "/v4/", "/v4/nginx", "/v3/00000000000000010000000000000002-nginx",
        "/v4/00000000000000010000000000000002-nginx/secrets", "/v4/00000000000000010000000000000002-nobody",
        "/v4/00000000000000010000000000000003-nginx"}) {
    EXPECT_EQ(get(path).status, 404U) << path;
  }
}

TEST_F(MetadataEndpoint, FailingMachineryIsAServerError) {
  registry->broken = true;
  EXPECT_EQ(get(nginx).status, 500U);
}

}  // namespace
}  // namespace troupe::testing
