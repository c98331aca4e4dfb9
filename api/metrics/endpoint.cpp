/// Two steps: which clusters there are, then what each of them uses.

#include "api/metrics/endpoint.hpp"

#include "api/http/origin.hpp"
#include "api/metrics/cluster_metrics.hpp"
#include "api/metrics/process_metrics.hpp"
#include "api/metrics/server_metrics.hpp"

#include <caf/send.hpp>

namespace troupe::api::metrics {
namespace {

constexpr std::string_view path = "/metrics";
constexpr std::string_view bearer = "Bearer ";
constexpr const char* operation = "ReadUsage";
/// Those beyond are left out: a server with so many would want to be asked in parts.
constexpr std::size_t clusters_max = 1'000;
constexpr Metric clusters{"troupe_clusters", "Clusters that are ACTIVE."};

using Reply = std::function<void(http::Response)>;
using ReadFigures = std::function<core::ServerFigures()>;

void ask(const operations::FrontActor& front, std::shared_ptr<operations::Plan> plan, Reply reply) {
  caf::anon_send(front, operations::StartCall{operation, std::move(plan), std::move(reply)});
}

http::Response exposed(const std::vector<core::UsageReply>& all, const ReadFigures& figures) {
  Exposition out;
  out.add(clusters, {}, static_cast<double>(all.size()));
  for (const auto& cluster : all) add_cluster(out, cluster);
  if (figures) add_server(out, figures());
  add_process(out);
  http::Response response;
  response.content_type = exposition_type;
  response.body = out.text();
  return response;
}

/// A cluster that was deleted since it was listed answers with a refusal, and is left out.
void read_clusters(const operations::FrontActor& front, const std::vector<std::string>& arns,
                   const ReadFigures& figures, const Reply& reply) {
  const auto read = std::make_shared<std::vector<core::UsageReply>>();
  if (arns.empty()) return reply(exposed(*read, figures));
  auto plan = std::make_shared<operations::Plan>();
  for (const auto& arn : arns) plan->questions.push_back(operations::ask_cluster(arn, core::ReadUsage{}));
  plan->finish = [read](const operations::Answers& answers) -> operations::Response {
    for (const auto& answer : answers) {
      if (const auto usage = operations::reply_of<core::UsageReply>(answer)) read->push_back(**usage);
    }
    return std::string{};
  };
  ask(front, std::move(plan), [read, figures, reply](http::Response response) {
    reply(response.status == 200 ? exposed(*read, figures) : std::move(response));
  });
}

http::Response refused(http::ApiError error) {
  error.status = 403;
  return http::error_response(error);
}

}  // namespace

http::TokenIssuer token_issuer(std::string key) {
  return http::TokenIssuer{std::move(key), "troupe metrics token 1\n"};
}

Endpoint::Endpoint(EndpointOptions options, std::shared_ptr<const operations::Access> access,
                   operations::FrontActor front)
    : admission_(options.admission),
      tokens_(token_issuer(std::move(options.token_key))),
      access_(std::move(access)),
      front_(std::move(front)),
      figures_(std::move(options.figures)) {}

bool Endpoint::is_for(const http::Request& request) {
  return request.path() == path;
}

http::Result<std::string> Endpoint::admit(const http::Request& request) const {
  const auto* origin = request.header("origin");
  if (origin != nullptr && !http::is_loopback_origin(*origin)) {
    return http::ApiError{"AccessDeniedException", "Pages of this origin may not read metrics."};
  }
  if (admission_ == Admission::everybody) return std::string{};
  const auto* shown = request.header("authorization");
  if (shown != nullptr && shown->starts_with(bearer)) {
    return tokens_.check(shown->substr(bearer.size()), access_->now());
  }
  const auto caller = access_->caller_of(request);
  if (!caller) return caller.error();
  if (const auto refusal = operations::forbids(*caller, operation)) {
    return http::ApiError{core::exception_name(refusal->code), refusal->message};
  }
  return caller->arn;
}

void Endpoint::handle(const std::shared_ptr<const http::Request>& request, http::Responder responder) const {
  handle(*request, [responder](http::Response response) { responder.reply(std::move(response)); });
}

void Endpoint::handle(const http::Request& request, std::function<void(http::Response)> reply) const {
  if (request.method != "GET") {
    return reply(http::error_response({"InvalidParameterException", "Metrics are read by GET.", 405}));
  }
  if (const auto who = admit(request); !who) return reply(refused(who.error()));
  const auto arns = std::make_shared<std::vector<std::string>>();
  auto plan = std::make_shared<operations::Plan>();
  plan->questions.push_back(operations::ask_registry(core::ListClusters{{"", clusters_max}}));
  plan->finish = [arns](const operations::Answers& answers) -> operations::Response {
    const auto listed = operations::reply_of<core::ListReply>(answers.front());
    if (!listed) return listed.error();
    *arns = (*listed)->items;
    return std::string{};
  };
  ask(front_, std::move(plan),
      [front = front_, arns, figures = figures_, reply = std::move(reply)](http::Response response) {
        if (response.status != 200) return reply(std::move(response));
        read_clusters(front, *arns, figures, reply);
      });
}

}  // namespace troupe::api::metrics
