/// Routes of the API.

#include "api/operations/api.hpp"

#include "api/operations/joining.hpp"

#include <caf/send.hpp>

namespace troupe::api::operations {
namespace {

constexpr std::string_view issue_event_token = "IssueEventToken";

/// The name of an operation that is answered here, without the control plane; empty
/// for all others.
std::string_view own_operation(const http::Request& request) {
  const auto* target = request.header("x-amz-target");
  const auto prefix = own_target_prefix.size();
  if (target == nullptr || !target->starts_with(own_target_prefix) || target->size() <= prefix) return {};
  const auto name = std::string_view{*target}.substr(prefix + 1);
  for (const auto known : {issue_event_token, issue_join_token, join_cluster}) {
    if (name == known) return known;
  }
  return {};
}

http::Response not_found() {
  return http::error_response({"UnknownOperationException", "There is nothing at this address.", 404});
}

http::Response status_response(unsigned status, std::string_view word) {
  http::Response out;
  out.status = status;
  out.content_type = "application/json";
  out.body = "{\"status\":";
  http::append_json_string(out.body, word);
  out.body += "}";
  return out;
}

/// `expiresAt` in seconds since the epoch, as the API tells times.
http::Response token_response(const EventToken& issued) {
  http::Response out;
  out.body = "{\"token\":";
  http::append_json_string(out.body, issued.token);
  out.body += ",\"expiresAt\":" + std::to_string(issued.expires_at.time_since_epoch().count()) + "}";
  return out;
}

}  // namespace

Api::Api(ApiOptions options, std::shared_ptr<const Access> access, std::vector<FrontActor> fronts)
    : ready_(std::move(options.ready)),
      realm_(std::make_shared<const core::Realm>(std::move(options.realm))),
      access_(std::move(access)),
      fronts_(std::move(fronts)) {}

void Api::handle(std::shared_ptr<const http::Request> request, http::Responder responder) {
  handle(*request, [responder](http::Response response) { responder.reply(std::move(response)); });
}

void Api::handle(const http::Request& request, std::function<void(http::Response)> reply) {
  if (request.method == "POST" && request.path() == "/") return call(request, std::move(reply));
  if (request.method == "GET") return reply(probe(request.path()));
  reply(not_found());
}

http::Response Api::probe(std::string_view path) const {
  if (path == "/healthz") return status_response(200, "ok");
  if (path != "/readyz") return not_found();
  const bool ready = !ready_ || ready_();
  return ready ? status_response(200, "ready") : status_response(503, "recovering");
}

http::Response Api::answer(std::string_view own, const Caller& caller, std::string_view body) const {
  if (const auto refusal = forbids(caller, own)) return refusal_response(*refusal);
  if (own == issue_event_token) return token_response(access_->issue_token(caller.arn));
  return answer_issue_join_token(access_->keys(), access_->now(), body);
}

void Api::call(const http::Request& request, std::function<void(http::Response)> reply) {
  const auto own = own_operation(request);
  // The one call that nobody can sign: it asks for the key.
  if (own == join_cluster) {
    return reply(answer_join_cluster(access_->keys(), *realm_, access_->now(), request.body));
  }
  auto caller = access_->caller_of(request);
  if (!caller) return reply(http::error_response(caller.error()));
  if (!own.empty()) return reply(answer(own, *caller, request.body));
  const auto* target = request.header("x-amz-target");
  const auto row = table_.find_target(target != nullptr ? std::string_view{*target} : std::string_view{});
  if (!row) return reply(refusal_response(row.error()));
  if (const auto refusal = forbids(*caller, (*row)->name)) return reply(refusal_response(*refusal));
  const auto* host = request.header("host");
  const Call made{realm_, *std::move(caller), host != nullptr ? *host : std::string{}};
  auto plan = (*row)->begin(made, request.body);
  if (!plan) return reply(refusal_response(plan.error()));
  const auto& front = fronts_[next_front_++ % fronts_.size()];
  caf::anon_send(front,
                 StartCall{(*row)->name, std::make_shared<const Plan>(*std::move(plan)), std::move(reply)});
}

}  // namespace troupe::api::operations
