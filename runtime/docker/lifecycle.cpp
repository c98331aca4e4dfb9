/// From start to removal, and how the end of a container becomes known.

#include "runtime/docker/adapter.hpp"
#include "runtime/oci/timestamps.hpp"

#include <spdlog/spdlog.h>

#include <unistd.h>
#include <cerrno>
#include <csignal>

namespace troupe::runtime::docker {
namespace {

constexpr int kKilled = 128 + SIGKILL;
constexpr unsigned kConflict = 409;
constexpr unsigned kNotModified = 304;

Exit lost_exit() {
  return {kKilled, false, std::chrono::system_clock::now()};
}

}  // namespace

Result<boost::json::value> Adapter::inspect(const std::string& engine_id) const {
  return engine_.get("/containers/" + engine_id + "/json");
}

Result<void> Adapter::store(const ContainerEntry& entry) {
  {
    const std::lock_guard lock(mutex_);
    containers_.insert_or_assign(entry.id, entry);
    if (!entry.engine_id.empty()) {
      by_engine_id_.insert_or_assign(entry.engine_id, entry.id);
    }
  }
  return write_file_atomically(layout_.container(entry.id) + "/state.json", to_json(entry));
}

Result<ContainerStatus> Adapter::start(const std::string& id) {
  const Claim claim(*this, id);
  if (auto started = start_claimed(id); !started) {
    return started.error();
  }
  return status(id);
}

Result<void> Adapter::start_claimed(const std::string& id) {
  const auto entry = find(id);
  if (!entry) {
    return entry.error();
  }
  if (entry->engine_id.empty()) {
    return Failure{FailureKind::not_found, "container " + id + " was released"};
  }
  if (entry->started && !entry->exit) {
    return Failure{FailureKind::conflict, "container " + id + " runs already"};
  }
  const auto reply = engine_.post_for_status("/containers/" + entry->engine_id + "/start");
  if (!reply) {
    return reply.error();
  }
  if (reply->status >= 400) {
    // One that had ended has still ended as before: its record says how.
    return start_failure(engine_failure(*reply));
  }
  if (reply->status == kNotModified && entry->started) {
    return Failure{FailureKind::conflict, "container " + id + " runs already"};
  }
  return note_start(id);
}

/// The run that has begun may have ended already, and been noted by the watch.
Result<void> Adapter::note_start(const std::string& id) {
  auto entry = find(id);
  if (!entry) {
    return entry.error();
  }
  const auto inspected = inspect(entry->engine_id);
  if (!inspected) {
    return inspected.error();
  }
  const auto began = text_at(*inspected, "/State/StartedAt");
  {
    const std::lock_guard lock(mutex_);
    const auto found = containers_.find(id);
    if (found == containers_.end()) {
      return Failure{FailureKind::not_found, "no such container: " + id};
    }
    found->second.started = true;
    found->second.started_at = parse_timestamp(began).value_or(std::chrono::system_clock::now());
    if (found->second.ended_run != began) {
      found->second.exit.reset();
    }
    entry = found->second;
    pids_[id] = static_cast<int>(number_at(*inspected, "/State/Pid"));
  }
  auto log = text_at(*inspected, "/LogPath");
  if (log.empty()) {
    log = text_at(*inspected, "/HostConfig/LogConfig/Path");
  }
  if (auto linked = link_log(*entry, log); !linked) {
    return linked;
  }
  if (auto stored = write_file_atomically(layout_.container(id) + "/state.json", to_json(*entry)); !stored) {
    return stored;
  }
  if (!flag_at(*inspected, "/State/Running")) {
    note_exit(id, *inspected);
  }
  return {};
}

/// The log is the engine's file; ours is a link to it as long as the engine has it.
Result<void> Adapter::link_log(ContainerEntry& entry, const std::string& engine_path) {
  if (engine_path.empty()) {
    return {};
  }
  if (auto made = make_directories(layout_.logs() + "/" + entry.sandbox, 0711); !made) {
    return made;
  }
  if (symlink(engine_path.c_str(), entry.log_path.c_str()) != 0 && errno != EEXIST) {
    return errno_failure("cannot link " + entry.log_path, errno);
  }
  return {};
}

Result<void> Adapter::signal(const std::string& id, int signal_number) {
  const auto entry = find(id);
  if (!entry) {
    return entry.error();
  }
  if (entry->exit || !entry->started || entry->engine_id.empty()) {
    return {};
  }
  const auto reply = engine_.post_for_status("/containers/" + entry->engine_id +
                                             "/kill?signal=" + std::to_string(signal_number));
  if (!reply) {
    return reply.error();
  }
  const bool ended = reply->status == kConflict;
  return reply->status < 400 || ended ? Result<void>() : Result<void>(engine_failure(*reply));
}

Result<void> Adapter::remove(const std::string& id) {
  const Claim claim(*this, id);
  const auto entry = find(id);
  return entry ? remove_claimed(*entry) : Result<void>();
}

/// Each step may be repeated. Its log stays until its sandbox is removed.
Result<void> Adapter::remove_claimed(const ContainerEntry& entry) {
  if (!entry.engine_id.empty()) {
    if (auto killed = kill_and_settle(entry); !killed) {
      return killed;
    }
    if (auto kept = keep_log(entry); !kept) {
      return kept;
    }
    if (auto removed = engine_.remove("/containers/" + entry.engine_id + "?force=1&v=1"); !removed) {
      return removed;
    }
  }
  if (auto removed = remove_tree(layout_.container(entry.id)); !removed) {
    return removed;
  }
  const std::lock_guard lock(mutex_);
  containers_.erase(entry.id);
  by_engine_id_.erase(entry.engine_id);
  out_of_memory_.erase(entry.engine_id);
  pids_.erase(entry.id);
  return {};
}

/// Its end is told before the engine forgets it.
Result<void> Adapter::kill_and_settle(const ContainerEntry& entry) {
  if (!entry.started || entry.exit) {
    return {};
  }
  const auto at = "/containers/" + entry.engine_id;
  const auto killed = engine_.post_for_status(at + "/kill?signal=" + std::to_string(SIGKILL));
  if (!killed) {
    return killed.error();
  }
  if (killed->status < 300) {
    if (const auto waited = engine_.post_for_status(at + "/wait?condition=not-running"); !waited) {
      return waited.error();
    }
  }
  settle(entry.id);
  return {};
}

/// Asks the engine how a container is, and notes its end when it has ended.
void Adapter::settle(const std::string& id) {
  const auto entry = find(id);
  if (!entry || !entry->started || entry->engine_id.empty()) {
    return;
  }
  const auto inspected = inspect(entry->engine_id);
  if (!inspected && inspected.error().kind == FailureKind::not_found) {
    spdlog::warn("docker has lost container {}: somebody else removed it", id);
    note_exit(id, boost::json::value());
    return;
  }
  if (!inspected) {
    spdlog::warn("docker cannot ask for container {}: {}", id, inspected.error().message);
    return;
  }
  if (!flag_at(*inspected, "/State/Running")) {
    note_exit(id, *inspected);
  }
}

void Adapter::settle_all() {
  std::vector<std::string> running;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : containers_) {
      if (entry.started && !entry.exit) {
        running.push_back(id);
      }
    }
  }
  for (const auto& id : running) {
    settle(id);
  }
}

/// Notes the end of a run and tells of it, once. Null: the engine knows nothing of it.
void Adapter::note_exit(const std::string& id, const boost::json::value& inspected) {
  const auto run = text_at(inspected, "/State/StartedAt");
  std::function<void(const ContainerExited&)> tell;
  ContainerEntry noted;
  {
    const std::lock_guard lock(mutex_);
    const auto found = containers_.find(id);
    const bool known = found != containers_.end() && !found->second.ended_run.empty() &&
                       (run.empty() ? found->second.exit.has_value() : found->second.ended_run == run);
    const bool never_ran = !inspected.is_null() && !parse_timestamp(run);
    if (found == containers_.end() || known || never_ran) {
      return;
    }
    Exit exit = lost_exit();
    if (!inspected.is_null()) {
      exit.exit_code = static_cast<int>(number_at(inspected, "/State/ExitCode"));
      exit.finished_at = parse_timestamp(text_at(inspected, "/State/FinishedAt")).value_or(exit.finished_at);
      exit.out_of_memory = exit.exit_code != 0 && (flag_at(inspected, "/State/OOMKilled") ||
                                                   out_of_memory_.contains(found->second.engine_id));
    }
    out_of_memory_.erase(found->second.engine_id);
    found->second.exit = exit;
    found->second.ended_run = run.empty() ? "lost" : run;
    pids_.erase(id);
    noted = found->second;
    tell = on_exit_;
  }
  if (auto written = write_file_atomically(layout_.container(id) + "/state.json", to_json(noted)); !written) {
    spdlog::warn("docker cannot record the end of container {}: {}", id, written.error().message);
  }
  if (tell) {
    tell({id, *noted.exit});
  }
}

Result<ContainerStatus> Adapter::status(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  if (found == containers_.end()) {
    return Failure{FailureKind::not_found, "no such container: " + id};
  }
  return status_of(found->second);
}

/// The lock is held.
ContainerStatus Adapter::status_of(const ContainerEntry& entry) const {
  ContainerStatus status;
  status.id = entry.id;
  status.sandbox = entry.sandbox;
  status.state = entry.exit      ? ContainerState::exited
                 : entry.started ? ContainerState::running
                                 : ContainerState::created;
  const auto pid = pids_.find(entry.id);
  status.pid = status.state == ContainerState::running && pid != pids_.end() ? pid->second : 0;
  status.image_digest = entry.image_digest;
  status.stop_signal = entry.stop_signal;
  status.log_path = entry.log_path;
  status.created_at = entry.created_at;
  status.started_at = entry.started_at;
  status.exit = entry.exit;
  status.labels = entry.labels;
  return status;
}

Result<std::vector<ContainerStatus>> Adapter::list() {
  const std::lock_guard lock(mutex_);
  std::vector<ContainerStatus> all;
  for (const auto& [id, entry] : containers_) {
    all.push_back(status_of(entry));
  }
  return all;
}

void Adapter::watch(std::function<void(const ContainerExited&)> on_exit) {
  const std::lock_guard lock(mutex_);
  on_exit_ = std::move(on_exit);
}

}  // namespace troupe::runtime::docker
