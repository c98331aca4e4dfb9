/// Taking over what an earlier process left: running containers are adopted,
/// ended ones keep their exit, half-made ones are removed.

#include "runtime/oci/adapter.hpp"

#include <spdlog/spdlog.h>

#include <dirent.h>
#include <unistd.h>

namespace troupe::runtime::oci {
namespace {

/// Docker's exit code for a container that a reboot took away.
constexpr int kLostExitCode = 255;

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) {
    return names;
  }
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] != '.') {
      names.emplace_back(entry->d_name);
    }
  }
  closedir(directory);
  return names;
}

}  // namespace

Result<void> Adapter::recover() {
  auto watcher = ExitWatcher::start(layout_.exits(), {[this](const std::string& id) { settle_exit(id); },
                                                      [this](const std::string& id) { conmon_ended(id); }});
  if (!watcher) {
    return watcher.error();
  }
  watcher_ = std::move(*watcher);
  if (auto cleaned = volumes_.clean(); !cleaned) {
    return cleaned;
  }
  for (const std::string& id : names_in(layout_.containers())) {
    if (auto recovered = recover_container(id); !recovered) {
      return recovered;
    }
  }
  if (auto recovered = recover_sandboxes(); !recovered) {
    return recovered;
  }
  remove_strays();
  return {};
}

Result<void> Adapter::recover_container(const std::string& id) {
  const auto text = read_file(layout_.container(id) + "/state.json");
  auto record = text ? container_from_json(*text) : Result<ContainerRecord>(text.error());
  if (!record || record->id != id) {
    spdlog::info("oci removes the half-made container {}", id);
    return remove_tree(layout_.container(id));
  }
  if (auto recovered = recover_restart(*record); !recovered) {
    return recovered;
  }
  if (record->phase != Phase::started) {
    spdlog::info("oci removes the container {}, which never started", id);
    return dismantle(*record);
  }
  record->exit = read_exit(*record);
  if (record->exit) {
    const std::lock_guard lock(mutex_);
    containers_.emplace(id, std::move(*record));
    return {};
  }
  recover_running(std::move(*record));
  return {};
}

void Adapter::recover_running(ContainerRecord record) {
  const std::string id = record.id;
  const bool same_boot = record.boot_id == boot_id_;
  const ProcessIdentity conmon = record.conmon;
  const std::string group = record.cgroup_path;
  {
    const std::lock_guard lock(mutex_);
    containers_.emplace(id, std::move(record));
  }
  if (same_boot && watcher_->add(id, conmon)) {
    spdlog::info("oci adopts the running container {}", id);
    settle_exit(id);  // In case it ended between reading the file and watching for it.
    return;
  }
  if (same_boot) {
    conmon_ended(id);
    return;
  }
  static_cast<void>(write_file_atomically(layout_.exit(id), std::to_string(kLostExitCode)));
  settle_exit(id);
}

Result<void> Adapter::recover_sandboxes() {
  std::set<std::string> live;
  for (const std::string& id : names_in(layout_.sandboxes())) {
    const auto text = read_file(layout_.sandbox(id) + "/sandbox.json");
    auto record = text ? sandbox_from_json(*text) : Result<SandboxRecord>(text.error());
    if (record && record->id == id) {
      live.insert(id);
      if (record->first_id) {
        taken_ids_.insert(*record->first_id);
      }
      sandboxes_.emplace(id, std::move(*record));
      continue;
    }
    spdlog::info("oci removes the half-made sandbox {}", id);
    SandboxRecord unfinished;
    unfinished.id = id;
    if (auto removed = dismantle_sandbox(unfinished); !removed) {
      return removed;
    }
  }
  return networks_ ? (*networks_)->reconcile(live) : Result<void>();
}

void Adapter::remove_strays() {
  for (const std::string& path : {layout_.exits(), layout_.runtime_state()}) {
    for (const std::string& name : names_in(path)) {
      if (!containers_.contains(name)) {
        static_cast<void>(remove_tree(path + "/" + name));
      }
    }
  }
  for (const std::string& name : names_in(layout_.logs())) {
    if (!sandboxes_.contains(name)) {
      static_cast<void>(remove_tree(layout_.logs() + "/" + name));
    }
  }
}

}  // namespace troupe::runtime::oci
