/// Records are cached by the kernel, not synced: they are about things that a
/// power failure ends as well.

#include "runtime/network/records.hpp"

#include "runtime/process/files.hpp"

#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>

namespace troupe::runtime {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> state_names = {"unusable", "ready", "used"};
constexpr std::array<std::string_view, 4> kind_names = {"none", "host", "bridge", "address"};

template <class Enum, std::size_t Size>
std::optional<Enum> parse_name(const std::array<std::string_view, Size>& names, const json::value& name) {
  for (std::size_t i = 0; i < Size; ++i) {
    if (name.is_string() && name.get_string() == names[i]) {
      return static_cast<Enum>(i);
    }
  }
  return std::nullopt;
}

json::value describe(const NetworkRecord& record) {
  const Network& network = record.attached.network;
  json::array ports;
  for (const PortBinding& port : network.ports) {
    ports.push_back(json::object{{"containerPort", port.container_port},
                                 {"hostPort", port.host_port},
                                 {"protocol", port.protocol == Protocol::tcp ? "tcp" : "udp"},
                                 {"hostIp", port.host_ip}});
  }
  return json::object{{"id", record.id},
                      {"state", state_names[static_cast<std::size_t>(record.state)]},
                      {"sandbox", record.attached.sandbox},
                      {"namespace", record.attached.namespace_path},
                      {"name", network.name},
                      {"kind", kind_names[static_cast<std::size_t>(network.kind)]},
                      {"address", network.address},
                      {"gateway", network.gateway},
                      {"mac", network.mac},
                      {"subnet", network.subnet},
                      {"ports", std::move(ports)}};
}

std::string text_of(const json::object& object, const char* name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::uint16_t port_of(const json::object& object, const char* name) {
  const json::value* found = object.if_contains(name);
  boost::system::error_code error;
  return found != nullptr ? found->to_number<std::uint16_t>(error) : std::uint16_t{0};
}

std::optional<NetworkRecord> parse(const std::string& text) {
  boost::system::error_code broken;
  const json::value value = json::parse(text, broken);
  if (broken || !value.is_object()) {
    return std::nullopt;
  }
  const json::object& object = value.get_object();
  const auto state = parse_name<RecordState>(state_names, text_of(object, "state").c_str());
  const auto kind = parse_name<NetworkKind>(kind_names, text_of(object, "kind").c_str());
  NetworkRecord record{text_of(object, "id"), RecordState::unusable, {}};
  if (!state || !kind || record.id.empty()) {
    return std::nullopt;
  }
  record.state = *state;
  record.attached.sandbox = text_of(object, "sandbox");
  record.attached.namespace_path = text_of(object, "namespace");
  record.attached.network = {text_of(object, "name"),
                             *kind,
                             text_of(object, "address"),
                             text_of(object, "gateway"),
                             text_of(object, "mac"),
                             text_of(object, "subnet"),
                             {}};
  if (const json::value* ports = object.if_contains("ports"); ports != nullptr && ports->is_array()) {
    for (const json::value& each : ports->get_array()) {
      if (each.is_object()) {
        const json::object& port = each.get_object();
        record.attached.network.ports.push_back(
            {port_of(port, "containerPort"), port_of(port, "hostPort"),
             text_of(port, "protocol") == "udp" ? Protocol::udp : Protocol::tcp, text_of(port, "hostIp")});
      }
    }
  }
  return record;
}

}  // namespace

Result<void> Records::save(const NetworkRecord& record) const {
  return write_file_atomically(directory_ + "/" + record.id + ".json", json::serialize(describe(record)));
}

void Records::remove(const std::string& id) const {
  ::unlink((directory_ + "/" + id + ".json").c_str());
}

Result<std::vector<NetworkRecord>> Records::load() const {
  std::vector<NetworkRecord> records;
  std::error_code error;
  for (std::filesystem::directory_iterator file(directory_, error), end; !error && file != end;
       file.increment(error)) {
    if (file->path().extension() != ".json") {
      ::unlink(file->path().c_str());  // What a killed process had begun to write.
      continue;
    }
    const auto text = read_file(file->path());
    auto record = text.has_value() ? parse(*text) : std::nullopt;
    if (record) {
      records.push_back(std::move(*record));
    } else {
      spdlog::warn("networks skip record {}: it cannot be read", file->path().string());
    }
  }
  if (error) {
    return Failure{FailureKind::failed, "cannot read " + directory_ + ": " + error.message()};
  }
  return records;
}

}  // namespace troupe::runtime
