#include "runtime/oci/records.hpp"

#include "runtime/process/files.hpp"

#include <boost/json.hpp>

#include <array>
#include <charconv>

namespace troupe::runtime::oci {
namespace {

namespace json = boost::json;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

constexpr std::array<std::string_view, 3> kPhases{"preparing", "created", "started"};
constexpr std::array<std::string_view, 4> kNetworkKinds{"none", "host", "bridge", "address"};

std::int64_t to_ns(Time time) {
  return duration_cast<nanoseconds>(time.time_since_epoch()).count();
}

Time from_ns(std::int64_t ns) {
  return Time(duration_cast<Time::duration>(nanoseconds(ns)));
}

json::object labels_json(const std::map<std::string, std::string>& labels) {
  json::object object;
  for (const auto& [name, value] : labels) {
    object[name] = value;
  }
  return object;
}

std::string text(const json::object& from, std::string_view member) {
  return std::string(from.at(member).as_string());
}

template <class Number>
Number number(const json::object& from, std::string_view member) {
  return from.at(member).to_number<Number>();
}

std::map<std::string, std::string> labels(const json::object& from) {
  std::map<std::string, std::string> found;
  for (const auto& [name, value] : from.at("labels").as_object()) {
    found.emplace(name, value.as_string());
  }
  return found;
}

template <std::size_t N>
std::size_t index_of(const std::array<std::string_view, N>& names, const std::string& name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) {
      return i;
    }
  }
  throw std::invalid_argument(name);
}

json::object process_json(const ProcessIdentity& process) {
  return {{"pid", process.pid}, {"start_ticks", process.start_ticks}};
}

ProcessIdentity process_of(const json::object& from, std::string_view member) {
  const json::object& object = from.at(member).as_object();
  return {number<int>(object, "pid"), number<std::uint64_t>(object, "start_ticks")};
}

json::object network_json(const AttachedNetwork& attached) {
  const Network& network = attached.network;
  json::array ports;
  for (const PortBinding& port : network.ports) {
    ports.emplace_back(json::object{{"container_port", port.container_port},
                                    {"host_port", port.host_port},
                                    {"protocol", port.protocol == Protocol::udp ? "udp" : "tcp"},
                                    {"host_ip", port.host_ip}});
  }
  return {{"name", network.name},       {"kind", kNetworkKinds[static_cast<std::size_t>(network.kind)]},
          {"address", network.address}, {"gateway", network.gateway},
          {"mac", network.mac},         {"subnet", network.subnet},
          {"ports", std::move(ports)},  {"namespace_path", attached.namespace_path}};
}

AttachedNetwork network_of(const json::object& from, const std::string& sandbox) {
  Network network;
  network.name = text(from, "name");
  network.kind = static_cast<NetworkKind>(index_of(kNetworkKinds, text(from, "kind")));
  network.address = text(from, "address");
  network.gateway = text(from, "gateway");
  network.mac = text(from, "mac");
  network.subnet = text(from, "subnet");
  for (const json::value& each : from.at("ports").as_array()) {
    const json::object& port = each.as_object();
    network.ports.push_back(
        {number<std::uint16_t>(port, "container_port"), number<std::uint16_t>(port, "host_port"),
         text(port, "protocol") == "udp" ? Protocol::udp : Protocol::tcp, text(port, "host_ip")});
  }
  return {sandbox, std::move(network), text(from, "namespace_path")};
}

json::object launch_json(const LaunchOptions& launch) {
  json::array raised;
  for (const Rlimit& limit : launch.raised) {
    raised.emplace_back(json::object{{"name", limit.name}, {"hard", limit.hard}});
  }
  json::object object{{"program", launch.program},
                      {"raised", std::move(raised)},
                      {"log_max_bytes", launch.log_max_bytes},
                      {"terminal", launch.terminal},
                      {"interactive", launch.interactive}};
  if (launch.stream_owner) {
    object["stream_owner"] = *launch.stream_owner;
  }
  return object;
}

LaunchOptions launch_of(const json::object& from) {
  LaunchOptions launch{text(from, "program"),
                       number<std::uint64_t>(from, "log_max_bytes"),
                       from.at("terminal").as_bool(),
                       from.at("interactive").as_bool(),
                       {},
                       {}};
  if (from.contains("stream_owner")) {
    launch.stream_owner = number<std::uint32_t>(from, "stream_owner");
  }
  if (const json::value* raised = from.if_contains("raised")) {
    for (const json::value& each : raised->as_array()) {
      const auto hard = number<std::uint64_t>(each.as_object(), "hard");
      launch.raised.push_back({text(each.as_object(), "name"), hard, hard});
    }
  }
  return launch;
}

/// False where an earlier version wrote the file.
bool is_set(const json::object& from, std::string_view member) {
  const json::value* value = from.if_contains(member);
  return value != nullptr && value->as_bool();
}

/// Runs a reader that may throw on any member that is missing or of another type.
template <class T, class Reader>
Result<T> read_json(const std::string& source, Reader reader) {
  try {
    return reader(json::parse(source).as_object());
  } catch (const std::exception& problem) {
    return Failure{FailureKind::invalid, std::string("unreadable state: ") + problem.what()};
  }
}

}  // namespace

std::string to_json(const ContainerRecord& record) {
  json::array mounts;
  for (const BindMount& mount : record.mounts) {
    mounts.emplace_back(json::object{{"source", mount.source},
                                     {"target", mount.target},
                                     {"read_only", mount.read_only},
                                     {"mapped", mount.mapped}});
  }
  return json::serialize(json::object{{"id", record.id},
                                      {"sandbox", record.sandbox},
                                      {"phase", kPhases[static_cast<std::size_t>(record.phase)]},
                                      {"run", record.run},
                                      {"pause", record.pause},
                                      {"own_pid_namespace", record.own_pid_namespace},
                                      {"process", process_json(record.process)},
                                      {"conmon", process_json(record.conmon)},
                                      {"boot_id", record.boot_id},
                                      {"image_digest", record.image_digest},
                                      {"stop_signal", record.stop_signal},
                                      {"log_path", record.log_path},
                                      {"cgroup_path", record.cgroup_path},
                                      {"created_at_ns", to_ns(record.created_at)},
                                      {"started_at_ns", to_ns(record.started_at)},
                                      {"launch", launch_json(record.launch)},
                                      {"mounts", std::move(mounts)},
                                      {"labels", labels_json(record.labels)}});
}

Result<ContainerRecord> container_from_json(const std::string& source) {
  return read_json<ContainerRecord>(source, [](const json::object& from) {
    ContainerRecord record;
    record.id = text(from, "id");
    record.sandbox = text(from, "sandbox");
    record.phase = static_cast<Phase>(index_of(kPhases, text(from, "phase")));
    record.run = number<unsigned>(from, "run");
    record.pause = from.at("pause").as_bool();
    record.own_pid_namespace = from.at("own_pid_namespace").as_bool();
    record.process = process_of(from, "process");
    record.conmon = process_of(from, "conmon");
    record.boot_id = text(from, "boot_id");
    record.image_digest = text(from, "image_digest");
    record.stop_signal = text(from, "stop_signal");
    record.log_path = text(from, "log_path");
    record.cgroup_path = text(from, "cgroup_path");
    record.created_at = from_ns(number<std::int64_t>(from, "created_at_ns"));
    record.started_at = from_ns(number<std::int64_t>(from, "started_at_ns"));
    record.launch = launch_of(from.at("launch").as_object());
    for (const json::value& each : from.at("mounts").as_array()) {
      const json::object& mount = each.as_object();
      record.mounts.push_back({text(mount, "source"), text(mount, "target"), mount.at("read_only").as_bool(),
                               is_set(mount, "mapped")});
    }
    record.labels = labels(from);
    return record;
  });
}

std::string to_json(const SandboxRecord& record) {
  json::array networks;
  for (const AttachedNetwork& network : record.networks) {
    networks.emplace_back(network_json(network));
  }
  json::object object{{"id", record.id},
                      {"networks", std::move(networks)},
                      {"volumes", json::array(record.volumes.begin(), record.volumes.end())},
                      {"labels", labels_json(record.labels)},
                      {"share_pid_namespace", record.share_pid_namespace},
                      {"share_ipc_namespace", record.share_ipc_namespace},
                      {"shared_memory_path", record.shared_memory_path},
                      {"limited_storage", record.limited_storage}};
  if (record.first_id) {
    object["first_id"] = *record.first_id;
  }
  return json::serialize(object);
}

Result<SandboxRecord> sandbox_from_json(const std::string& source) {
  return read_json<SandboxRecord>(source, [](const json::object& from) {
    SandboxRecord record;
    record.id = text(from, "id");
    for (const json::value& each : from.at("networks").as_array()) {
      record.networks.push_back(network_of(each.as_object(), record.id));
    }
    for (const json::value& each : from.at("volumes").as_array()) {
      record.volumes.emplace_back(each.as_string());
    }
    record.labels = labels(from);
    record.share_pid_namespace = from.at("share_pid_namespace").as_bool();
    record.share_ipc_namespace = from.at("share_ipc_namespace").as_bool();
    record.shared_memory_path = text(from, "shared_memory_path");
    record.limited_storage = is_set(from, "limited_storage");
    if (from.contains("first_id")) {
      record.first_id = number<std::uint32_t>(from, "first_id");
    }
    return record;
  });
}

std::optional<ProcessIdentity> identify(int pid) {
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  if (!stat) {
    return std::nullopt;
  }
  // The name in parentheses may hold anything; the fields after it do not.
  std::size_t at = stat->rfind(')');
  if (at == std::string::npos || at + 2 >= stat->size() || (*stat)[at + 2] == 'Z' || (*stat)[at + 2] == 'X') {
    return std::nullopt;
  }
  for (int field = 2; field < 22 && at != std::string::npos; ++field) {
    at = stat->find(' ', at + 1);
  }
  ProcessIdentity process{pid, 0};
  if (at == std::string::npos) {
    return std::nullopt;
  }
  std::from_chars(stat->data() + at + 1, stat->data() + stat->size(), process.start_ticks);
  return process;
}

bool is_alive(const ProcessIdentity& process) {
  if (process.pid <= 0) {
    return false;
  }
  const auto now = identify(process.pid);
  return now && now->start_ticks == process.start_ticks;
}

std::string current_boot_id() {
  auto text = read_file("/proc/sys/kernel/random/boot_id");
  return text ? text->substr(0, text->find('\n')) : std::string();
}

}  // namespace troupe::runtime::oci
