/// Signatures and tokens.

#include "api/operations/access.hpp"

#include "api/http/origin.hpp"

#include <string_view>

namespace troupe::api::operations {
namespace {

constexpr std::string_view bearer = "Bearer ";
constexpr std::string_view token_protocol = "troupe.token.";

std::chrono::sys_seconds wall_clock() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

AccessOptions completed(AccessOptions options) {
  if (!options.now) options.now = wall_clock;
  if (options.token_key.empty()) options.token_key = http::TokenIssuer::random_key();
  if (!options.credentials) {
    options.credentials = [](std::string_view) { return std::shared_ptr<const http::Credentials>{}; };
  }
  return options;
}

/// The token among the subprotocols that a browser offers: "a, troupe.token.T".
std::string_view offered_token(std::string_view protocols) {
  const auto start = protocols.find(token_protocol);
  if (start == std::string_view::npos) return {};
  protocols.remove_prefix(start + token_protocol.size());
  return protocols.substr(0, protocols.find_first_of(", "));
}

std::string token_of(const http::Request& request) {
  if (auto token = request.query_parameter("token"); !token.empty()) return token;
  const auto* authorization = request.header("authorization");
  if (authorization != nullptr && authorization->starts_with(bearer)) {
    return authorization->substr(bearer.size());
  }
  const auto* protocols = request.header("sec-websocket-protocol");
  return protocols != nullptr ? std::string{offered_token(*protocols)} : std::string{};
}

/// Where everybody is believed, a browser must not lend its place on this machine
/// to pages from elsewhere, whatever name they have made to point here.
bool comes_from_here(const http::Request& request) {
  const auto* origin = request.header("origin");
  return origin == nullptr || http::is_loopback_origin(*origin);
}

http::ApiError forbidden(http::ApiError error) {
  error.status = 403;
  return error;
}

/// As AWS names a user, and whoever acts in a role.
std::string arn_of(const core::Realm& realm, const core::Principal& who) {
  const auto account = "::" + realm.account + ":";
  const auto assumed = "arn:" + realm.partition + ":sts" + account + "assumed-role/";
  switch (who.kind) {
    case core::PrincipalKind::agent:
      return assumed + "agent/" + who.access_key;
    case core::PrincipalKind::task:
      return assumed + "task/" + core::to_string(who.task);
    case core::PrincipalKind::administrator:
      break;
  }
  return "arn:" + realm.partition + ":iam" + account + "user/" + who.access_key;
}

}  // namespace

Access::Access(const core::Realm& realm, AccessOptions options)
    : realm_(realm),
      options_(completed(std::move(options))),
      keys_(options_.token_key),
      verifier_(
          [this](std::string_view access_key) {
            auto known = options_.credentials(access_key);
            return known ? known : keys_.find(access_key);
          },
          {.service = "ecs", .region = realm.region}),
      tokens_(options_.token_key) {}

http::Result<Caller> Access::caller_of(const http::Request& request) const {
  if (options_.mode == AccessMode::any) {
    if (!comes_from_here(request)) {
      return http::ApiError{"AccessDeniedException", "Pages of this origin may not call this server."};
    }
    return Caller{"arn:" + realm_.partition + ":iam::" + realm_.account + ":root", {}, {}};
  }
  auto identity = verifier_.verify(request, options_.now());
  if (!identity) return std::move(identity).error();
  auto who = KeyIssuer::principal_of(identity->access_key);
  auto arn = arn_of(realm_, who);
  return Caller{std::move(arn), std::move(who), KeyIssuer::role_of(identity->access_key)};
}

EventToken Access::issue_token(std::string_view caller_arn) const {
  const auto now = options_.now();
  return {tokens_.issue(caller_arn, now, options_.token_lifetime), now + options_.token_lifetime};
}

http::Result<std::string> Access::subscriber_of(const http::Request& request) const {
  const auto token = token_of(request);
  if (!token.empty()) {
    auto holder = tokens_.check(token, options_.now());
    if (!holder) return forbidden(std::move(holder).error());
    return holder;
  }
  auto caller = caller_of(request);
  if (!caller) return forbidden(std::move(caller).error());
  if (const auto refusal = forbids(*caller, "SubscribeToEvents")) {
    return forbidden({std::string{core::exception_name(refusal->code)}, refusal->message});
  }
  return std::move(caller->arn);
}

}  // namespace troupe::api::operations
