/// Query, Origin and filter of a subscription.

#include "api/stream/subscription.hpp"

#include "api/http/origin.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace troupe::api::stream {
namespace {

constexpr auto detail_types = std::to_array<std::string_view>(
    {"ECS Task State Change", "ECS Container Instance State Change", "ECS Cluster State Change"});

http::ApiError invalid(const std::string& message) {
  return {"InvalidParameterException", message};
}

/// The values of a list parameter; empty ones are left out.
std::vector<std::string> list_of(const http::Request& request, std::string_view name) {
  const auto text = request.query_parameter(name);
  std::vector<std::string> values;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(',', start), text.size());
    if (end > start) values.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return values;
}

/// The short names of resources that are named or given by ARN.
http::Result<std::vector<std::string>> names_of(const core::Realm& realm, std::string_view type,
                                                std::vector<std::string> references) {
  for (auto& reference : references) {
    const auto parsed = core::parse_ref(realm, type, reference);
    if (!parsed) return invalid(parsed.error().message);
    reference = parsed->name;
  }
  return references;
}

http::Result<std::optional<std::uint64_t>> sequence_of(const http::Request& request) {
  const auto text = request.query_parameter("from");
  if (text.empty()) return std::optional<std::uint64_t>{};
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return invalid("from must be a sequence number.");
  }
  return std::optional{value};
}

bool is_same_origin(std::string_view origin, const http::Request& request) {
  const auto* host = request.header("host");
  const auto scheme = origin.find("://");
  return host != nullptr && scheme != std::string_view::npos &&
         http::same_name(origin.substr(scheme + 3), *host);
}

bool wanted(const std::vector<std::string>& list, std::string_view value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}

void append_list(std::string& out, char kind, std::vector<std::string> list) {
  std::ranges::sort(list);
  for (const auto& value : list) out += kind + std::to_string(value.size()) + ":" + value;
}

}  // namespace

std::string Subscription::channel() const {
  std::string out;
  append_list(out, 'c', filter.clusters);
  append_list(out, 't', filter.tasks);
  append_list(out, 'g', filter.groups);
  append_list(out, 'd', filter.detail_types);
  return out;
}

http::Result<Subscription> parse_subscription(const core::Realm& realm, const http::Request& request) {
  Subscription out;
  const auto from = sequence_of(request);
  if (!from) return from.error();
  out.from = *from;
  auto clusters = names_of(realm, "cluster", list_of(request, "cluster"));
  if (!clusters) return clusters.error();
  out.filter.clusters = *std::move(clusters);
  auto tasks = names_of(realm, "task", list_of(request, "task"));
  if (!tasks) return tasks.error();
  for (auto& task : *tasks) {
    const auto id = core::parse_id<core::TaskId>(task);
    if (!id) return invalid("Task Identifier is invalid");
    out.filter.tasks.push_back(core::to_string(*id));
  }
  out.filter.groups = list_of(request, "group");
  for (const auto& service : list_of(request, "service")) out.filter.groups.push_back("service:" + service);
  out.filter.detail_types = list_of(request, "detail-type");
  for (const auto& type : out.filter.detail_types) {
    if (std::ranges::find(detail_types, type) == detail_types.end()) {
      return invalid("There are no events of detail-type " + type + ".");
    }
  }
  return out;
}

http::Result<void> check_origin(const OriginPolicy& policy, const http::Request& request) {
  const auto* origin = request.header("origin");
  if (origin == nullptr) return {};
  bool allowed = false;
  if (policy.allowed.empty()) {
    allowed =
        http::is_loopback_origin(*origin) || (policy.trust_same_origin && is_same_origin(*origin, request));
  } else {
    allowed = std::ranges::any_of(policy.allowed, [&](const std::string& known) {
      return known == "*" || http::same_name(known, *origin);
    });
  }
  if (allowed) return {};
  return http::ApiError{"AccessDeniedException", "Pages of this origin may not follow events.", 403};
}

bool passes(const EventFilter& filter, const core::EventBody& body) {
  if (!wanted(filter.clusters, core::cluster_of(body))) return false;
  if (!wanted(filter.detail_types, core::detail_type(body))) return false;
  if (filter.tasks.empty() && filter.groups.empty()) return true;
  if (const auto service = core::service_of(body)) {
    return filter.tasks.empty() && wanted(filter.groups, "service:" + *service);
  }
  const auto* change = std::get_if<core::TaskStateChange>(&body);
  return change != nullptr && wanted(filter.groups, change->task->launch->group) &&
         (filter.tasks.empty() || wanted(filter.tasks, core::to_string(change->task->id)));
}

}  // namespace troupe::api::stream
