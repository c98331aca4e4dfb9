/// Ids and ARNs of what a service is made of.

#include "actors/core/service/names.hpp"

#include <charconv>

namespace troupe::core {
namespace {

constexpr std::string_view prefix = "ecs-svc/";

std::string arn(const Realm& realm, std::string_view type, const std::string& rest) {
  return "arn:" + realm.partition + ":ecs:" + realm.region + ":" + realm.account + ":" + std::string{type} +
         "/" + rest;
}

}  // namespace

std::string deployment_name(std::uint64_t id) {
  return std::string{prefix} + std::to_string(id);
}

std::optional<std::uint64_t> parse_deployment_name(std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  std::uint64_t id = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, id);
  if (failure != std::errc{} || stop != end || id == 0) return std::nullopt;
  return id;
}

std::string task_set_arn(const Realm& realm, const Service& service, std::uint64_t id) {
  return arn(realm, "task-set", service.cluster + "/" + service.name + "/" + deployment_name(id));
}

std::string service_deployment_arn(const Realm& realm, const ServiceDeployment& deployment) {
  return arn(realm, "service-deployment",
             deployment.cluster + "/" + deployment.service + "/" + deployment.id);
}

std::string service_revision_arn(const Realm& realm, const std::string& cluster, const std::string& service,
                                 std::uint64_t number) {
  return arn(realm, "service-revision", cluster + "/" + service + "/" + std::to_string(number));
}

std::string capacity_provider_arn(const Realm& realm, std::string_view name) {
  return arn(realm, "capacity-provider", std::string{name});
}

std::uint64_t fresh_number(Dice& dice) {
  constexpr std::uint64_t smallest = 1'000'000'000'000'000'000U;
  return smallest + dice.below(8 * smallest);
}

std::string fresh_deployment_id(Dice& dice) {
  constexpr std::string_view characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string id;
  for (int i = 0; i < 21; ++i) id.push_back(characters[dice.below(characters.size())]);
  return id;
}

Result<ServicePartRef> parse_service_part(const Realm& realm, std::string_view type, std::string_view text) {
  const auto start = arn(realm, type, "");
  const auto malformed = invalid_parameter("Invalid arn syntax: " + std::string{text});
  if (!text.starts_with(start)) return malformed;
  text.remove_prefix(start.size());
  const auto first = text.find('/');
  const auto second = first == std::string_view::npos ? first : text.find('/', first + 1);
  if (second == std::string_view::npos || second + 1 == text.size()) return malformed;
  return ServicePartRef{std::string{text.substr(0, first)},
                        std::string{text.substr(first + 1, second - first - 1)},
                        std::string{text.substr(second + 1)}};
}

}  // namespace troupe::core
