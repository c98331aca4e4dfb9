/// CreateCluster, DescribeClusters, ListClusters, DeleteCluster.

#include "api/wire/clusters.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"
#include "api/wire/page_token.hpp"

#include <algorithm>
#include <array>

namespace troupe::api::operations::clusters {
namespace {

constexpr rendering::ClusterDetail everything{true, true, true, true, true};
constexpr auto insights_values = std::to_array<std::string_view>({"disabled", "enabled", "enhanced"});

Refusal check_settings(const std::optional<std::vector<core::ClusterSetting>>& settings) {
  for (const auto& setting : list_or_empty(settings)) {
    if (!setting.name) return core::invalid_parameter("Setting name cannot be empty.");
    if (std::ranges::find(insights_values, setting.value.value_or("")) == insights_values.end()) {
      return core::invalid_parameter("Invalid value for the setting containerInsights: '" +
                                     setting.value.value_or("") +
                                     "'. Valid values are disabled, enabled and enhanced.");
    }
  }
  return std::nullopt;
}

core::Result<Question> read_create(const Call& /*call*/, const wire::CreateClusterRequest& in) {
  if (auto refusal = check_cluster_name(in.clusterName.value_or(""))) return *refusal;
  if (auto refusal = check_settings(in.settings)) return *refusal;
  if (auto refusal = check_tags(in.tags)) return *refusal;
  core::CreateCluster command;
  command.settings = list_or_empty(in.settings);
  command.configuration = in.configuration;
  command.capacity_providers = list_or_empty(in.capacityProviders);
  command.default_strategy = list_or_empty(in.defaultCapacityProviderStrategy);
  if (in.serviceConnectDefaults) command.service_connect_defaults = {in.serviceConnectDefaults->namespace_};
  command.tags = list_or_empty(in.tags);
  return ask_cluster(in.clusterName, std::move(command));
}

wire::CreateClusterResponse write_created(const Call& call, const wire::CreateClusterRequest& /*in*/,
                                          const core::ClusterReply& reply) {
  auto detail = everything;
  detail.attachments = false;
  return {rendering::cluster(call.realm(), *reply.cluster, reply.counts, detail)};
}

/// The clusters that a DescribeClusters names, each once, in the order of the request.
std::vector<std::string> clusters_named(const wire::DescribeClustersRequest& in) {
  if (!in.clusters || in.clusters->empty()) return {"default"};
  std::vector<std::string> named;
  for (const auto& name : *in.clusters) {
    if (std::ranges::find(named, name) == named.end()) named.push_back(name);
  }
  return named;
}

core::Result<std::vector<Question>> read_describe(const Call& /*call*/,
                                                  const wire::DescribeClustersRequest& in) {
  if (auto refusal = check_at_most(list_or_empty(in.clusters), 100, "clusters")) return *refusal;
  std::vector<Question> questions;
  for (const auto& name : clusters_named(in)) {
    questions.push_back(ask_cluster(name, core::DescribeCluster{}));
  }
  return questions;
}

core::Failure missing_cluster(const core::Realm& realm, const std::string& name) {
  const bool is_arn = name.starts_with("arn:");
  return {is_arn ? name : core::cluster_arn(realm, name), "MISSING", std::nullopt};
}

core::Result<wire::DescribeClustersResponse> write_described(const Call& call,
                                                             const wire::DescribeClustersRequest& in,
                                                             const Answers& answers) {
  using wire::ClusterField;
  const auto asked = [&](ClusterField field) { return rendering::includes(in.include, field); };
  const rendering::ClusterDetail detail{asked(ClusterField::ATTACHMENTS), asked(ClusterField::CONFIGURATIONS),
                                        asked(ClusterField::SETTINGS), asked(ClusterField::STATISTICS),
                                        asked(ClusterField::TAGS)};
  const auto named = clusters_named(in);
  wire::DescribeClustersResponse out;
  out.clusters.emplace();
  out.failures.emplace();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto reply = reply_of<core::ClusterReply>(answers[i]);
    if (reply) {
      out.clusters->push_back(rendering::cluster(call.realm(), *(*reply)->cluster, (*reply)->counts, detail));
    } else if (reply.error().code == core::ErrorCode::cluster_not_found) {
      out.failures->push_back(missing_cluster(call.realm(), named[i]));
    } else {
      return reply.error();
    }
  }
  return out;
}

core::Result<Question> read_list(const Call& /*call*/, const wire::ListClustersRequest& in) {
  auto page = wire::page_of(query_of("ListClusters", in), in.nextToken, in.maxResults);
  if (!page) return std::move(page).error();
  return ask_registry(core::ListClusters{*std::move(page)});
}

wire::ListClustersResponse write_list(const Call& /*call*/, const wire::ListClustersRequest& in,
                                      const core::ListReply& reply) {
  return {reply.items, wire::next_token(query_of("ListClusters", in), reply.next)};
}

core::Result<Question> read_delete(const Call& /*call*/, const wire::DeleteClusterRequest& in) {
  return ask_cluster(in.cluster, core::DeleteCluster{});
}

wire::DeleteClusterResponse write_deleted(const Call& call, const wire::DeleteClusterRequest& /*in*/,
                                          const core::ClusterReply& reply) {
  return {rendering::cluster(call.realm(), *reply.cluster, reply.counts, {})};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("CreateCluster", read_create, write_created),
          fan_out("DescribeClusters", read_describe, write_described),
          operation("ListClusters", read_list, write_list),
          operation("DeleteCluster", read_delete, write_deleted)};
}

}  // namespace troupe::api::operations::clusters
