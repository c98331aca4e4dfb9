/// Containers of the simulated host. Watchers are called without the lock, on the
/// timeline's thread, or within finish().

#include "runtime/simulated/world.hpp"

#include <signal.h>

#include <algorithm>
#include <utility>

namespace troupe::runtime {
namespace {

constexpr int killed = 128 + SIGKILL;

}  // namespace

Failure SimulatedRuntime::World::unknown(const std::string& id) const {
  return {FailureKind::not_found, "container " + id + " does not exist"};
}

Result<void> SimulatedRuntime::World::create(const ContainerSpec& spec) {
  std::unique_lock lock(mutex_);
  if (containers_.contains(spec.id)) {
    return Failure{FailureKind::conflict, "container " + spec.id + " exists already"};
  }
  if (!sandboxes_.contains(spec.sandbox)) {
    return Failure{FailureKind::not_found, "sandbox " + spec.sandbox + " does not exist"};
  }
  const auto image = images_.find(spec.image);
  if (image == images_.end() || !image->second.pulled) {
    return Failure{FailureKind::not_found, "image " + spec.image + " is not in the store"};
  }
  ImageEntry& entry = image->second;
  ++entry.containers;  // Keeps the image while we wait.
  const auto delay = entry.script.create_delay;
  const auto failure = next_failure(entry, Step::create);
  if (delay.count() > 0) {
    lock.unlock();
    timeline_->pass(delay);
    lock.lock();
  }
  Container container{spec.sandbox, image, ContainerState::created, 0, timeline_->now(), {}, {}, 0, {}};
  container.memory_limit_bytes = spec.limits.memory_bytes.value_or(0);
  container.labels = pack_labels(spec.labels);
  const auto sandbox = sandboxes_.find(spec.sandbox);
  if (failure || sandbox == sandboxes_.end() || !containers_.emplace(spec.id, std::move(container)).second) {
    --entry.containers;
    return failure ? *failure : Failure{FailureKind::conflict, "container " + spec.id + " exists already"};
  }
  sandbox->second.containers.push_back(spec.id);
  return {};
}

Result<ContainerStatus> SimulatedRuntime::World::start(const std::string& id) {
  std::unique_lock lock(mutex_);
  auto found = containers_.find(id);
  if (found == containers_.end()) {
    return unknown(id);
  }
  ImageEntry& image = found->second.image->second;
  const auto delay = image.script.start_delay;
  if (const auto failure = next_failure(image, Step::start)) {
    return *failure;
  }
  if (delay.count() > 0) {
    lock.unlock();
    timeline_->pass(delay);
    lock.lock();
    found = containers_.find(id);
    if (found == containers_.end()) {
      return unknown(id);
    }
  }
  Container& container = found->second;
  if (container.state == ContainerState::running) {
    return Failure{FailureKind::conflict, "container " + id + " runs already"};
  }
  container.state = ContainerState::running;
  container.pid = next_pid_++;
  container.started_at = timeline_->now();
  const ImageScript& script = container.image->second.script;
  if (script.run_time) {
    plan_exit(id, container.pid, *script.run_time, {script.exit_code, script.out_of_memory, {}});
  }
  return describe(id, container);
}

Result<void> SimulatedRuntime::World::signal(const std::string& id, int signal_number) {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  if (found == containers_.end()) {
    return unknown(id);
  }
  const Container& container = found->second;
  const ImageScript& script = container.image->second.script;
  if (container.state != ContainerState::running) {
    return {};
  }
  if (signal_number == SIGKILL) {
    plan_exit(id, container.pid, std::chrono::milliseconds{0}, {killed, false, {}});
  } else if ((signal_number == SIGTERM || signal_number == SIGINT || signal_number == SIGQUIT) &&
             script.stop_delay) {
    plan_exit(id, container.pid, *script.stop_delay, {script.stop_exit_code, false, {}});
  }
  return {};
}

void SimulatedRuntime::World::remove(const std::string& id) {
  std::unique_lock lock(mutex_);
  const auto found = containers_.find(id);
  if (found == containers_.end()) {
    return;
  }
  const bool running = found->second.state == ContainerState::running;
  --found->second.image->second.containers;
  if (const auto sandbox = sandboxes_.find(found->second.sandbox); sandbox != sandboxes_.end()) {
    std::erase(sandbox->second.containers, id);
  }
  containers_.erase(found);
  lock.unlock();
  if (running) {
    timeline_->at(timeline_->now(), [weak = weak_from_this(), id] {
      if (const auto world = weak.lock()) {
        world->tell(id, {killed, false, world->timeline_->now()});
      }
    });
  }
}

void SimulatedRuntime::World::plan_exit(const std::string& id, int pid, std::chrono::milliseconds delay,
                                        Exit exit) {
  timeline_->at(timeline_->now() + delay, [weak = weak_from_this(), id, pid, exit] {
    if (const auto world = weak.lock()) {
      world->end(id, pid, exit);
    }
  });
}

// The pid tells this container from a later one of the same name.
void SimulatedRuntime::World::end(const std::string& id, int pid, const Exit& exit) {
  Exit ended = exit;
  ended.finished_at = timeline_->now();
  {
    const std::lock_guard lock(mutex_);
    const auto found = containers_.find(id);
    if (found == containers_.end() || found->second.pid != pid ||
        found->second.state != ContainerState::running) {
      return;
    }
    found->second.state = ContainerState::exited;
    found->second.exit = ended;
  }
  tell(id, ended);
}

void SimulatedRuntime::World::tell(const std::string& id, const Exit& exit) {
  std::unique_lock lock(mutex_);
  const auto watchers = watchers_;
  lock.unlock();
  for (const auto& watcher : watchers) {
    watcher({id, exit});
  }
}

Result<void> SimulatedRuntime::World::finish(const std::string& id, const Exit& exit) {
  std::unique_lock lock(mutex_);
  const auto found = containers_.find(id);
  if (found == containers_.end() || found->second.state != ContainerState::running) {
    return Failure{FailureKind::not_found, "container " + id + " is not running"};
  }
  const int pid = found->second.pid;
  lock.unlock();
  end(id, pid, exit);
  return {};
}

ContainerStatus SimulatedRuntime::World::describe(const std::string& id, const Container& container) const {
  ContainerStatus status;
  status.id = id;
  status.sandbox = container.sandbox;
  status.state = container.state;
  status.pid = container.state == ContainerState::running ? container.pid : 0;
  status.image_digest = digest_of(container.image->first);
  status.stop_signal = "SIGTERM";
  status.created_at = container.created_at;
  status.started_at = container.started_at;
  if (container.state == ContainerState::exited) {
    status.exit = container.exit;
  }
  status.labels = unpack_labels(container.labels);
  return status;
}

Result<ContainerStatus> SimulatedRuntime::World::status(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  return found == containers_.end() ? Result<ContainerStatus>(unknown(id)) : describe(id, found->second);
}

std::vector<ContainerStatus> SimulatedRuntime::World::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<ContainerStatus> all;
  all.reserve(containers_.size());
  for (const auto& [id, container] : containers_) {
    all.push_back(describe(id, container));
  }
  return all;
}

void SimulatedRuntime::World::watch(std::function<void(const ContainerExited&)> on_exit) {
  const std::lock_guard lock(mutex_);
  watchers_.push_back(std::move(on_exit));
}

Result<Stats> SimulatedRuntime::World::stats(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  if (found == containers_.end() || found->second.state != ContainerState::running) {
    return Failure{FailureKind::not_found, "container " + id + " is not running"};
  }
  const Container& container = found->second;
  Stats stats;
  stats.read_at = timeline_->now();
  const auto& script = container.image->second.script;
  const std::chrono::duration<double> ran = stats.read_at - container.started_at;
  const double seconds = std::max(ran.count(), 0.0);
  const auto in_all = [&](double each_second) { return static_cast<std::uint64_t>(each_second * seconds); };
  stats.cpu_ns = in_all(script.cpu_cores * 1e9);
  stats.cpu_user_ns = stats.cpu_ns;
  if (script.network_bytes_per_second != 0) {
    const auto bytes = in_all(static_cast<double>(script.network_bytes_per_second));
    stats.interfaces.push_back({"eth0", bytes, 0, 0, 0, bytes, 0, 0, 0});
  }
  stats.block_read_bytes = in_all(static_cast<double>(script.block_bytes_per_second));
  stats.block_write_bytes = stats.block_read_bytes;
  stats.memory_bytes = script.memory_bytes;
  stats.memory_max_bytes = stats.memory_bytes;
  stats.memory_limit_bytes = container.memory_limit_bytes;
  stats.processes = 1;
  return stats;
}

Result<ExecResult> SimulatedRuntime::World::exec(const std::string& id, const ExecRequest& request) const {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  if (found == containers_.end() || found->second.state != ContainerState::running) {
    return Failure{FailureKind::not_found, "container " + id + " is not running"};
  }
  const ImageScript& script = found->second.image->second.script;
  const std::string& output = script.exec_output;
  const std::size_t kept = std::min(output.size(), request.output_limit_bytes);
  return ExecResult{script.exec_exit_code, output.substr(output.size() - kept)};
}

}  // namespace troupe::runtime
