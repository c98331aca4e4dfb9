/// What the containers of one sandbox share. Each of its networks is held by a pause
/// container, which the others join; so an address and its ports are there before
/// the first container is, and stay when one is restarted.

#include "runtime/docker/adapter.hpp"
#include "runtime/docker/pause_image.hpp"
#include "runtime/oci/adapter.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace troupe::runtime::docker {
namespace {

namespace json = boost::json;

Sandbox sandbox_from(const SandboxEntry& entry) {
  return {entry.id, entry.networks, entry.labels};
}

Result<void> check_sandbox(const SandboxSpec& spec) {
  if (auto checked = oci::check_id(spec.id); !checked) {
    return checked;
  }
  std::set<std::string> names;
  for (const NetworkSpec& network : spec.networks) {
    if (!names.insert(network.name).second) {
      return Failure{FailureKind::invalid, "two networks are called \"" + network.name + "\""};
    }
  }
  if (spec.user_namespace) {
    return Failure{FailureKind::invalid,
                   "the docker runtime does not support a user namespace for each task"};
  }
  if (spec.storage_bytes) {
    return Failure{FailureKind::invalid, "the docker runtime does not support a limit of a task's storage"};
  }
  return {};
}

const json::value* value_at(const json::value& from, std::string_view pointer) {
  json::error_code absent;
  return from.find_pointer(pointer, absent);
}

/// Which host port the engine bound for each wish, in the order of the wishes.
std::vector<PortBinding> bound_ports(const json::value& inspected, std::vector<PortBinding> ports) {
  const auto* all = value_at(inspected, "/NetworkSettings/Ports");
  std::set<std::pair<std::string, std::string>> taken;
  for (PortBinding& port : ports) {
    const std::string key =
        std::to_string(port.container_port) + (port.protocol == Protocol::udp ? "/udp" : "/tcp");
    const auto* list = all != nullptr && all->is_object() ? all->get_object().if_contains(key) : nullptr;
    if (list == nullptr || !list->is_array()) {
      continue;
    }
    for (const auto& each : list->get_array()) {
      const auto host_port = text_at(each, "/HostPort");
      const bool same_family = text_at(each, "/HostIp").find(':') == std::string::npos;
      const bool wanted = port.host_port == 0 || std::to_string(port.host_port) == host_port;
      if (same_family && wanted && taken.emplace(key, host_port).second) {
        std::from_chars(host_port.data(), host_port.data() + host_port.size(), port.host_port);
        break;
      }
    }
  }
  return ports;
}

/// "172.18.0.5" and 16 → "172.18.0.0/16".
std::string subnet_of(const std::string& address, std::int64_t prefix) {
  std::uint32_t bits = 0;
  const char* at = address.data();
  const char* const end = at + address.size();
  for (int i = 0; i < 4; ++i) {
    std::uint32_t part = 0;
    at = std::from_chars(at, end, part).ptr;
    at += at < end ? 1 : 0;
    bits = bits << 8U | part;
  }
  if (address.empty() || prefix <= 0 || prefix > 32) {
    return {};
  }
  bits &= prefix == 32 ? ~0U : ~(~0U >> static_cast<unsigned>(prefix));
  std::string text;
  for (unsigned shift = 24;; shift -= 8) {
    text += std::to_string(bits >> shift & 0xffU);
    if (shift == 0) {
      return text + "/" + std::to_string(prefix);
    }
    text += ".";
  }
}

}  // namespace

std::string Adapter::sandbox_group(const std::string& sandbox) const {
  return "/" + options_.cgroup_parent + "/" + sandbox;
}

Result<Sandbox> Adapter::create_sandbox(const SandboxSpec& spec) {
  if (auto checked = check_sandbox(spec); !checked) {
    return checked.error();
  }
  const Claim claim(*this, "sandbox " + spec.id);
  if (find_sandbox(spec.id)) {
    return Failure{FailureKind::conflict, "sandbox " + spec.id + " exists already"};
  }
  SandboxEntry entry;
  entry.id = spec.id;
  entry.volumes = spec.volumes;
  entry.labels = spec.labels;
  entry.share_pid_namespace = spec.share_pid_namespace;
  entry.share_ipc_namespace = spec.share_ipc_namespace;
  auto built = build_sandbox(spec, entry);
  if (built) {
    built = write_file_atomically(layout_.sandbox(spec.id) + "/sandbox.json", to_json(entry));
  }
  if (!built) {
    entry.volumes.clear();  // They may have been there before.
    auto undone = free_sandbox(entry);
    undone = undone ? remove_tree(layout_.sandbox(spec.id)) : undone;
    if (!undone) {
      spdlog::warn("docker cannot take back sandbox {}: {}", spec.id, undone.error().message);
    }
    return built.error();
  }
  const std::lock_guard lock(mutex_);
  sandboxes_.insert_or_assign(spec.id, entry);
  return sandbox_from(entry);
}

Result<void> Adapter::build_sandbox(const SandboxSpec& spec, SandboxEntry& entry) {
  if (auto made = make_directories(layout_.sandbox(spec.id), 0711); !made) {
    return made;
  }
  if (sets_limits()) {
    if (auto made = cgroups_.create(sandbox_group(spec.id), spec.limits); !made) {
      return made;
    }
  }
  for (std::size_t index = 0; index < spec.networks.size(); ++index) {
    const NetworkSpec& wanted = spec.networks[index];
    Network network;
    network.name = wanted.name;
    network.kind = wanted.kind;
    network.ports = wanted.ports;
    entry.networks.push_back(std::move(network));
    entry.pauses.emplace_back();
    if (wanted.kind == NetworkKind::host) {
      continue;
    }
    if (auto started = start_pause(spec, index, entry); !started) {
      return started;
    }
  }
  const bool shares = spec.share_pid_namespace || spec.share_ipc_namespace;
  if (!shares) {
    return {};
  }
  const auto holder =
      std::find_if(entry.pauses.begin(), entry.pauses.end(), [](const auto& id) { return !id.empty(); });
  if (holder == entry.pauses.end()) {
    // Nobody but the host's network: one more, only for the namespaces.
    entry.pauses.emplace_back();
    if (auto started = start_pause(spec, spec.networks.size(), entry); !started) {
      return started;
    }
    entry.holder = entry.pauses.back();
    return {};
  }
  entry.holder = *holder;
  return {};
}

Result<void> Adapter::start_pause(const SandboxSpec& spec, std::size_t index, SandboxEntry& entry) {
  PauseParts parts;
  parts.owner = owner_;
  parts.sandbox = spec.id;
  parts.image = pause_image;
  parts.network_mode = "none";
  parts.shares_ipc = spec.share_ipc_namespace;
  parts.cgroup_parent = sets_limits() ? sandbox_group(spec.id) : std::string();
  if (index < spec.networks.size()) {
    const NetworkSpec& wanted = spec.networks[index];
    parts.hostname = wanted.hostname;
    if (wanted.kind != NetworkKind::none) {
      if (auto there = ensure_network(); !there) {
        return there;
      }
      parts.network_mode = network_name();
    }
    if (wanted.kind == NetworkKind::bridge) {
      parts.ports = wanted.ports;
    }
  }
  const auto made = engine_.post(
      "/containers/create?name=troupe-" + spec.id + ".pause-" + std::to_string(index), pause_document(parts));
  if (!made) {
    return made.error();
  }
  entry.pauses[index] = text_at(*made, "/Id");
  if (const auto started = engine_.post("/containers/" + entry.pauses[index] + "/start"); !started) {
    return port_failure(started.error());
  }
  if (parts.network_mode == "none") {
    return {};
  }
  const auto inspected = inspect(entry.pauses[index]);
  if (!inspected) {
    return inspected.error();
  }
  Network& network = entry.networks[index];
  const std::string at = "/NetworkSettings/Networks/" + network_name();
  network.address = text_at(*inspected, at + "/IPAddress");
  network.gateway = text_at(*inspected, at + "/Gateway");
  network.mac = text_at(*inspected, at + "/MacAddress");
  network.subnet = subnet_of(network.address, number_at(*inspected, at + "/IPPrefixLen"));
  network.ports = bound_ports(*inspected, std::move(network.ports));
  const std::lock_guard lock(network_mutex_);
  return metadata_->lead({network.gateway});
}

/// One bridge for all sandboxes: the engine's pool of subnets is small.
Result<void> Adapter::ensure_network() {
  const std::lock_guard lock(network_mutex_);
  const auto name = network_name();
  const auto known = engine_.get("/networks/" + name);
  if (known || known.error().kind != FailureKind::not_found) {
    return known ? Result<void>() : Result<void>(known.error());
  }
  const auto made = engine_.post("/networks/create",
                                 {{"Name", name},
                                  {"Driver", "bridge"},
                                  {"CheckDuplicate", true},
                                  {"Labels", {{label_owner, owner_}}},
                                  {"Options", {{"com.docker.network.bridge.name", "troupe" + owner_}}}});
  return made ? Result<void>() : Result<void>(made.error());
}

Result<void> Adapter::serve_metadata(std::uint16_t port) {
  const std::lock_guard lock(network_mutex_);
  const auto known = engine_.get("/networks/" + network_name());
  return metadata_->lead(port, {known ? text_at(*known, "/IPAM/Config/0/Gateway") : std::string()});
}

Result<void> Adapter::remove_sandbox(const std::string& id) {
  const Claim claim(*this, "sandbox " + id);
  const auto entry = find_sandbox(id);
  if (!entry) {
    return {};
  }
  for (const ContainerEntry& container : containers_of(id)) {
    if (auto removed = remove(container.id); !removed) {
      return removed;
    }
  }
  if (auto freed = free_sandbox(*entry); !freed) {
    return freed;
  }
  for (const auto& path : {layout_.logs() + "/" + id, layout_.sandbox(id)}) {
    if (auto removed = remove_tree(path); !removed) {
      return removed;
    }
  }
  const std::lock_guard lock(mutex_);
  sandboxes_.erase(id);
  return {};
}

/// What it holds of the host. Each step may be repeated.
Result<void> Adapter::free_sandbox(const SandboxEntry& entry) {
  for (const auto& pause : entry.pauses) {
    if (pause.empty()) {
      continue;
    }
    if (auto removed = engine_.remove("/containers/" + pause + "?force=1&v=1"); !removed) {
      return removed;
    }
  }
  for (const auto& volume : entry.volumes) {
    if (auto removed = engine_.remove("/volumes/" + url_encoded(volume) + "?force=1"); !removed) {
      return removed;
    }
  }
  return sets_limits() ? cgroups_.remove(sandbox_group(entry.id)) : Result<void>();
}

Result<std::vector<Sandbox>> Adapter::list_sandboxes() {
  const std::lock_guard lock(mutex_);
  std::vector<Sandbox> all;
  for (const auto& [id, entry] : sandboxes_) {
    all.push_back(sandbox_from(entry));
  }
  return all;
}

Result<void> Adapter::dismantle() {
  const auto sandboxes = list_sandboxes();
  for (const Sandbox& sandbox : *sandboxes) {
    if (auto removed = remove_sandbox(sandbox.id); !removed) {
      return removed;
    }
  }
  const std::lock_guard lock(network_mutex_);
  if (auto removed = engine_.remove("/networks/" + network_name()); !removed) {
    return removed;
  }
  return metadata_->drop();
}

}  // namespace troupe::runtime::docker
