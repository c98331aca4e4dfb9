/// Paths of the endpoint and what they answer.

#include "api/metadata/endpoint.hpp"

#include "tests/rendering/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* nginx = "/v4/00000000000000010000000000000002-nginx";

class MetadataEndpoint : public ::testing::Test {
 protected:
  MetadataEndpoint() {
    api::metadata::EndpointOptions options;
    options.tasks = [this](const core::TaskId& id, const api::metadata::TaskReply& reply) {
      if (broken) return reply(std::nullopt);
      reply(id == web_task()->id ? core::TaskPtr{web_task()} : nullptr);
    };
    options.credentials = book;
    options.read_stats = [](const std::string& id, const api::metadata::StatsReply& reply) {
      if (!id.ends_with("-nginx")) return reply(std::nullopt);
      api::metadata::ContainerStats stats;
      stats.memory_bytes = 77;
      reply(stats);
    };
    endpoint = std::make_unique<api::metadata::Endpoint>(options);
  }

  api::http::Response get(const std::string& path) {
    api::http::Request request;
    request.method = "GET";
    request.target = path;
    std::optional<api::http::Response> answered;
    endpoint->handle(request, [&](api::http::Response response) { answered = std::move(response); });
    EXPECT_TRUE(answered) << path;
    return answered.value_or(api::http::Response{});
  }

  bool broken = false;
  std::shared_ptr<api::metadata::CredentialsBook> book = std::make_shared<api::metadata::CredentialsBook>();
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

TEST_F(MetadataEndpoint, ServesCredentialsBesideAndOnlyToThoseWhoRead) {
  book->keep(web_task()->id, core::TaskRole::TaskApplication, "cid", [] {
    return api::metadata::Credentials{"arn:role", "AK", "SK", "TOK", "2027-01-01T00:00:00Z"};
  });
  EXPECT_THAT(get("/v2/credentials/cid").body, HasSubstr(R"("AccessKeyId":"AK")"));
  api::http::Request request;
  request.target = "/v2/credentials/cid";
  for (const auto* method : {"POST", "PUT", "DELETE"}) {
    request.method = method;
    endpoint->handle(request, [](const api::http::Response& response) {
      EXPECT_EQ(response.status, 404U);
      EXPECT_THAT(response.body, ::testing::Not(HasSubstr("SK")));
    });
  }
}

TEST_F(MetadataEndpoint, FailingMachineryIsAServerError) {
  broken = true;
  EXPECT_EQ(get(nginx).status, 500U);
}

}  // namespace
}  // namespace troupe::testing
