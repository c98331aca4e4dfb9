#include "runtime/docker/documents.hpp"

#include "runtime/oci/process_rules.hpp"

#include <algorithm>

namespace troupe::runtime::docker {
namespace {

namespace json = boost::json;

/// As in the oci adapter: a fork bomb must end somewhere.
constexpr std::uint64_t kProcessesDefault = 4096;
constexpr double kNanosPerCore = 1e9;
constexpr std::uint32_t kNobodyId = 65534;

json::array words(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

json::object labels_with(const std::map<std::string, std::string>& labels) {
  json::object object;
  for (const auto& [name, value] : labels) {
    object[name] = value;
  }
  return object;
}

std::string port_key(const PortBinding& port) {
  return std::to_string(port.container_port) + (port.protocol == Protocol::udp ? "/udp" : "/tcp");
}

void add_limits(const ResourceLimits& limits, json::object& host) {
  host["PidsLimit"] = limits.processes.value_or(kProcessesDefault);
  if (limits.cpu_shares) {
    host["CpuShares"] = *limits.cpu_shares;
  }
  if (limits.cpu_cores) {
    host["NanoCpus"] = static_cast<std::int64_t>(*limits.cpu_cores * kNanosPerCore);
  }
  if (limits.memory_bytes) {
    host["Memory"] = *limits.memory_bytes;
    if (limits.swap_bytes) {
      host["MemorySwap"] = *limits.memory_bytes + *limits.swap_bytes;
    }
  }
  if (limits.memory_reservation_bytes) {
    host["MemoryReservation"] = *limits.memory_reservation_bytes;
  }
  if (limits.swappiness) {
    host["MemorySwappiness"] = *limits.swappiness;
  }
}

json::object mount_object(const Mount& mount) {
  json::object object{{"Type", mount.named_volume ? "volume" : "bind"},
                      {"Source", mount.source},
                      {"Target", mount.target},
                      {"ReadOnly", mount.read_only}};
  if (!mount.named_volume) {
    object["BindOptions"] = {{"Propagation", "rprivate"}};
  }
  return object;
}

void add_files(const ContainerSpec& spec, const ContainerParts& parts, json::object& host) {
  json::array mounts;
  for (const Mount& mount : spec.mounts) {
    mounts.emplace_back(mount_object(mount));
  }
  for (const Mount& file : parts.files) {
    const bool replaced = std::any_of(spec.mounts.begin(), spec.mounts.end(),
                                      [&](const Mount& mount) { return mount.target == file.target; });
    if (!replaced) {
      mounts.emplace_back(mount_object(file));
    }
  }
  host["Mounts"] = std::move(mounts);
  host["VolumesFrom"] = words(parts.volumes_from);
  json::object tmpfs;
  for (const Tmpfs& each : spec.tmpfs) {
    std::string options;
    for (const std::string& option : each.options) {
      options += option + ",";
    }
    options += each.size_bytes == 0 ? "" : "size=" + std::to_string(each.size_bytes);
    if (options.ends_with(',')) {
      options.pop_back();
    }
    tmpfs[each.target] = options;
  }
  host["Tmpfs"] = std::move(tmpfs);
  host["ReadonlyRootfs"] = spec.read_only_root;
  if (spec.shm_size_bytes) {
    host["ShmSize"] = *spec.shm_size_bytes;
  }
}

void add_rights(const ContainerSpec& spec, json::object& host) {
  host["Privileged"] = spec.privileged;
  host["CapAdd"] = words(spec.add_capabilities);
  host["CapDrop"] = words(spec.drop_capabilities);
  if (spec.no_new_privileges) {
    host["SecurityOpt"] = json::array{"no-new-privileges"};
  }
  json::array devices;
  for (const Device& device : spec.devices) {
    devices.emplace_back(json::object{
        {"PathOnHost", device.host_path},
        {"PathInContainer", device.container_path.empty() ? device.host_path : device.container_path},
        {"CgroupPermissions", device.permissions}});
  }
  host["Devices"] = std::move(devices);
  json::array limits;
  for (const Rlimit& limit : spec.rlimits) {
    // The API's numbers are signed; -1 is no limit.
    limits.emplace_back(json::object{{"Name", limit.name},
                                     {"Soft", static_cast<std::int64_t>(limit.soft)},
                                     {"Hard", static_cast<std::int64_t>(limit.hard)}});
  }
  host["Ulimits"] = std::move(limits);
  host["Sysctls"] = labels_with(spec.sysctls);
}

std::string namespace_mode(NamespaceMode mode, const std::string& holder, const char* own) {
  switch (mode) {
    case NamespaceMode::host:
      return "host";
    case NamespaceMode::sandbox:
      return "container:" + holder;
    case NamespaceMode::own:
      break;
  }
  return own;
}

/// Two files at least: with one the engine would cut it in place under a reader.
json::object log_config(const LogLimits& limits, bool is_podman) {
  if (is_podman) {
    return {{"Type", "k8s-file"}, {"Config", {{"max-size", std::to_string(limits.max_size_bytes)}}}};
  }
  const auto files = std::max<std::uint32_t>(limits.max_files, 2);
  const auto size = limits.max_files < 2 ? limits.max_size_bytes / 2 : limits.max_size_bytes;
  return {{"Type", "json-file"},
          {"Config",
           {{"max-size", std::to_string(std::max<std::uint64_t>(size, 1))},
            {"max-file", std::to_string(files)}}}};
}

}  // namespace

Result<json::object> container_document(const ContainerSpec& spec, const ContainerParts& parts) {
  auto arguments = oci::resolve_arguments(parts.image, spec);
  if (!arguments) {
    return arguments.error();
  }
  json::object host{{"NetworkMode", parts.network_mode},
                    {"PidMode", namespace_mode(spec.pid, parts.holder, "")},
                    {"IpcMode", namespace_mode(spec.ipc, parts.holder, "private")},
                    {"Init", spec.init_process},
                    {"LogConfig", log_config(spec.log, parts.is_podman)},
                    {"RestartPolicy", {{"Name", "no"}}}};
  if (!parts.cgroup_parent.empty()) {
    host["CgroupParent"] = parts.cgroup_parent;
  }
  add_limits(spec.limits, host);
  add_files(spec, parts, host);
  add_rights(spec, host);
  auto labels = labels_with(spec.labels);
  labels[label_owner] = parts.owner;
  labels[label_container] = spec.id;
  json::object document{{"Image", parts.image_id},      {"Entrypoint", words(*arguments)},
                        {"Cmd", json::array()},         {"Env", words(spec.environment)},
                        {"Labels", std::move(labels)},  {"OpenStdin", spec.interactive},
                        {"Tty", spec.terminal},         {"Healthcheck", {{"Test", json::array{"NONE"}}}},
                        {"HostConfig", std::move(host)}};
  if (!spec.working_directory.empty()) {
    document["WorkingDir"] = spec.working_directory;
  }
  if (!spec.user.empty()) {
    document["User"] = spec.user;
  }
  if (!spec.hostname.empty()) {
    document["Env"].as_array().insert(document["Env"].as_array().begin(),
                                      json::string("HOSTNAME=" + spec.hostname));
    // One that joins the namespace of another has that one's name.
    if (!parts.network_mode.starts_with("container:")) {
      document["Hostname"] = spec.hostname;
    }
  }
  return document;
}

json::object pause_document(const PauseParts& parts) {
  json::object exposed;
  json::object bound;
  for (const PortBinding& port : parts.ports) {
    exposed[port_key(port)] = json::object();
    auto& list = bound[port_key(port)];
    if (!list.is_array()) {
      list.emplace_array();
    }
    list.as_array().emplace_back(json::object{
        {"HostIp", port.host_ip}, {"HostPort", port.host_port == 0 ? "" : std::to_string(port.host_port)}});
  }
  json::object host{{"NetworkMode", parts.network_mode},
                    {"PortBindings", std::move(bound)},
                    {"IpcMode", parts.shares_ipc ? "shareable" : "private"},
                    {"ReadonlyRootfs", true},
                    {"CapDrop", json::array{"ALL"}},
                    {"SecurityOpt", json::array{"no-new-privileges"}},
                    {"LogConfig", {{"Type", "none"}}},
                    {"RestartPolicy", {{"Name", "no"}}}};
  if (!parts.cgroup_parent.empty()) {
    host["CgroupParent"] = parts.cgroup_parent;
  }
  json::object document{{"Image", parts.image},
                        {"Entrypoint", json::array{"/pause", "-P"}},
                        {"Cmd", json::array()},
                        {"User", std::to_string(kNobodyId) + ":" + std::to_string(kNobodyId)},
                        {"Labels", {{label_owner, parts.owner}, {label_pause, parts.sandbox}}},
                        {"ExposedPorts", std::move(exposed)},
                        {"HostConfig", std::move(host)}};
  if (!parts.hostname.empty()) {
    document["Hostname"] = parts.hostname;
  }
  return document;
}

}  // namespace troupe::runtime::docker
