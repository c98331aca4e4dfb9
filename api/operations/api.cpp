/// Routes of the API.

#include "api/operations/api.hpp"

#include "api/operations/joining.hpp"
#include "api/operations/task_gate.hpp"

#include <caf/send.hpp>

#include <atomic>

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

std::string_view text_of(const std::string* header) {
  return header != nullptr ? std::string_view{*header} : std::string_view{};
}

using Reply = std::function<void(http::Response)>;

}  // namespace

struct Api::Parts {
  std::shared_ptr<const core::Realm> realm;
  std::shared_ptr<const Access> access;
  std::shared_ptr<TaskGate> gate;
  OperationTable table;
  std::vector<FrontActor> fronts;
  std::atomic<std::size_t> next_front{0};

  const FrontActor& front() { return fronts[next_front++ % fronts.size()]; }
  [[nodiscard]] http::Response answer_own(std::string_view own, const Caller& caller,
                                          std::string_view body) const;
  void perform(Caller caller, const http::Request& request, Reply reply);
};

Api::Api(ApiOptions options, std::shared_ptr<const Access> access, std::vector<FrontActor> fronts)
    : ready_(std::move(options.ready)), parts_(std::make_shared<Parts>()) {
  parts_->gate = std::make_shared<TaskGate>(options.realm, std::move(options.operator_roles));
  parts_->realm = std::make_shared<const core::Realm>(std::move(options.realm));
  parts_->access = std::move(access);
  parts_->fronts = std::move(fronts);
}

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

http::Response Api::Parts::answer_own(std::string_view own, const Caller& caller,
                                      std::string_view body) const {
  if (const auto refusal = forbids(caller, own)) return refusal_response(*refusal);
  if (own == issue_event_token) return token_response(access->issue_token(caller.arn));
  return answer_issue_join_token(access->keys(), access->now(), body);
}

void Api::Parts::perform(Caller caller, const http::Request& request, Reply reply) {
  const auto own = own_operation(request);
  if (!own.empty()) return reply(answer_own(own, caller, request.body));
  const auto row = table.find_target(text_of(request.header("x-amz-target")));
  if (!row) return reply(refusal_response(row.error()));
  if (const auto refusal = forbids(caller, (*row)->name)) return reply(refusal_response(*refusal));
  const Call made{realm, std::move(caller), std::string{text_of(request.header("host"))}};
  auto plan = (*row)->begin(made, request.body);
  if (!plan) return reply(refusal_response(plan.error()));
  caf::anon_send(front(),
                 StartCall{(*row)->name, std::make_shared<const Plan>(*std::move(plan)), std::move(reply)});
}

void Api::call(const http::Request& request, std::function<void(http::Response)> reply) {
  // The one call that nobody can sign: it asks for the key.
  if (own_operation(request) == join_cluster) {
    const auto& access = *parts_->access;
    return reply(answer_join_cluster(access.keys(), *parts_->realm, access.now(), request.body));
  }
  auto caller = parts_->access->caller_of(request);
  if (!caller) return reply(http::error_response(caller.error()));
  if (caller->principal.kind != core::PrincipalKind::task) {
    return parts_->perform(*std::move(caller), request, std::move(reply));
  }
  auto judged = [parts = parts_, kept = std::make_shared<const http::Request>(request),
                 reply = std::move(reply)](TaskGate::Verdict verdict) {
    if (auto* refused = std::get_if<http::Response>(&verdict)) return reply(std::move(*refused));
    parts->perform(std::get<Caller>(std::move(verdict)), *kept, reply);
  };
  parts_->gate->judge(parts_->front(), *std::move(caller), std::move(judged));
}

}  // namespace troupe::api::operations
