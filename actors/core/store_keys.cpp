/// Keys of the records.

#include "actors/core/store.hpp"

namespace troupe::core {
namespace {

std::string padded(std::string digits, std::size_t width) {
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

std::string cluster_key(const std::string& name) {
  return "c/" + name;
}

std::string task_definition_key(const std::string& family, std::int32_t revision) {
  return "d/" + family + "/" + padded(std::to_string(revision), 10);
}

std::string task_key(const std::string& cluster, const TaskId& id) {
  return "t/" + cluster + "/" + to_string(id);
}

std::string instance_key(const std::string& cluster, const InstanceId& id) {
  return "i/" + cluster + "/" + to_string(id);
}

std::string token_key(const std::string& cluster, const std::string& token) {
  return "k/" + cluster + "/" + token;
}

std::string service_key(const std::string& cluster, const std::string& service) {
  return "s/" + cluster + "/" + service;
}

std::string service_revision_key(const ServiceRevision& revision) {
  return "sr/" + revision.cluster + "/" + revision.service + "/" +
         padded(std::to_string(revision.number), 19);
}

std::string service_deployment_key(const ServiceDeployment& deployment) {
  return "sd/" + deployment.cluster + "/" + deployment.service + "/" + deployment.id;
}

std::string capacity_provider_key(const std::string& name) {
  return "p/" + name;
}

std::string event_key(std::uint64_t sequence) {
  return "e/" + to_hex({0, sequence}).substr(16);
}

std::vector<std::string> prefixes_in_order() {
  return {"e/", "t/"};
}

std::uint64_t event_sequence(std::string_view key) {
  const auto bits = parse_hex(std::string(16, '0') + std::string{key.substr(2)});
  return bits ? (*bits)[1] : 0;
}

std::string cluster_in_key(std::string_view key) {
  key.remove_prefix(key.find('/') + 1);
  return std::string{key.substr(0, key.find('/'))};
}

}  // namespace troupe::core
