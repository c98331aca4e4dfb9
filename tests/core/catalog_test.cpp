/// Families, revisions and their lists.

#include "actors/core/catalog.hpp"
#include "tests/core/task_definition_sample.hpp"

#include <gmock/gmock.h>

namespace troupe::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CatalogTest : public ::testing::Test {
 protected:
  TaskDefinitionPtr add(const std::string& family) {
    RegisterTaskDefinition command;
    command.definition = sample::definition();
    command.definition.family = family;
    command.registered_by = "arn:aws:iam::000000000000:root";
    const auto decided = catalog.decide(command, from_epoch_ms(1000));
    EXPECT_TRUE(decided);
    catalog.put(*decided);
    return *decided;
  }
  Result<TaskDefinitionPtr> remove(const std::string& reference) {
    auto decided = catalog.decide(DeregisterTaskDefinition{reference}, from_epoch_ms(2000));
    if (decided) catalog.put(*decided);
    return decided;
  }
  /// All items, read page by page.
  template <class Query>
  std::vector<std::string> all(Query query, std::size_t limit) {
    std::vector<std::string> items;
    query.page.limit = limit;
    for (int pages = 0; pages < 100; ++pages) {
      const auto reply = catalog.list(query);
      EXPECT_LE(reply.items.size(), limit);
      items.insert(items.end(), reply.items.begin(), reply.items.end());
      if (!reply.next) return items;
      query.page.after = *reply.next;
    }
    ADD_FAILURE() << "the pages do not end";
    return items;
  }
  static std::string arn(const std::string& family, int revision) {
    return task_definition_arn({}, family, revision);
  }
  Catalog catalog;
};

TEST_F(CatalogTest, RevisionsCountUpAndAreNeverUsedAgain) {
  EXPECT_EQ(add("web")->definition.revision, 1);
  EXPECT_EQ(add("web")->definition.revision, 2);
  EXPECT_EQ(add("api")->definition.revision, 1);
  ASSERT_TRUE(remove("web:2"));
  EXPECT_EQ(add("web")->definition.revision, 3);
  // One that was decided and is not durable keeps its number.
  RegisterTaskDefinition command;
  command.definition = sample::definition();
  command.definition.family = "web";
  EXPECT_EQ((*catalog.decide(command, {}))->definition.revision, 4);
  EXPECT_EQ(add("web")->definition.revision, 5);
}

TEST_F(CatalogTest, ARegistrationSaysWhoAndWhen) {
  const auto record = add("web");
  EXPECT_EQ(record->definition.taskDefinitionArn, arn("web", 1));
  EXPECT_EQ(record->definition.status, TaskDefinitionStatus::ACTIVE);
  EXPECT_EQ(record->definition.registeredAt, from_epoch_ms(1000));
  EXPECT_EQ(record->definition.registeredBy, "arn:aws:iam::000000000000:root");
}

TEST_F(CatalogTest, AFamilyMeansItsLatestActiveRevision) {
  for (int i = 0; i < 3; ++i) add("web");
  ASSERT_TRUE(remove("web:3"));
  EXPECT_EQ((*catalog.describe("web"))->definition.revision, 2);
  EXPECT_EQ((*catalog.to_run("web"))->definition.revision, 2);
  EXPECT_EQ((*catalog.describe("web:3"))->definition.status, TaskDefinitionStatus::INACTIVE);
  EXPECT_EQ(catalog.to_run("web:3").error().message, "TaskDefinition is inactive");
  EXPECT_EQ((*catalog.describe(arn("web", 1)))->definition.revision, 1);
}

TEST_F(CatalogTest, RefusalsAreThoseOfEcs) {
  add("web");
  EXPECT_EQ(catalog.describe("api").error().message, "Unable to describe task definition.");
  EXPECT_EQ(catalog.describe("api").error().code, ErrorCode::client);
  EXPECT_EQ(catalog.to_run("web:9").error().message, "TaskDefinition not found.");
  EXPECT_EQ(remove("web").error().message, "Revision is missing.");
  EXPECT_EQ(catalog.describe("arn:aws:ecs:us-east-1:999999999999:task-definition/web:1").error().message,
            "Identifier is for 999999999999. Your accountId is 000000000000");
}

TEST_F(CatalogTest, DeregisteringTwiceKeepsTheFirstTime) {
  add("web");
  ASSERT_TRUE(remove("web:1"));
  const auto again = catalog.decide(DeregisterTaskDefinition{"web:1"}, from_epoch_ms(9000));
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->definition.deregisteredAt, from_epoch_ms(2000));
}

TEST_F(CatalogTest, ListsGoForwardAndBackwardInPagesOfAnySize) {
  std::vector<std::string> expected;
  for (const auto* family : {"a", "a-b", "a_b", "ab", "b"}) {
    for (int revision = 1; revision <= 12; ++revision) {
      add(family);
      expected.push_back(arn(family, revision));
    }
  }
  ListTaskDefinitions backward;
  backward.sort = SortOrder::DESC;
  for (const std::size_t limit : {1U, 2U, 7U, 60U, 100U}) {
    EXPECT_EQ(all(ListTaskDefinitions{}, limit), expected);
    auto reversed = all(backward, limit);
    std::reverse(reversed.begin(), reversed.end());
    EXPECT_EQ(reversed, expected);
  }
}

TEST_F(CatalogTest, FamilyFiltersByTheWholeNameAndFamiliesByPrefix) {
  for (const auto* family : {"web", "web-api", "we", "api"}) add(family);
  ListTaskDefinitions query;
  query.family = "web";
  EXPECT_THAT(all(query, 10), ElementsAre(arn("web", 1)));
  ListTaskDefinitionFamilies families;
  families.prefix = "web";
  EXPECT_THAT(all(families, 1), ElementsAre("web", "web-api"));
  families.prefix = "";
  EXPECT_THAT(all(families, 3), ElementsAre("api", "we", "web", "web-api"));
}

TEST_F(CatalogTest, StatusFilters) {
  add("web");
  add("web");
  add("old");
  ASSERT_TRUE(remove("web:1"));
  ASSERT_TRUE(remove("old:1"));
  ListTaskDefinitions inactive;
  inactive.status = TaskDefinitionStatus::INACTIVE;
  EXPECT_THAT(all(ListTaskDefinitions{}, 10), ElementsAre(arn("web", 2)));
  EXPECT_THAT(all(inactive, 10), ElementsAre(arn("old", 1), arn("web", 1)));
  ListTaskDefinitionFamilies families;
  EXPECT_THAT(all(families, 10), ElementsAre("web"));
  families.status = FamilyStatus::INACTIVE;
  EXPECT_THAT(all(families, 10), ElementsAre("old"));
  families.status = FamilyStatus::ALL;
  EXPECT_THAT(all(families, 10), ElementsAre("old", "web"));
  families.prefix = "none";
  EXPECT_THAT(all(families, 10), IsEmpty());
}

}  // namespace
}  // namespace troupe::core
