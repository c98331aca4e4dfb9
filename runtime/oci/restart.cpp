/// Starting a container that has ended again, in place: its writable layer, its
/// files and its log are what they were; conmon and the runtime begin anew on the
/// same bundle.
///
/// The exit of run N is set aside in the container's directory until run N + 1 is
/// recorded. As long as the record says N the restart is not done, and whoever finds
/// that file, this process after a failure or a later one after a crash, makes the
/// container what it was: ended.

#include "runtime/oci/claim.hpp"

#include <spdlog/spdlog.h>

#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>

namespace troupe::runtime::oci {
namespace {

std::string exit_set_aside(const Layout& layout, const ContainerRecord& record) {
  return layout.container(record.id) + "/exit-of-run-" + std::to_string(record.run);
}

Result<void> move_file(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
    return errno_failure("cannot move " + from, errno);
  }
  return {};
}

/// What conmon and the overlay left of the run before. An overlay that is mounted
/// `volatile` does not take a work directory twice.
Result<void> clear_bundle(const std::string& directory, const std::string& work) {
  for (const char* name : {"/pid", "/conmon.pid", "/ctl", "/winsz", "/attach", "/oom"}) {
    if (auto removed = remove_tree(directory + name); !removed) {
      return removed;
    }
  }
  if (auto removed = remove_tree(work); !removed) {
    return removed;
  }
  if (mkdir(work.c_str(), 0755) != 0) {
    return errno_failure("cannot make the directory " + work, errno);
  }
  return {};
}

}  // namespace

Result<void> Adapter::restart_claimed(const ContainerRecord& ended) {
  const std::string directory = layout_.container(ended.id);
  if (access((directory + "/config.json").c_str(), F_OK) != 0) {
    return Failure{FailureKind::not_found, "container " + ended.id + " was released"};
  }
  if (ended.boot_id != boot_id_) {
    return Failure{FailureKind::failed, "container " + ended.id + " belongs to the time before a reboot"};
  }
  if (auto cleared = end_run(ended); !cleared) {
    return cleared;
  }
  if (auto moved = move_file(layout_.exit(ended.id), exit_set_aside(layout_, ended)); !moved) {
    return moved;
  }
  if (auto again = run_again(ended); !again) {
    if (auto undone = take_back_restart(ended); !undone) {
      spdlog::warn("oci cannot take back the restart of container {}: {}", ended.id, undone.error().message);
    }
    return again;
  }
  return {};
}

/// Ends what is left of a run: processes, conmon, control group, crun's state.
Result<void> Adapter::end_run(const ContainerRecord& record) {
  if (auto killed = cgroups_.kill(record.cgroup_path); !killed) {
    return killed;
  }
  end_conmon(record);
  if (auto removed = cgroups_.remove(record.cgroup_path); !removed) {
    return removed;
  }
  return remove_tree(layout_.runtime_state() + "/" + record.id);
}

Result<void> Adapter::run_again(const ContainerRecord& ended) {
  const auto sandbox = find_sandbox(ended.sandbox);
  const auto storage = sandbox ? storage_of(*sandbox) : sandbox.error();
  if (!storage) {
    return storage.error();
  }
  const std::string work = writable_of(ended.id, *sandbox, storage->get()).here + "/work";
  if (auto cleared = clear_bundle(layout_.container(ended.id), work); !cleared) {
    return cleared;
  }
  const auto image = images_->find(ended.image_digest);
  if (!image) {
    return image.error();
  }
  auto mounts = mounts_of(ended, *sandbox, storage->get(), *image);
  if (!mounts) {
    return mounts.error();
  }
  const auto launched = launcher_.create(Launch{ended.id, ended.log_path, ended.launch, std::move(*mounts)});
  if (!launched) {
    return launched.error();
  }
  ContainerRecord record = ended;
  record.exit.reset();
  ++record.run;
  record.phase = Phase::created;
  record.process = launched->process;
  record.conmon = launched->conmon;
  {
    const std::lock_guard lock(mutex_);
    containers_[record.id] = record;
  }
  if (!watcher_->add(record.id, record.conmon)) {
    return Failure{FailureKind::failed, "the container ended before it was started"};
  }
  if (auto started = launcher_.start(record.id); !started) {
    return started;
  }
  record.phase = Phase::started;
  record.started_at = std::chrono::system_clock::now();
  if (auto stored = store(record); !stored) {
    return stored;
  }
  unlink(exit_set_aside(layout_, ended).c_str());
  return {};
}

/// Makes the container what it was before: ended, with the exit it had.
Result<void> Adapter::take_back_restart(const ContainerRecord& ended) {
  {
    const std::lock_guard lock(mutex_);
    containers_[ended.id] = ended;  // From now on no exit of the new run counts.
  }
  return undo_restart(ended);
}

/// On disk and among processes only. The new conmon is known by its file.
Result<void> Adapter::undo_restart(const ContainerRecord& ended) {
  ContainerRecord unfinished = ended;
  unfinished.conmon = {};
  if (auto cleared = end_run(unfinished); !cleared) {
    return cleared;
  }
  const std::string state = layout_.container(ended.id) + "/state.json";
  if (auto written = write_file_atomically(state, to_json(ended)); !written) {
    return written;
  }
  return move_file(exit_set_aside(layout_, ended), layout_.exit(ended.id));
}

/// Called before anything else is made of what an earlier process left.
Result<void> Adapter::recover_restart(ContainerRecord& record) {
  if (access(exit_set_aside(layout_, record).c_str(), F_OK) != 0) {
    return {};
  }
  spdlog::info("oci takes back the restart of container {}, which a crash interrupted", record.id);
  record.phase = Phase::started;
  return undo_restart(record);
}

}  // namespace troupe::runtime::oci
