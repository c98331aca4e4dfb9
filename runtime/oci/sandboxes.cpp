/// What the containers of one sandbox share: networks, the limits of its control
/// group, and a pause process that holds namespaces no container owns.

#include "runtime/oci/claim.hpp"

#include <spdlog/spdlog.h>

#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <set>

namespace troupe::runtime::oci {
namespace {

constexpr const char* kPauseProgram = "/pause";
constexpr std::uint32_t kNobody = 65534;

/// Shared memory must be in memory; the host's own /dev/shm is, and needs no mount.
std::string shared_memory_of(const std::string& sandbox) {
  return "/dev/shm/troupe-" + sandbox;
}

Result<void> make_shared_memory(const std::string& path) {
  if (mkdir(path.c_str(), 01777) != 0 && errno != EEXIST) {
    return errno_failure("cannot make " + path, errno);
  }
  if (chmod(path.c_str(), 01777) != 0) {
    return errno_failure("cannot open " + path + " to all users", errno);
  }
  return {};
}

Result<void> check_spec(const SandboxSpec& spec) {
  if (auto checked = check_id(spec.id); !checked) {
    return checked;
  }
  std::set<std::string> names;
  for (const NetworkSpec& network : spec.networks) {
    if (!names.insert(network.name).second) {
      return Failure{FailureKind::invalid, "two networks are called \"" + network.name + "\""};
    }
    if (spec.user_namespace && network.kind == NetworkKind::host) {
      return Failure{FailureKind::invalid,
                     "cannot share the host's network namespace when user namespaces are enabled"};
    }
  }
  if (spec.storage_bytes && *spec.storage_bytes < kMinimumStorageBytes) {
    return Failure{FailureKind::invalid, "the storage of a sandbox needs at least " +
                                             std::to_string(kMinimumStorageBytes) + " bytes"};
  }
  return {};
}

Sandbox sandbox_of(const SandboxRecord& record) {
  Sandbox sandbox{record.id, {}, record.labels};
  for (const AttachedNetwork& each : record.networks) {
    sandbox.networks.push_back(each.network);
  }
  return sandbox;
}

}  // namespace

std::string Adapter::sandbox_group(const std::string& sandbox) const {
  return "/" + options_.cgroup_parent + "/" + sandbox;
}

Result<Sandbox> Adapter::create_sandbox(const SandboxSpec& spec) {
  if (auto checked = check_spec(spec); !checked) {
    return checked.error();
  }
  const Claim claim(*this, "sandbox " + spec.id);
  {
    const std::lock_guard lock(mutex_);
    if (sandboxes_.contains(spec.id)) {
      return Failure{FailureKind::conflict, "sandbox " + spec.id + " exists already"};
    }
  }
  SandboxRecord record;
  record.id = spec.id;
  record.volumes = spec.volumes;
  record.labels = spec.labels;
  record.share_pid_namespace = spec.share_pid_namespace;
  record.share_ipc_namespace = spec.share_ipc_namespace;
  auto built = build_sandbox(spec, record);
  if (built) {
    built = write_file_atomically(layout_.sandbox(spec.id) + "/sandbox.json", to_json(record));
  }
  if (!built) {
    record.volumes.clear();  // They may have been there before.
    if (auto undone = dismantle_sandbox(record); !undone) {
      spdlog::warn("oci cannot take back sandbox {}: {}", spec.id, undone.error().message);
    }
    return built.error();
  }
  const std::lock_guard lock(mutex_);
  sandboxes_.insert_or_assign(spec.id, record);
  return sandbox_of(record);
}

Result<void> Adapter::build_sandbox(const SandboxSpec& spec, SandboxRecord& record) {
  if (auto made = make_directories(layout_.sandbox(spec.id), 0711); !made) {
    return made;
  }
  if (auto isolated = isolate(spec, record); !isolated) {
    return isolated;
  }
  const std::string owner = spec.user_namespace ? layout_.user_namespace(spec.id) : std::string();
  for (const NetworkSpec& wanted : spec.networks) {
    if (wanted.kind == NetworkKind::host) {
      Network network;
      network.name = wanted.name;
      network.kind = NetworkKind::host;
      network.ports = wanted.ports;
      record.networks.push_back({spec.id, std::move(network), {}});
      continue;
    }
    if (!networks_) {
      return networks_.error();
    }
    auto attached = (*networks_)->create(spec.id, wanted, owner);
    if (!attached) {
      return attached.error();
    }
    record.networks.push_back(std::move(*attached));
  }
  if (auto made = cgroups_.create(sandbox_group(spec.id), spec.limits); !made) {
    return made;
  }
  if (spec.share_ipc_namespace) {
    record.shared_memory_path = shared_memory_of(spec.id);
    if (auto made = make_shared_memory(record.shared_memory_path); !made) {
      return made;
    }
  }
  return spec.share_pid_namespace || spec.share_ipc_namespace ? start_pause(spec, record) : Result<void>();
}

/// A container like any other, with nothing but one program that waits: what it
/// runs in cannot look at the host through it.
Result<void> Adapter::start_pause(const SandboxSpec& spec, const SandboxRecord& sandbox) {
  const auto program = find_program("catatonit");
  if (!program) {
    return program.error();
  }
  ContainerSpec pause;
  pause.id = pause_id(spec.id);
  pause.read_only_root = true;
  pause.no_new_privileges = true;
  ContainerRecord record;
  record.id = pause.id;
  record.sandbox = spec.id;
  record.pause = true;
  record.boot_id = boot_id_;
  record.cgroup_path = sandbox_group(spec.id) + "/" + pause.id;
  record.created_at = std::chrono::system_clock::now();
  const std::string directory = layout_.container(pause.id);
  for (const char* name : {"/rootfs/proc", "/rootfs/dev", "/rootfs/sys"}) {
    if (auto made = make_directories(directory + name); !made) {
      return made;
    }
  }
  if (auto stored = store(record); !stored) {
    return stored;
  }
  if (auto written = write_file_atomically(directory + "/rootfs" + kPauseProgram, ""); !written) {
    return written;
  }
  Bundle bundle;
  bundle.spec = &pause;
  bundle.user_namespace = user_namespace_of(sandbox);
  bundle.root_path = bundle.user_namespace ? kOpenRoot : directory + "/rootfs";
  bundle.arguments = {kPauseProgram, "-P"};
  bundle.directory = "/";
  bundle.hostname = "pause";
  bundle.user.uid = kNobody;
  bundle.user.gid = kNobody;
  bundle.binds = {{*program, kPauseProgram, true}};
  bundle.cgroup_path = record.cgroup_path;
  bundle.cgroup = cgroups_.abilities();
  plan_seccomp(bundle);
  Launch to_start{pause.id, "/dev/null", {kPauseProgram, 0, false, false, {}, {}}, {}};
  if (bundle.user_namespace) {
    to_start.mounts = pause_mounts(record);
  }
  if (auto launched = launch(bundle, to_start, record); !launched) {
    return launched;
  }
  return start_claimed(pause.id);
}

Result<void> Adapter::remove_sandbox(const std::string& id) {
  const Claim claim(*this, "sandbox " + id);
  SandboxRecord record;
  std::vector<std::string> inside;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sandboxes_.find(id);
    if (found == sandboxes_.end()) {
      return {};
    }
    record = found->second;
    for (const auto& [container, each] : containers_) {
      if (each.sandbox == id && !each.pause) {
        inside.push_back(container);
      }
    }
  }
  forget_storage(id);
  for (const std::string& container : inside) {
    if (auto removed = remove(container); !removed) {
      return removed;
    }
  }
  if (auto dismantled = dismantle_sandbox(record); !dismantled) {
    return dismantled;
  }
  const std::lock_guard lock(mutex_);
  sandboxes_.erase(id);
  return {};
}

/// The record's file goes last, so that a removal that was cut short is repeated.
Result<void> Adapter::dismantle_sandbox(const SandboxRecord& record) {
  if (auto removed = remove(pause_id(record.id)); !removed) {
    return removed;
  }
  if (auto removed = cgroups_.remove(sandbox_group(record.id)); !removed) {
    return removed;
  }
  if (networks_) {
    if (auto removed = (*networks_)->remove(record.id); !removed) {
      return removed;
    }
  }
  for (const std::string& volume : record.volumes) {
    if (auto removed = volumes_.remove(volume); !removed) {
      return removed;
    }
  }
  if (auto freed = free_isolation(record); !freed) {
    return freed;
  }
  for (const std::string& path :
       {shared_memory_of(record.id), layout_.logs() + "/" + record.id, layout_.sandbox(record.id)}) {
    if (auto removed = remove_tree(path); !removed) {
      return removed;
    }
  }
  if (record.first_id) {
    const std::lock_guard lock(mutex_);
    taken_ids_.erase(*record.first_id);
  }
  return {};
}

Result<SandboxRecord> Adapter::find_sandbox(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = sandboxes_.find(id);
  if (found == sandboxes_.end()) {
    return Failure{FailureKind::not_found, "no such sandbox: " + id};
  }
  return found->second;
}

Result<std::vector<Sandbox>> Adapter::list_sandboxes() {
  const std::lock_guard lock(mutex_);
  std::vector<Sandbox> all;
  for (const auto& [id, record] : sandboxes_) {
    all.push_back(sandbox_of(record));
  }
  return all;
}

}  // namespace troupe::runtime::oci
