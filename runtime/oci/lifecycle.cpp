/// From start to removal, and how the end of a container becomes known.

#include "runtime/oci/claim.hpp"

#include <spdlog/spdlog.h>

#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>

namespace troupe::runtime::oci {
namespace {

/// conmon ends at once after its container; this bounds a conmon that hangs.
constexpr std::chrono::milliseconds kConmonDeadline{5'000};
constexpr int kKilledExitCode = 128 + SIGKILL;

Failure no_container(const std::string& id) {
  return {FailureKind::not_found, "no such container: " + id};
}

Time modified_at(const struct stat& file) {
  return Time(std::chrono::duration_cast<Time::duration>(std::chrono::seconds(file.st_mtim.tv_sec) +
                                                         std::chrono::nanoseconds(file.st_mtim.tv_nsec)));
}

}  // namespace

ContainerStatus Adapter::status_of(const ContainerRecord& record) {
  ContainerStatus status;
  status.id = record.id;
  status.sandbox = record.sandbox;
  status.state = record.exit                      ? ContainerState::exited
                 : record.phase == Phase::started ? ContainerState::running
                                                  : ContainerState::created;
  status.pid = status.state == ContainerState::running ? record.process.pid : 0;
  status.image_digest = record.image_digest;
  status.stop_signal = record.stop_signal;
  status.log_path = record.log_path;
  status.created_at = record.created_at;
  status.started_at = record.started_at;
  status.exit = record.exit;
  status.labels = record.labels;
  return status;
}

Result<ContainerRecord> Adapter::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  if (found == containers_.end()) {
    return no_container(id);
  }
  return found->second;
}

Result<void> Adapter::store(const ContainerRecord& record) {
  {
    const std::lock_guard lock(mutex_);
    ContainerRecord& kept = containers_[record.id];
    auto exit = record.exit ? record.exit : std::move(kept.exit);
    kept = record;
    kept.exit = std::move(exit);
  }
  return write_file_atomically(layout_.container(record.id) + "/state.json", to_json(record));
}

Result<ContainerStatus> Adapter::start(const std::string& id) {
  const Claim claim(*this, id);
  if (auto started = start_claimed(id); !started) {
    return started.error();
  }
  return status(id);
}

Result<void> Adapter::start_claimed(const std::string& id) {
  auto record = find(id);
  if (!record) {
    return record.error();
  }
  if (record->phase == Phase::started) {
    return record->exit ? restart_claimed(*record)
                        : Failure{FailureKind::conflict, "container " + id + " runs already"};
  }
  if (record->exit) {
    return Failure{FailureKind::failed, "container " + id + " ended before it was started"};
  }
  if (auto started = launcher_.start(id); !started) {
    return started.error();
  }
  record->phase = Phase::started;
  record->started_at = std::chrono::system_clock::now();
  return store(*record);
}

Result<void> Adapter::signal(const std::string& id, int signal_number) {
  const auto record = find(id);
  if (!record) {
    return record.error();
  }
  if (record->exit) {
    return {};
  }
  const Descriptor process = open_process(record->process);
  if (!process.valid()) {
    return {};  // It has ended; conmon is about to tell.
  }
  if (syscall(SYS_pidfd_send_signal, process.get(), signal_number, nullptr, 0) != 0 && errno != ESRCH) {
    return errno_failure("cannot send signal " + std::to_string(signal_number) + " to container " + id,
                         errno);
  }
  return {};
}

Result<void> Adapter::remove(const std::string& id) {
  const Claim claim(*this, id);
  const auto record = find(id);
  if (!record) {
    return {};
  }
  if (auto dismantled = dismantle(*record); !dismantled) {
    return dismantled;
  }
  const std::lock_guard lock(mutex_);
  containers_.erase(id);
  return {};
}

/// Each step may be repeated. crun's own `delete` would cost a process to do the
/// same: its state is one directory, the control group is ours to remove.
Result<void> Adapter::dismantle(const ContainerRecord& record) {
  if (auto killed = cgroups_.kill(record.cgroup_path); !killed) {
    return killed;
  }
  end_conmon(record);
  settle_exit(record.id);
  if (auto removed = cgroups_.remove(record.cgroup_path); !removed) {
    return removed;
  }
  for (const std::string& path : {layout_.runtime_state() + "/" + record.id, layout_.container(record.id)}) {
    if (auto removed = remove_tree(path); !removed) {
      return removed;
    }
  }
  unlink(layout_.exit(record.id).c_str());
  return remove_written(record);
}

void Adapter::end_conmon(const ContainerRecord& record) {
  ProcessIdentity conmon = record.conmon;
  if (conmon.pid == 0) {
    // It was not recorded yet: this container was never finished.
    const auto text = read_file(layout_.container(record.id) + "/conmon.pid");
    const auto found = identify(text ? std::atoi(text->c_str()) : 0);
    const auto name =
        found ? read_file("/proc/" + std::to_string(found->pid) + "/comm") : Result<std::string>(Failure{});
    if (!name || *name != "conmon\n") {
      return;
    }
    conmon = *found;
  }
  const Descriptor process = record.boot_id == boot_id_ ? open_process(conmon) : Descriptor();
  if (!process.valid()) {
    return;
  }
  pollfd ended{process.get(), POLLIN, 0};
  if (poll(&ended, 1, static_cast<int>(kConmonDeadline.count())) == 0) {
    spdlog::warn("oci kills conmon {}, which outlived container {}", conmon.pid, record.id);
    syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
    poll(&ended, 1, static_cast<int>(kConmonDeadline.count()));
  }
}

std::optional<Exit> Adapter::read_exit(const ContainerRecord& record) const {
  const std::string path = layout_.exit(record.id);
  struct stat file {};
  const auto text = read_file(path, 64);
  if (!text || stat(path.c_str(), &file) != 0) {
    return std::nullopt;
  }
  Exit exit;
  exit.exit_code = std::atoi(text->c_str());
  exit.finished_at = modified_at(file);
  exit.out_of_memory =
      exit.exit_code != 0 && (cgroups_.ran_out_of_memory(record.cgroup_path) ||
                              access((layout_.container(record.id) + "/oom").c_str(), F_OK) == 0);
  return exit;
}

/// Records the exit that conmon wrote and tells the watcher, once.
void Adapter::settle_exit(const std::string& id) {
  const auto record = find(id);
  if (!record || record->exit) {
    return;
  }
  const auto exit = read_exit(*record);
  if (!exit) {
    return;
  }
  std::function<void(const ContainerExited&)> tell;
  {
    const std::lock_guard lock(mutex_);
    const auto found = containers_.find(id);
    if (found == containers_.end() || found->second.exit) {
      return;
    }
    found->second.exit = exit;
    if (!record->pause) {
      tell = on_exit_;
    }
  }
  if (!record->own_pid_namespace) {
    // Nobody ends what it left behind in the namespace of others.
    if (auto killed = cgroups_.kill(record->cgroup_path); !killed) {
      spdlog::warn("oci cannot end the children of container {}: {}", id, killed.error().message);
    }
  }
  if (tell) {
    tell({id, *exit});
  }
}

/// A conmon that ends without having written an exit was killed. Its container
/// has lost its log and its watcher, so it ends too. Where another conmon lives,
/// the container was restarted since.
void Adapter::conmon_ended(const std::string& id) {
  settle_exit(id);
  const auto record = find(id);
  if (!record || record->exit || is_alive(record->conmon)) {
    return;
  }
  spdlog::warn("oci ends container {}: its conmon was lost", id);
  if (auto killed = cgroups_.kill(record->cgroup_path); !killed) {
    spdlog::warn("oci cannot end container {}: {}", id, killed.error().message);
  }
  if (auto written = write_file_atomically(layout_.exit(id), std::to_string(kKilledExitCode)); !written) {
    spdlog::warn("oci cannot record the end of container {}: {}", id, written.error().message);
  }
  settle_exit(id);
}

Result<ContainerStatus> Adapter::status(const std::string& id) {
  const auto record = find(id);
  if (!record || record->pause) {
    return no_container(id);
  }
  return status_of(*record);
}

Result<std::vector<ContainerStatus>> Adapter::list() {
  const std::lock_guard lock(mutex_);
  std::vector<ContainerStatus> all;
  for (const auto& [id, record] : containers_) {
    if (!record.pause && record.phase != Phase::preparing) {
      all.push_back(status_of(record));
    }
  }
  return all;
}

void Adapter::watch(std::function<void(const ContainerExited&)> on_exit) {
  const std::lock_guard lock(mutex_);
  on_exit_ = std::move(on_exit);
}

}  // namespace troupe::runtime::oci
