/// Addresses drawn from ids.

#include "actors/core/task_interface.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

constexpr const char* subnet_gateway = "10.0.0.1/8";

std::string mac_of(std::string_view hex) {
  std::string mac = "02";
  for (std::size_t i = 0; i < 10; i += 2) mac.append(":").append(hex.substr(i, 2));
  return mac;
}

/// In 10.0.0.0/8; the last byte is none of the gateway's, networks' or broadcasts'.
std::string address_of(std::uint64_t bits) {
  const auto byte = [&](unsigned shift) { return (bits >> shift) & 0xFFU; };
  const auto host = 2 + byte(0) % 253;
  return "10." + std::to_string(byte(16)) + "." + std::to_string(byte(8)) + "." + std::to_string(host);
}

}  // namespace

std::optional<TaskInterface> task_interface(const Task& task) {
  if (task.definition->definition.networkMode != NetworkMode::awsvpc) return std::nullopt;
  const auto own = std::ranges::find_if(
      task.attachments, [](const Attachment& each) { return each.type == "ElasticNetworkInterface"; });
  const auto bits = own == task.attachments.end() ? std::nullopt : parse_hex(own->id.value_or(""));
  if (!bits) return std::nullopt;
  const auto hex = to_hex(*bits);
  TaskInterface made;
  made.attachment = *own->id;
  made.id = "eni-" + hex.substr(15);
  made.mac = mac_of(hex);
  made.address = address_of((*bits)[1]);
  made.gateway = subnet_gateway;
  auto dashed = made.address;
  std::ranges::replace(dashed, '.', '-');
  made.dns_name = "ip-" + dashed + ".ec2.internal";
  return made;
}

std::vector<KeyValuePair> details_of(const TaskInterface& interface) {
  return {{"networkInterfaceId", interface.id},
          {"macAddress", interface.mac},
          {"privateDnsName", interface.dns_name},
          {"privateIPv4Address", interface.address}};
}

std::string attachment_arn(const Realm& realm, const std::string& attachment) {
  return "arn:" + realm.partition + ":ecs:" + realm.region + ":" + realm.account + ":attachment/" +
         attachment;
}

}  // namespace troupe::core
