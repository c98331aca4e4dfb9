/// Clusters and task definitions through the registry.

#include "tests/control/control_world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Clusters : public ControlTest {
 protected:
  Clusters() { start(); }
};

TEST_F(Clusters, CreateClusterIsIdempotent) {
  create_cluster("one");
  const auto first = *cluster("one").cluster;
  world.advance(std::chrono::seconds{5});
  create_cluster("one");
  EXPECT_EQ(*cluster("one").cluster, first);
  EXPECT_EQ(journal->count("e/"), 1U);
}

TEST_F(Clusters, TwoCreationsAtOnceMakeOneCluster) {
  const auto first = begin(core::CreateCluster{}, "one");
  const auto second = begin(core::CreateCluster{}, "one");
  world.settle();
  EXPECT_EQ(*reply<core::ClusterReply>(first->answer).cluster,
            *reply<core::ClusterReply>(second->answer).cluster);
  EXPECT_EQ(journal->count("e/"), 1U);
}

TEST_F(Clusters, BadNamesAndProvidersAreRefusedWithoutATrace) {
  const auto living = world.living();
  EXPECT_EQ(refusal(ask(core::CreateCluster{}, "no spaces")),
            "InvalidParameterException: Cluster name contains invalid characters.");
  core::CreateCluster with_provider;
  with_provider.capacity_providers = {"nowhere"};
  EXPECT_NE(refusal(ask(with_provider, "one")), "");
  EXPECT_EQ(world.living(), living);
  EXPECT_EQ(refusal(ask(core::DescribeCluster{}, "one")), "ClusterNotFoundException: Cluster not found.");
}

TEST_F(Clusters, AnEmptyClusterCanBeDeletedAndMadeAgain) {
  create_cluster("one");
  EXPECT_EQ(reply<core::ClusterReply>(ask(core::DeleteCluster{}, "one")).cluster->status,
            core::ClusterStatus::INACTIVE);
  EXPECT_THAT(reply<core::ListReply>(ask(core::ListClusters{})).items, IsEmpty());
  EXPECT_EQ(refusal(ask(core::ListTasks{}, "one")),
            "ClusterNotFoundException: The referenced cluster was inactive.");
  EXPECT_EQ(cluster("one").cluster->status, core::ClusterStatus::INACTIVE);
  create_cluster("one");
  EXPECT_THAT(reply<core::ListReply>(ask(core::ListClusters{})).items, SizeIs(1));
}

TEST_F(Clusters, AClusterWithInstancesOrTasksStays) {
  create_cluster();
  register_definition();
  auto agent = make_agent();
  ASSERT_TRUE(connect(agent));
  EXPECT_EQ(
      refusal(ask(core::DeleteCluster{})),
      "ClusterContainsContainerInstancesException: The Cluster cannot be deleted while Container Instances "
      "are active or draining.");
}

/// In every order, either the host gets in or the cluster goes.
TEST_F(Clusters, AHostThatJoinsAndADeletionDoNotBothSucceed) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    world.shuffle(seed);
    const auto name = "c" + std::to_string(seed);
    create_cluster(name);
    auto agent = make_agent();
    const auto deletion = begin(core::DeleteCluster{}, name);
    const bool joined = connect(agent, name);
    ASSERT_TRUE(deletion->done());
    const bool deleted = deletion->answer && *deletion->answer;
    EXPECT_NE(joined, deleted);
  }
}

TEST_F(Clusters, ListClustersPages) {
  for (const auto* name : {"b", "a", "c"}) create_cluster(name);
  core::ListClusters query;
  query.page.limit = 2;
  const auto first = reply<core::ListReply>(ask(query));
  EXPECT_THAT(first.items, ElementsAre(core::cluster_arn({}, "a"), core::cluster_arn({}, "b")));
  query.page.after = first.next.value_or("");
  const auto second = reply<core::ListReply>(ask(query));
  EXPECT_THAT(second.items, ElementsAre(core::cluster_arn({}, "c")));
  EXPECT_FALSE(second.next);
}

TEST_F(Clusters, RevisionsAreNeverUsedTwice) {
  EXPECT_EQ(register_definition()->definition.revision, 1);
  EXPECT_EQ(register_definition()->definition.revision, 2);
  (void)ask(core::DeregisterTaskDefinition{"web:2"});
  restart();
  EXPECT_EQ(
      reply<core::TaskDefinitionReply>(ask(core::DescribeTaskDefinition{"web"})).record->definition.revision,
      1);
  EXPECT_EQ(register_definition()->definition.revision, 3);
}

TEST_F(Clusters, ARecordThatCannotBeReadStopsTheStart) {
  create_cluster();
  const runtime::WriteBatch damage{{"c/default", "\x01nonsense"}};
  ASSERT_TRUE(journal->commit({&damage}));
  stop();
  const auto started = start_control_plane(world.system(), journal, options);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, ::testing::HasSubstr("c/default"));
}

}  // namespace
}  // namespace troupe::testing
