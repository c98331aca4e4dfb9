/// Ids and ARNs in both directions.

#include "actors/core/ids.hpp"

#include <gtest/gtest.h>

#include <set>

namespace troupe::core {
namespace {

const Realm ireland{"aws", "eu-west-1", "123456789012"};

TEST(Ids, TextComesBackAsTheSameId) {
  Dice dice{42};
  for (int i = 0; i < 100; ++i) {
    const auto id = dice.id<TaskId>();
    EXPECT_EQ(to_string(id).size(), 32U);
    EXPECT_EQ(parse_id<TaskId>(to_string(id)), id);
    const auto uuid = dice.uuid();
    EXPECT_EQ(to_string(uuid).size(), 36U);
    EXPECT_EQ(to_string(uuid)[14], '4');
    EXPECT_EQ(parse_id<Uuid>(to_string(uuid)), uuid);
  }
}

TEST(Ids, OneSeedGivesTheSameIdsAndAnotherOthers) {
  Dice one{7};
  Dice same{7};
  Dice other{8};
  EXPECT_EQ(one.id<TaskId>(), same.id<TaskId>());
  EXPECT_NE(one.id<TaskId>(), other.id<TaskId>());
  std::set<TaskId> seen;
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(seen.insert(one.id<TaskId>()).second);
}

TEST(Ids, ThoseWithATimeAreVersion7UuidsInItsOrder) {
  Dice dice{42};
  // RFC 9562, A.6: its example was made on 22 February 2022, 14:22:22 GMT-05:00.
  const auto example = dice.id<TaskId>(from_epoch_ms(0x017F22E279B0));
  EXPECT_TRUE(to_string(example).starts_with("017f22e279b07")) << to_string(example);
  std::set<TaskId> seen;
  for (std::int64_t ms = 1'000; ms < 1'010; ++ms) {
    for (int i = 0; i < 1'000; ++i) {
      const auto id = dice.id<TaskId>(from_epoch_ms(ms));
      const auto text = to_string(Uuid{id.bits});
      ASSERT_EQ(text[14], '7');
      ASSERT_NE(std::string("89ab").find(text[19]), std::string::npos) << text;
      ASSERT_TRUE(seen.insert(id).second);
      ASSERT_EQ(id.bits[0] >> 16U, static_cast<std::uint64_t>(ms));
    }
  }
}

TEST(Ids, WhatIsNoIdIsNotRead) {
  for (const std::string text :
       {"", "abc", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdeg",
        "0123456789abcdef0123456789abcdef0", "01234567-89ab-cdef-0123456789abcdef0123",
        "------------------------------------"}) {
    EXPECT_FALSE(parse_id<TaskId>(text)) << text;
  }
  EXPECT_TRUE(parse_id<TaskId>("01234567-89ab-cdef-0123-456789abcdef"));
}

TEST(Ids, ArnsAreThoseOfEcs) {
  const auto id = *parse_id<TaskId>("0123456789abcdef0123456789abcdef");
  EXPECT_EQ(cluster_arn(ireland, "one"), "arn:aws:ecs:eu-west-1:123456789012:cluster/one");
  EXPECT_EQ(task_arn(ireland, "one", id),
            "arn:aws:ecs:eu-west-1:123456789012:task/one/0123456789abcdef0123456789abcdef");
  EXPECT_EQ(instance_arn(ireland, "one", InstanceId{id.bits}),
            "arn:aws:ecs:eu-west-1:123456789012:container-instance/one/0123456789abcdef0123456789abcdef");
  EXPECT_EQ(container_arn(ireland, "one", id, Uuid{id.bits}),
            "arn:aws:ecs:eu-west-1:123456789012:container/one/0123456789abcdef0123456789abcdef/"
            "01234567-89ab-cdef-0123-456789abcdef");
  EXPECT_EQ(task_definition_arn(ireland, "web", 3),
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:3");
  EXPECT_EQ(service_arn(ireland, "one", "web"), "arn:aws:ecs:eu-west-1:123456789012:service/one/web");
}

struct RefCase {
  const char* text;
  const char* cluster;
  const char* name;
  const char* error;
};

TEST(Ids, ReferencesAreNamesOrArns) {
  const RefCase cases[] = {
      {"abc", "", "abc", nullptr},
      {"arn:aws:ecs:eu-west-1:123456789012:task/abc", "", "abc", nullptr},
      {"arn:aws:ecs:eu-west-1:123456789012:task/one/abc", "one", "abc", nullptr},
      {"arn:aws:ecs:eu-west-1:123456789012:cluster/one", nullptr, nullptr,
       "Unsupported resource type: cluster"},
      {"arn:aws:ecs:eu-west-1:999999999999:task/abc", nullptr, nullptr,
       "Identifier is for 999999999999. Your accountId is 123456789012"},
      {"arn:aws:ecs:us-east-1:123456789012:task/abc", nullptr, nullptr,
       "Identifier is for region us-east-1. Your region is eu-west-1"},
      {"arn:aws:s3:eu-west-1:123456789012:task/abc", nullptr, nullptr,
       "Invalid arn syntax: arn:aws:s3:eu-west-1:123456789012:task/abc"},
      {"arn:aws:ecs:eu-west-1:123456789012:task/", nullptr, nullptr,
       "Invalid arn syntax: arn:aws:ecs:eu-west-1:123456789012:task/"},
      {"arn:aws:ecs:eu-west-1:123456789012:task/a/b/c", nullptr, nullptr,
       "Invalid arn syntax: arn:aws:ecs:eu-west-1:123456789012:task/a/b/c"},
      {"one/abc", nullptr, nullptr, "Invalid identifier: one/abc"},
      {"arn:", nullptr, nullptr, "Invalid arn syntax: arn:"},
  };
  for (const auto& wanted : cases) {
    SCOPED_TRACE(wanted.text);
    const auto ref = parse_ref(ireland, "task", wanted.text);
    if (wanted.error != nullptr) {
      ASSERT_FALSE(ref);
      EXPECT_EQ(ref.error().code, ErrorCode::invalid_parameter);
      EXPECT_EQ(ref.error().message, wanted.error);
    } else {
      ASSERT_TRUE(ref) << ref.error().message;
      EXPECT_EQ(ref->cluster, wanted.cluster);
      EXPECT_EQ(ref->name, wanted.name);
    }
  }
}

}  // namespace
}  // namespace troupe::core
