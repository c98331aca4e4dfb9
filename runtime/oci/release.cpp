/// Giving back what a finished sandbox holds of the host, while what is known of
/// its containers stays: state, exit code and log.

#include "runtime/oci/claim.hpp"

#include <dirent.h>
#include <algorithm>
#include <array>
#include <string_view>

namespace troupe::runtime::oci {
namespace {

/// What of a container's directory tells of it after its end.
constexpr std::array<std::string_view, 2> kKept{"state.json", "oom"};

std::vector<std::string> to_release(const std::string& directory) {
  std::vector<std::string> paths;
  DIR* entries = opendir(directory.c_str());
  if (entries == nullptr) {
    return paths;
  }
  while (const dirent* entry = readdir(entries)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != ".." && std::find(kKept.begin(), kKept.end(), name) == kKept.end()) {
      paths.push_back(directory + "/" + entry->d_name);
    }
  }
  closedir(entries);
  return paths;
}

}  // namespace

Result<void> Adapter::release_sandbox(const std::string& id) {
  const Claim claim(*this, "sandbox " + id);
  SandboxRecord sandbox;
  std::vector<ContainerRecord> inside;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sandboxes_.find(id);
    if (found == sandboxes_.end()) {
      return Failure{FailureKind::not_found, "no such sandbox: " + id};
    }
    sandbox = found->second;
    for (const auto& [name, record] : containers_) {
      if (record.sandbox == id && !record.pause) {
        inside.push_back(record);
      }
    }
  }
  const auto running = std::find_if(inside.begin(), inside.end(), [](const ContainerRecord& record) {
    return record.phase == Phase::started && !record.exit;
  });
  if (running != inside.end()) {
    return Failure{FailureKind::conflict, "container " + running->id + " still runs"};
  }
  for (const ContainerRecord& record : inside) {
    const Claim at_it(*this, record.id);
    if (auto released = release_container(record); !released) {
      return released;
    }
  }
  return release_shared(sandbox);
}

/// Each step may be repeated. One that never started has nothing to tell.
Result<void> Adapter::release_container(const ContainerRecord& record) {
  if (!record.exit) {
    if (auto dismantled = dismantle(record); !dismantled) {
      return dismantled;
    }
    const std::lock_guard lock(mutex_);
    containers_.erase(record.id);
    return {};
  }
  const std::string directory = layout_.container(record.id);
  if (record.exit->out_of_memory) {
    // The control group knew; from now on this file does.
    if (auto noted = write_file_atomically(directory + "/oom", ""); !noted) {
      return noted;
    }
  }
  end_conmon(record);
  if (auto removed = cgroups_.remove(record.cgroup_path); !removed) {
    return removed;
  }
  auto paths = to_release(directory);
  paths.push_back(layout_.runtime_state() + "/" + record.id);
  for (const std::string& path : paths) {
    if (auto removed = remove_tree(path); !removed) {
      return removed;
    }
  }
  return {};
}

Result<void> Adapter::release_shared(const SandboxRecord& record) {
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
  if (auto removed = remove_tree(layout_.sandbox(record.id) + "/volumes"); !removed) {
    return removed;
  }
  if (!record.shared_memory_path.empty()) {
    if (auto removed = remove_tree(record.shared_memory_path); !removed) {
      return removed;
    }
  }
  return record.first_id || record.limited_storage ? release_isolation(record) : Result<void>();
}

/// The ids go to others only after the record that survives us does not have them.
Result<void> Adapter::release_isolation(const SandboxRecord& record) {
  if (auto freed = free_isolation(record); !freed) {
    return freed;
  }
  SandboxRecord plain = record;
  plain.first_id.reset();
  plain.limited_storage = false;
  if (auto written = write_file_atomically(layout_.sandbox(record.id) + "/sandbox.json", to_json(plain));
      !written) {
    return written;
  }
  const std::lock_guard lock(mutex_);
  sandboxes_[record.id] = plain;
  if (record.first_id) {
    taken_ids_.erase(*record.first_id);
  }
  return {};
}

}  // namespace troupe::runtime::oci
