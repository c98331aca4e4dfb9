/// Making a container from a spec.

#include "runtime/docker/adapter.hpp"
#include "runtime/oci/adapter.hpp"
#include "runtime/oci/etc_files.hpp"

#include <spdlog/spdlog.h>

#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

namespace troupe::runtime::docker {
namespace {

constexpr std::size_t kHostnameCharacters = 12;

/// Absent and unreadable are the same to a container: empty.
std::string file_text(const std::string& path) {
  auto text = read_file(path, 1 << 20);
  return text ? std::move(*text) : std::string();
}

/// As Docker's -v: a source that is missing becomes a directory.
Result<void> ensure_directory(const std::string& path) {
  struct stat found {};
  if (path.empty() || path.front() != '/') {
    return Failure{FailureKind::invalid,
                   "invalid mount source \"" + path + "\": it needs to be an absolute path"};
  }
  return stat(path.c_str(), &found) == 0 ? Result<void>() : make_directories(path);
}

std::string hostname_of(const ContainerSpec& spec, const Network& network) {
  if (!spec.hostname.empty()) {
    return spec.hostname;
  }
  char name[256] = {};
  return network.kind == NetworkKind::host && gethostname(name, sizeof name - 1) == 0
             ? std::string(name)
             : spec.id.substr(0, kHostnameCharacters);
}

}  // namespace

Result<void> Adapter::create(const ContainerSpec& spec) {
  if (auto checked = oci::check_id(spec.id); !checked) {
    return checked;
  }
  const Claim claim(*this, spec.id);
  if (find(spec.id)) {
    return Failure{FailureKind::conflict, "container " + spec.id + " exists already"};
  }
  const auto sandbox = find_sandbox(spec.sandbox);
  if (!sandbox) {
    return sandbox.error();
  }
  const auto network = std::find_if(sandbox->networks.begin(), sandbox->networks.end(),
                                    [&](const Network& each) { return each.name == spec.network; });
  if (network == sandbox->networks.end()) {
    return Failure{FailureKind::not_found,
                   "sandbox " + spec.sandbox + " has no network \"" + spec.network + "\""};
  }
  auto image = images_.find(spec.image);
  if (!image) {
    return image.error();
  }
  auto parts = gather(spec, *sandbox, *network);
  if (!parts) {
    return parts.error();
  }
  parts->image_id = image->id;
  parts->image = image->image.config;
  const auto document = container_document(spec, *parts);
  if (!document) {
    return document.error();
  }
  const auto made = engine_.post("/containers/create?name=troupe-" + spec.id, *document);
  if (!made) {
    static_cast<void>(remove_tree(layout_.container(spec.id)));
    return start_failure(made.error());
  }
  ContainerEntry entry;
  entry.id = spec.id;
  entry.sandbox = spec.sandbox;
  entry.engine_id = text_at(*made, "/Id");
  entry.image_digest = image->image.digest;
  entry.image_id = image->id;
  entry.stop_signal = image->image.config.stop_signal;
  entry.log_path = layout_.log(spec.sandbox, spec.id);
  entry.created_at = std::chrono::system_clock::now();
  entry.labels = spec.labels;
  return store(entry);
}

Result<ContainerParts> Adapter::gather(const ContainerSpec& spec, const SandboxEntry& sandbox,
                                       const Network& network) {
  const bool shares_pid = spec.pid == NamespaceMode::sandbox;
  const bool shares_ipc = spec.ipc == NamespaceMode::sandbox;
  if ((shares_pid && !sandbox.share_pid_namespace) || (shares_ipc && !sandbox.share_ipc_namespace)) {
    return Failure{
        FailureKind::invalid,
        "sandbox " + spec.sandbox + " does not share the namespace that container " + spec.id + " wants"};
  }
  ContainerParts parts;
  parts.owner = owner_;
  parts.holder = sandbox.holder;
  parts.is_podman = engine_.is_podman();
  parts.cgroup_parent = sets_limits() ? sandbox_group(spec.sandbox) : std::string();
  for (std::size_t index = 0; index < sandbox.networks.size(); ++index) {
    if (sandbox.networks[index].name == network.name) {
      parts.network_mode = network.kind == NetworkKind::host ? "host" : "container:" + sandbox.pauses[index];
    }
  }
  for (const Mount& mount : spec.mounts) {
    if (mount.named_volume) {
      continue;
    }
    if (auto there = ensure_directory(mount.source); !there) {
      return there.error();
    }
  }
  for (const VolumesFrom& each : spec.volumes_from) {
    const auto other = find(each.container);
    if (!other || other->sandbox != spec.sandbox || other->engine_id.empty()) {
      return Failure{FailureKind::invalid,
                     "no container " + each.container + " in this sandbox to take volumes from"};
    }
    parts.volumes_from.push_back(other->engine_id + (each.read_only ? ":ro" : ""));
  }
  if (auto written = write_etc_files(spec, network, parts); !written) {
    return written.error();
  }
  return parts;
}

/// The engine would write them for the pause container; each container has its own.
Result<void> Adapter::write_etc_files(const ContainerSpec& spec, const Network& network,
                                      ContainerParts& parts) {
  const auto directory = layout_.container(spec.id);
  if (auto made = make_directories(directory, 0711); !made) {
    return made;
  }
  const auto hostname = hostname_of(spec, network);
  struct File {
    const char* name;
    std::string text;
  };
  const std::string host_hosts = network.kind == NetworkKind::host ? file_text("/etc/hosts") : "";
  const File files[] = {
      {"/hosts", oci::hosts_text(network, hostname, spec.extra_hosts, host_hosts)},
      {"/hostname", hostname + "\n"},
      {"/resolv.conf", oci::resolv_text(network, spec.dns, file_text("/etc/resolv.conf"),
                                        file_text("/run/systemd/resolve/resolv.conf"))},
  };
  for (const File& file : files) {
    if (auto written = write_file_atomically(directory + file.name, file.text); !written) {
      return written;
    }
    parts.files.push_back({directory + file.name, false, std::string("/etc") + file.name, false});
  }
  return {};
}

}  // namespace troupe::runtime::docker
