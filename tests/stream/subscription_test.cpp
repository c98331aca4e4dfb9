/// What a handshake may ask for, from where, and what its filter lets pass.

#include "api/stream/subscription.hpp"

#include "tests/rendering/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::api::stream {
namespace {

using ::testing::ElementsAre;

const core::Realm home_realm;

http::Request handshake(const std::string& target, const std::string& origin = {},
                        const std::string& host = "127.0.0.1:4566") {
  http::Request request;
  request.method = "GET";
  request.target = target;
  request.headers = {{"Host", host}};
  if (!origin.empty()) request.headers.push_back({"Origin", origin});
  return request;
}

TEST(Subscription, ReadsItsQuery) {
  const auto read = parse_subscription(
      home_realm,
      handshake("/events?from=12&cluster=a,arn%3Aaws%3Aecs%3Aus-east-1%3A000000000000%3Acluster/b&"
                "service=web&group=family:x&task=00000000000000010000000000000002&"
                "detail-type=ECS%20Task%20State%20Change"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->from, 12U);
  EXPECT_THAT(read->filter.clusters, ElementsAre("a", "b"));
  EXPECT_THAT(read->filter.groups, ElementsAre("family:x", "service:web"));
  EXPECT_THAT(read->filter.tasks, ElementsAre("00000000000000010000000000000002"));
  EXPECT_THAT(read->filter.detail_types, ElementsAre("ECS Task State Change"));
}

TEST(Subscription, WithoutQueryWantsEverything) {
  const auto read = parse_subscription(home_realm, handshake("/events"));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->from);
  EXPECT_EQ(read->channel(), "");
}

TEST(Subscription, RefusesWhatItCannotRead) {
  for (const auto* target : {"/events?from=-1", "/events?from=1x", "/events?task=nope",
                             "/events?detail-type=Weather", "/events?cluster=a/b/c"}) {
    const auto read = parse_subscription(home_realm, handshake(target));
    ASSERT_FALSE(read) << target;
    EXPECT_EQ(read.error().code, "InvalidParameterException");
    EXPECT_EQ(read.error().status, 400U);
  }
}

TEST(Subscription, OrderOfAListDoesNotMatterForTheChannel) {
  const auto one = parse_subscription(home_realm, handshake("/events?cluster=a,b"));
  const auto two = parse_subscription(home_realm, handshake("/events?cluster=b,a"));
  const auto other = parse_subscription(home_realm, handshake("/events?group=a,b"));
  EXPECT_EQ(one->channel(), two->channel());
  EXPECT_NE(one->channel(), other->channel());
}

TEST(Origin, ClientsThatAreNoBrowserPass) {
  EXPECT_TRUE(check_origin({}, handshake("/events")));
  EXPECT_TRUE(check_origin({{"https://a.example"}, true}, handshake("/events")));
}

TEST(Origin, PagesOfThisMachineAndOfThisServerPassByDefault) {
  EXPECT_TRUE(check_origin({}, handshake("/events", "http://localhost:3000")));
  EXPECT_TRUE(check_origin({}, handshake("/events", "http://[::1]:3000")));
  EXPECT_TRUE(check_origin({}, handshake("/events", "http://box:4566", "box:4566")));
  EXPECT_EQ(check_origin({}, handshake("/events", "http://evil.example")).error().status, 403U);
  EXPECT_FALSE(check_origin({}, handshake("/events", "http://localhost.evil.example")));
  EXPECT_FALSE(check_origin({}, handshake("/events", "null")));
}

TEST(Origin, SameOriginIsNoProofWhereAnybodyIsBelieved) {
  EXPECT_FALSE(check_origin({{}, false}, handshake("/events", "http://box:4566", "box:4566")));
  EXPECT_TRUE(check_origin({{}, false}, handshake("/events", "http://127.0.0.1:4566")));
}

TEST(Origin, AListAdmitsExactlyItsMembers) {
  const OriginPolicy policy{{"https://board.example"}, true};
  EXPECT_TRUE(check_origin(policy, handshake("/events", "https://board.example")));
  EXPECT_FALSE(check_origin(policy, handshake("/events", "https://board.example:8443")));
  EXPECT_FALSE(check_origin(policy, handshake("/events", "http://localhost:3000")));
  EXPECT_TRUE(check_origin({{"*"}, true}, handshake("/events", "https://any.example")));
}

TEST(Filter, ListsNarrowEachOther) {
  const core::EventBody task = core::TaskStateChange{testing::web_task()};
  const core::EventBody instance = core::InstanceStateChange{testing::host_instance()};
  EXPECT_TRUE(passes({}, task));
  EXPECT_TRUE(passes({{"prod"}, {}, {}, {}}, task));
  EXPECT_FALSE(passes({{"test"}, {}, {}, {}}, task));
  EXPECT_TRUE(passes({{}, {"00000000000000010000000000000002"}, {}, {}}, task));
  EXPECT_FALSE(passes({{}, {"00000000000000010000000000000003"}, {}, {}}, task));
  EXPECT_TRUE(passes({{"prod"}, {}, {"family:web"}, {}}, task));
  EXPECT_FALSE(passes({{"prod"}, {}, {"service:web"}, {}}, task));
  EXPECT_TRUE(passes({{"prod"}, {}, {}, {}}, instance));
  EXPECT_FALSE(passes({{}, {}, {"family:web"}, {}}, instance));
  EXPECT_FALSE(passes({{}, {}, {}, {"ECS Task State Change"}}, instance));
}

TEST(Filter, AServicesEventsBelongToTheGroupOfItsTasks) {
  core::ServiceAction action;
  action.cluster = "prod";
  action.service = "web";
  const core::EventBody event = action;
  EXPECT_TRUE(passes({{"prod"}, {}, {}, {}}, event));
  EXPECT_TRUE(passes({{"prod"}, {}, {"service:web"}, {}}, event));
  EXPECT_FALSE(passes({{}, {}, {"service:shop"}, {}}, event));
  EXPECT_FALSE(passes({{}, {"00000000000000010000000000000002"}, {}, {}}, event));
  EXPECT_FALSE(passes({{}, {}, {}, {"ECS Deployment State Change"}}, event));
}

}  // namespace
}  // namespace troupe::api::stream
