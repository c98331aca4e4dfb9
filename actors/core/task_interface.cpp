/// Addresses drawn from ids.

#include "actors/core/task_interface.hpp"

#include <algorithm>
#include <charconv>

namespace troupe::core {
namespace {

constexpr const char* subnet_gateway = "10.0.0.1/8";

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

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

std::string dns_name_of(std::string address) {
  std::ranges::replace(address, '.', '-');
  return "ip-" + address + ".ec2.internal";
}

/// "10.0.0.7": four numbers to 255, without zeros before them.
bool is_ipv4(std::string_view text) {
  for (int left = 4; left > 0; --left) {
    const auto part = text.substr(0, text.find('.'));
    unsigned number = 256;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    const bool padded = part.size() > 1 && part.front() == '0';
    if (error != std::errc{} || end != part.data() + part.size() || padded || number > 255) return false;
    text.remove_prefix(part.size());
    if (text.empty()) return left == 1;
    text.remove_prefix(1);
  }
  return false;
}

/// "02:00:00:00:00:07"
bool is_mac(std::string_view text) {
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool separates = i % 3 == 2;
    if (separates ? text[i] != ':' : !is_hex_digit(text[i])) return false;
  }
  return true;
}

}  // namespace

Result<void> check_details(const std::vector<KeyValuePair>& details) {
  for (const auto& detail : details) {
    const auto name = detail.name.value_or("");
    const auto value = detail.value.value_or("");
    if (name == "privateIPv4Address" && is_ipv4(value)) continue;
    if (name == "macAddress" && is_mac(value)) continue;
    return invalid_parameter("Invalid attachment detail: " + name.substr(0, 64) + "=" + value.substr(0, 64));
  }
  return {};
}

TaskInterface as_said(TaskInterface interface, const std::vector<KeyValuePair>& details) {
  for (const auto& detail : details) {
    if (detail.name == "macAddress") interface.mac = *detail.value;
    if (detail.name != "privateIPv4Address") continue;
    interface.address = *detail.value;
    interface.dns_name = dns_name_of(interface.address);
  }
  return interface;
}

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
  made.dns_name = dns_name_of(made.address);
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
