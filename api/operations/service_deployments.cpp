/// DescribeServiceDeployments, ListServiceDeployments, StopServiceDeployment,
/// ContinueServiceDeployment, DescribeServiceRevisions.
///
/// Deployments and revisions are named by ARN alone, and the ARN names the
/// cluster to ask: a call that describes several may ask several clusters.

#include "api/wire/service_deployments.hpp"
#include "actors/core/service/names.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/service.hpp"
#include "api/wire/page_token.hpp"

#include <map>

namespace troupe::api::operations::service_deployments {
namespace {

constexpr std::size_t describe_max = 20;
constexpr wire::PageLimits list_limits{.usual = 20, .most = 100};
constexpr std::string_view deployment_type = "service-deployment";
constexpr std::string_view revision_type = "service-revision";

/// ARNs by the cluster they name, each once.
using ByCluster = std::map<std::string, std::vector<std::string>>;

core::Result<ByCluster> by_cluster(const Call& call, std::string_view type,
                                   const std::optional<std::vector<std::string>>& asked,
                                   std::string_view member) {
  const auto arns = list_or_empty(asked);
  if (arns.empty()) return core::invalid_parameter(std::string{member} + " cannot be empty.");
  if (auto refusal = check_at_most(arns, describe_max, member)) return *refusal;
  ByCluster clusters;
  for (const auto& arn : arns) {
    const auto part = core::parse_service_part(call.realm(), type, arn);
    if (!part) return part.error();
    auto& known = clusters[part->cluster];
    if (std::ranges::find(known, arn) == known.end()) known.push_back(arn);
  }
  return clusters;
}

template <class Command>
std::vector<Question> questions_of(const ByCluster& clusters) {
  std::vector<Question> questions;
  for (const auto& [cluster, arns] : clusters) questions.push_back(ask_cluster(cluster, Command{arns}));
  return questions;
}

bool unknown_cluster(const core::Error& error) {
  return error.code == core::ErrorCode::cluster_not_found;
}

/// Gathers what each cluster answered; what a cluster that does not exist was
/// asked for is MISSING.
template <class Reply, class Add>
core::Result<std::vector<core::Failure>> gather(const ByCluster& clusters, const Answers& answers, Add add) {
  std::vector<core::Failure> failures;
  auto asked = clusters.begin();
  for (const auto& answer : answers) {
    const auto& arns = (asked++)->second;
    const auto reply = reply_of<Reply>(answer);
    if (reply) {
      add(**reply);
      failures.insert(failures.end(), (*reply)->failures.begin(), (*reply)->failures.end());
    } else if (unknown_cluster(reply.error())) {
      for (const auto& arn : arns) failures.push_back({arn, "MISSING", std::nullopt});
    } else {
      return reply.error();
    }
  }
  return failures;
}

core::Result<std::vector<Question>> read_describe(const Call& call,
                                                  const wire::DescribeServiceDeploymentsRequest& in) {
  const auto clusters = by_cluster(call, deployment_type, in.serviceDeploymentArns, "serviceDeploymentArns");
  if (!clusters) return clusters.error();
  return questions_of<core::DescribeServiceDeployments>(*clusters);
}

core::Result<wire::DescribeServiceDeploymentsResponse> write_described(
    const Call& call, const wire::DescribeServiceDeploymentsRequest& in, const Answers& answers) {
  const auto clusters = by_cluster(call, deployment_type, in.serviceDeploymentArns, "serviceDeploymentArns");
  if (!clusters) return clusters.error();
  wire::DescribeServiceDeploymentsResponse out;
  out.serviceDeployments.emplace();
  auto failures = gather<core::ServiceDeploymentsReply>(
      *clusters, answers, [&](const core::ServiceDeploymentsReply& reply) {
        for (const auto& view : reply.deployments) {
          out.serviceDeployments->push_back(rendering::service_deployment(call.realm(), view));
        }
      });
  if (!failures) return failures.error();
  out.failures = *std::move(failures);
  return out;
}

core::Result<std::vector<Question>> read_revisions(const Call& call,
                                                   const wire::DescribeServiceRevisionsRequest& in) {
  const auto clusters = by_cluster(call, revision_type, in.serviceRevisionArns, "serviceRevisionArns");
  if (!clusters) return clusters.error();
  return questions_of<core::DescribeServiceRevisions>(*clusters);
}

core::Result<wire::DescribeServiceRevisionsResponse> write_revisions(
    const Call& call, const wire::DescribeServiceRevisionsRequest& in, const Answers& answers) {
  const auto clusters = by_cluster(call, revision_type, in.serviceRevisionArns, "serviceRevisionArns");
  if (!clusters) return clusters.error();
  wire::DescribeServiceRevisionsResponse out;
  out.serviceRevisions.emplace();
  auto failures =
      gather<core::ServiceRevisionsReply>(*clusters, answers, [&](const core::ServiceRevisionsReply& reply) {
        for (const auto& [revision, definition] : reply.revisions) {
          out.serviceRevisions->push_back(rendering::service_revision(call.realm(), *revision, definition));
        }
      });
  if (!failures) return failures.error();
  out.failures = *std::move(failures);
  return out;
}

/// Where no cluster is given, the ARN of a service says it.
std::optional<std::string> cluster_of(const Call& call, const wire::ListServiceDeploymentsRequest& in) {
  if (in.cluster && !in.cluster->empty()) return in.cluster;
  const auto named = core::parse_ref(call.realm(), "service", in.service.value_or(""));
  if (!named || named->cluster.empty()) return in.cluster;
  return named->cluster;
}

core::Result<Question> read_list(const Call& call, const wire::ListServiceDeploymentsRequest& in) {
  auto page = wire::page_of(query_of("ListServiceDeployments", in), in.nextToken, in.maxResults, list_limits);
  if (!page) return std::move(page).error();
  core::ListServiceDeployments command;
  command.service = in.service.value_or("");
  command.status = list_or_empty(in.status);
  if (in.createdAt) {
    command.created_after = in.createdAt->after;
    command.created_before = in.createdAt->before;
  }
  command.page = *std::move(page);
  return ask_cluster(cluster_of(call, in), std::move(command));
}

wire::ListServiceDeploymentsResponse write_list(const Call& call,
                                                const wire::ListServiceDeploymentsRequest& in,
                                                const core::ServiceDeploymentsReply& reply) {
  wire::ListServiceDeploymentsResponse out;
  out.serviceDeployments.emplace();
  for (const auto& view : reply.deployments) {
    out.serviceDeployments->push_back(rendering::service_deployment_brief(call.realm(), *view.deployment));
  }
  out.nextToken = wire::next_token(query_of("ListServiceDeployments", in), reply.next);
  return out;
}

/// Asks the cluster that the ARN of a deployment names.
core::Result<std::vector<Question>> ask_deployment(const Call& call, const std::string& arn,
                                                   core::ServiceCommand command) {
  const auto part = core::parse_service_part(call.realm(), deployment_type, arn);
  if (!part) return part.error();
  return std::vector{ask_cluster(part->cluster, std::move(command))};
}

/// The ARN that is answered. These operations know no ClusterNotFoundException.
core::Result<std::string> answered_arn(const Answers& answers) {
  const auto reply = reply_of<core::ServiceDeploymentArnReply>(answers.front());
  if (reply) return (*reply)->arn;
  if (!unknown_cluster(reply.error())) return reply.error();
  return core::Error{core::ErrorCode::service_deployment_not_found, "The service deployment was not found."};
}

core::Result<std::vector<Question>> read_stop(const Call& call,
                                              const wire::StopServiceDeploymentRequest& in) {
  const auto arn = in.serviceDeploymentArn.value_or("");
  const auto type = in.stopType.value_or(core::StopServiceDeploymentStopType::ROLLBACK);
  return ask_deployment(call, arn, core::StopServiceDeployment{arn, type});
}

core::Result<wire::StopServiceDeploymentResponse> write_stopped(
    const Call& /*call*/, const wire::StopServiceDeploymentRequest& /*in*/, const Answers& answers) {
  auto arn = answered_arn(answers);
  if (!arn) return arn.error();
  return wire::StopServiceDeploymentResponse{*std::move(arn)};
}

core::Result<std::vector<Question>> read_continue(const Call& call,
                                                  const wire::ContinueServiceDeploymentRequest& in) {
  const auto arn = in.serviceDeploymentArn.value_or("");
  const auto action = in.action.value_or(core::DeploymentLifecycleHookAction::CONTINUE);
  return ask_deployment(call, arn, core::ContinueServiceDeployment{arn, in.hookId.value_or(""), action});
}

core::Result<wire::ContinueServiceDeploymentResponse> write_continued(
    const Call& /*call*/, const wire::ContinueServiceDeploymentRequest& /*in*/, const Answers& answers) {
  auto arn = answered_arn(answers);
  if (!arn) return arn.error();
  return wire::ContinueServiceDeploymentResponse{*std::move(arn)};
}

}  // namespace

std::vector<Operation> rows() {
  return {fan_out("DescribeServiceDeployments", read_describe, write_described),
          operation("ListServiceDeployments", read_list, write_list),
          fan_out("StopServiceDeployment", read_stop, write_stopped),
          fan_out("ContinueServiceDeployment", read_continue, write_continued),
          fan_out("DescribeServiceRevisions", read_revisions, write_revisions)};
}

}  // namespace troupe::api::operations::service_deployments
