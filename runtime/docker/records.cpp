#include "runtime/docker/records.hpp"

#include <boost/json.hpp>

#include <array>
#include <stdexcept>

namespace troupe::runtime::docker {
namespace {

namespace json = boost::json;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

constexpr std::array<std::string_view, 4> kKinds{"none", "host", "bridge", "address"};

std::int64_t nanoseconds_of(Time time) {
  return duration_cast<nanoseconds>(time.time_since_epoch()).count();
}

Time time_of(const json::object& from, std::string_view member) {
  return Time(duration_cast<Time::duration>(nanoseconds(from.at(member).to_number<std::int64_t>())));
}

std::string string_of(const json::object& from, std::string_view member) {
  return std::string(from.at(member).as_string());
}

std::vector<std::string> strings_of(const json::object& from, std::string_view member) {
  std::vector<std::string> strings;
  for (const auto& each : from.at(member).as_array()) {
    strings.emplace_back(each.as_string());
  }
  return strings;
}

json::array array_of(const std::vector<std::string>& strings) {
  return json::array(strings.begin(), strings.end());
}

json::object object_of(const std::map<std::string, std::string>& labels) {
  json::object object;
  for (const auto& [name, value] : labels) {
    object[name] = value;
  }
  return object;
}

std::map<std::string, std::string> labels_of(const json::object& from) {
  std::map<std::string, std::string> labels;
  for (const auto& [name, value] : from.at("labels").as_object()) {
    labels.emplace(name, value.as_string());
  }
  return labels;
}

json::object network_object(const Network& network) {
  json::array ports;
  for (const PortBinding& port : network.ports) {
    ports.emplace_back(json::object{{"container_port", port.container_port},
                                    {"host_port", port.host_port},
                                    {"udp", port.protocol == Protocol::udp},
                                    {"host_ip", port.host_ip}});
  }
  return {{"name", network.name},       {"kind", kKinds[static_cast<std::size_t>(network.kind)]},
          {"address", network.address}, {"gateway", network.gateway},
          {"mac", network.mac},         {"subnet", network.subnet},
          {"ports", std::move(ports)}};
}

Network network_from(const json::object& from) {
  Network network;
  network.name = string_of(from, "name");
  const auto kind = string_of(from, "kind");
  std::size_t index = 0;
  while (index < kKinds.size() && kKinds[index] != kind) {
    ++index;
  }
  if (index == kKinds.size()) {
    throw std::invalid_argument(kind);
  }
  network.kind = static_cast<NetworkKind>(index);
  network.address = string_of(from, "address");
  network.gateway = string_of(from, "gateway");
  network.mac = string_of(from, "mac");
  network.subnet = string_of(from, "subnet");
  for (const auto& each : from.at("ports").as_array()) {
    const auto& port = each.as_object();
    network.ports.push_back({port.at("container_port").to_number<std::uint16_t>(),
                             port.at("host_port").to_number<std::uint16_t>(),
                             port.at("udp").as_bool() ? Protocol::udp : Protocol::tcp,
                             string_of(port, "host_ip")});
  }
  return network;
}

/// Boost.JSON throws on any member that is missing or of another type.
template <class T, class Read>
Result<T> read_record(const std::string& text, Read read) {
  try {
    return read(json::parse(text).as_object());
  } catch (const std::exception& problem) {
    return Failure{FailureKind::invalid, std::string("unreadable record: ") + problem.what()};
  }
}

}  // namespace

std::string to_json(const SandboxEntry& sandbox) {
  json::array networks;
  for (const Network& network : sandbox.networks) {
    networks.emplace_back(network_object(network));
  }
  return json::serialize(json::object{{"id", sandbox.id},
                                      {"networks", std::move(networks)},
                                      {"pauses", array_of(sandbox.pauses)},
                                      {"holder", sandbox.holder},
                                      {"volumes", array_of(sandbox.volumes)},
                                      {"labels", object_of(sandbox.labels)},
                                      {"share_pid_namespace", sandbox.share_pid_namespace},
                                      {"share_ipc_namespace", sandbox.share_ipc_namespace}});
}

std::string to_json(const ContainerEntry& container) {
  json::object object{{"id", container.id},
                      {"sandbox", container.sandbox},
                      {"engine_id", container.engine_id},
                      {"image_digest", container.image_digest},
                      {"image_id", container.image_id},
                      {"stop_signal", container.stop_signal},
                      {"log_path", container.log_path},
                      {"created_at_ns", nanoseconds_of(container.created_at)},
                      {"started_at_ns", nanoseconds_of(container.started_at)},
                      {"started", container.started},
                      {"ended_run", container.ended_run},
                      {"labels", object_of(container.labels)}};
  if (container.exit) {
    object["exit"] = {{"code", container.exit->exit_code},
                      {"out_of_memory", container.exit->out_of_memory},
                      {"finished_at_ns", nanoseconds_of(container.exit->finished_at)}};
  }
  return json::serialize(object);
}

Result<SandboxEntry> sandbox_entry(const std::string& text) {
  return read_record<SandboxEntry>(text, [](const json::object& from) {
    SandboxEntry sandbox;
    sandbox.id = string_of(from, "id");
    for (const auto& each : from.at("networks").as_array()) {
      sandbox.networks.push_back(network_from(each.as_object()));
    }
    sandbox.pauses = strings_of(from, "pauses");
    sandbox.holder = string_of(from, "holder");
    sandbox.volumes = strings_of(from, "volumes");
    sandbox.labels = labels_of(from);
    sandbox.share_pid_namespace = from.at("share_pid_namespace").as_bool();
    sandbox.share_ipc_namespace = from.at("share_ipc_namespace").as_bool();
    return sandbox;
  });
}

Result<ContainerEntry> container_entry(const std::string& text) {
  return read_record<ContainerEntry>(text, [](const json::object& from) {
    ContainerEntry container;
    container.id = string_of(from, "id");
    container.sandbox = string_of(from, "sandbox");
    container.engine_id = string_of(from, "engine_id");
    container.image_digest = string_of(from, "image_digest");
    container.image_id = string_of(from, "image_id");
    container.stop_signal = string_of(from, "stop_signal");
    container.log_path = string_of(from, "log_path");
    container.created_at = time_of(from, "created_at_ns");
    container.started_at = time_of(from, "started_at_ns");
    container.started = from.at("started").as_bool();
    container.ended_run = string_of(from, "ended_run");
    if (const auto* ended = from.if_contains("exit")) {
      const auto& exit = ended->as_object();
      container.exit = Exit{exit.at("code").to_number<int>(), exit.at("out_of_memory").as_bool(),
                            time_of(exit, "finished_at_ns")};
    }
    container.labels = labels_of(from);
    return container;
  });
}

}  // namespace troupe::runtime::docker
