/// The table behind FakeRuntime.

#include "tests/support/fake_runtime.hpp"

#include <algorithm>
#include <stdexcept>

namespace troupe::testing {

using namespace runtime;

namespace {

runtime::Failure missing(const std::string& what) {
  return {FailureKind::not_found, "no such thing: " + what};
}

}  // namespace

std::vector<std::string> FakeRuntime::calls() const {
  const std::lock_guard lock{mutex_};
  return calls_;
}

std::size_t FakeRuntime::count(const std::string& call) const {
  const std::lock_guard lock{mutex_};
  return static_cast<std::size_t>(std::count(calls_.begin(), calls_.end(), call));
}

void FakeRuntime::forget_calls() {
  const std::lock_guard lock{mutex_};
  calls_.clear();
}

void FakeRuntime::fail(const std::string& call, runtime::Failure failure) {
  const std::lock_guard lock{mutex_};
  failures_once_[call] = std::move(failure);
}

void FakeRuntime::fail_always(const std::string& call, runtime::Failure failure) {
  const std::lock_guard lock{mutex_};
  failures_[call] = std::move(failure);
}

void FakeRuntime::set_stats(const std::string& container, Stats stats) {
  const std::lock_guard lock{mutex_};
  stats_[container] = std::move(stats);
}

void FakeRuntime::throw_on(const std::string& call) {
  const std::lock_guard lock{mutex_};
  throws_.insert(call);
}

std::optional<runtime::Failure> FakeRuntime::note(const std::string& call) {
  if (on_call) on_call(call);
  const std::lock_guard lock{mutex_};
  calls_.push_back(call);
  if (throws_.count(call) != 0) throw std::runtime_error("the adapter is broken");
  if (const auto always = failures_.find(call); always != failures_.end()) return always->second;
  auto once = failures_once_.extract(call);
  return once.empty() ? std::nullopt : std::optional{once.mapped()};
}

void FakeRuntime::end_locked(std::unique_lock<std::mutex>& lock, const std::string& container, Exit exit,
                             Tell tell) {
  const auto known = containers_.find(container);
  if (known == containers_.end() || known->second.state != ContainerState::running) return;
  known->second.state = ContainerState::exited;
  known->second.pid = 0;
  known->second.exit = exit;
  const auto heard = on_exit_;
  lock.unlock();
  if (tell == Tell::yes && heard) heard({container, exit});
}

void FakeRuntime::end(const std::string& container, int exit_code, Tell tell, bool out_of_memory) {
  std::unique_lock lock{mutex_};
  now += std::chrono::milliseconds{1};
  end_locked(lock, container, {exit_code, out_of_memory, now}, tell);
}

void FakeRuntime::ignore_signal(const std::string& container, int signal_number) {
  const std::lock_guard lock{mutex_};
  ignored_signals_[container].insert(signal_number);
}

void FakeRuntime::set_probe(const std::string& container, int exit_code) {
  const std::lock_guard lock{mutex_};
  probes_[container] = exit_code;
}

void FakeRuntime::wipe() {
  const std::lock_guard lock{mutex_};
  sandboxes_.clear();
  containers_.clear();
}

bool FakeRuntime::has_sandbox(const std::string& id) const {
  const std::lock_guard lock{mutex_};
  return sandboxes_.count(id) != 0;
}

bool FakeRuntime::is_released(const std::string& id) const {
  const std::lock_guard lock{mutex_};
  const auto known = sandboxes_.find(id);
  return known != sandboxes_.end() && known->second.released;
}

std::optional<ContainerState> FakeRuntime::state_of(const std::string& container) const {
  const std::lock_guard lock{mutex_};
  const auto known = containers_.find(container);
  return known == containers_.end() ? std::nullopt : std::optional{known->second.state};
}

std::size_t FakeRuntime::running() const {
  const std::lock_guard lock{mutex_};
  return static_cast<std::size_t>(
      std::count_if(containers_.begin(), containers_.end(),
                    [](const auto& entry) { return entry.second.state == ContainerState::running; }));
}

Result<Image> FakeRuntime::pull(const PullRequest& request) {
  if (const auto failure = note("pull " + request.reference)) return *failure;
  const std::lock_guard lock{mutex_};
  auto& image = images_[request.reference];
  image.reference = request.reference;
  image.digest = "sha256:of-" + request.reference;
  return image;
}

Result<Image> FakeRuntime::find_image(const std::string& reference) {
  if (const auto failure = note("find_image " + reference)) return *failure;
  const std::lock_guard lock{mutex_};
  const auto known = images_.find(reference);
  if (known == images_.end()) return missing(reference);
  return known->second;
}

Result<std::vector<Image>> FakeRuntime::list_images() {
  const std::lock_guard lock{mutex_};
  std::vector<Image> all;
  for (const auto& [reference, image] : images_) all.push_back(image);
  return all;
}

Result<void> FakeRuntime::remove_image(const std::string& reference) {
  const std::lock_guard lock{mutex_};
  images_.erase(reference);
  return {};
}

Result<Sandbox> FakeRuntime::create_sandbox(const SandboxSpec& spec) {
  if (const auto failure = note("create_sandbox " + spec.id)) return *failure;
  const std::lock_guard lock{mutex_};
  if (sandboxes_.count(spec.id) != 0) return runtime::Failure{FailureKind::conflict, "it exists: " + spec.id};
  runtime::Sandbox sandbox{spec.id, {}, spec.labels};
  for (const auto& wanted : spec.networks) {
    runtime::Network network;
    network.name = wanted.name;
    network.kind = wanted.kind;
    if (wanted.kind == NetworkKind::bridge || wanted.kind == NetworkKind::address)
      network.address = "10.0.0.2";
    network.ports = wanted.ports;
    for (auto& port : network.ports) {
      if (port.host_port == 0) port.host_port = next_port_++;
    }
    sandbox.networks.push_back(std::move(network));
  }
  sandboxes_[spec.id] = {sandbox, false};
  return sandbox;
}

Result<void> FakeRuntime::release_sandbox(const std::string& id) {
  if (const auto failure = note("release_sandbox " + id)) return *failure;
  const std::lock_guard lock{mutex_};
  const auto known = sandboxes_.find(id);
  if (known == sandboxes_.end()) return missing(id);
  for (const auto& [name, container] : containers_) {
    if (container.sandbox == id && container.state == ContainerState::running) {
      return runtime::Failure{FailureKind::conflict, name + " runs"};
    }
  }
  known->second.released = true;
  return {};
}

Result<void> FakeRuntime::remove_sandbox(const std::string& id) {
  if (const auto failure = note("remove_sandbox " + id)) return *failure;
  const std::lock_guard lock{mutex_};
  sandboxes_.erase(id);
  std::erase_if(containers_, [&](const auto& entry) { return entry.second.sandbox == id; });
  return {};
}

Result<std::vector<Sandbox>> FakeRuntime::list_sandboxes() {
  if (const auto failure = note("list_sandboxes")) return *failure;
  const std::lock_guard lock{mutex_};
  std::vector<runtime::Sandbox> all;
  for (const auto& [id, sandbox] : sandboxes_) all.push_back(sandbox.sandbox);
  return all;
}

Result<void> FakeRuntime::create(const ContainerSpec& spec) {
  if (const auto failure = note("create " + spec.id)) return *failure;
  const std::lock_guard lock{mutex_};
  if (sandboxes_.count(spec.sandbox) == 0) return missing(spec.sandbox);
  if (containers_.count(spec.id) != 0)
    return runtime::Failure{FailureKind::conflict, "it exists: " + spec.id};
  ContainerStatus status;
  status.id = spec.id;
  status.sandbox = spec.sandbox;
  status.image_digest = "sha256:of-" + spec.image;
  status.stop_signal = "SIGTERM";
  status.created_at = now;
  status.labels = spec.labels;
  containers_[spec.id] = std::move(status);
  return {};
}

Result<ContainerStatus> FakeRuntime::start(const std::string& id) {
  if (const auto failure = note("start " + id)) return *failure;
  const std::lock_guard lock{mutex_};
  const auto known = containers_.find(id);
  if (known == containers_.end()) return missing(id);
  if (known->second.state == ContainerState::running)
    return runtime::Failure{FailureKind::conflict, "it runs: " + id};
  known->second.state = ContainerState::running;
  known->second.exit.reset();
  known->second.pid = 4242;
  known->second.started_at = now;
  return known->second;
}

Result<void> FakeRuntime::signal(const std::string& id, int signal_number) {
  if (const auto failure = note("signal " + id + " " + std::to_string(signal_number))) return *failure;
  std::unique_lock lock{mutex_};
  if (containers_.count(id) == 0) return missing(id);
  if (ignored_signals_[id].count(signal_number) != 0) return {};
  now += std::chrono::milliseconds{1};
  end_locked(lock, id, {128 + signal_number, false, now}, Tell::yes);
  return {};
}

Result<void> FakeRuntime::remove(const std::string& id) {
  if (const auto failure = note("remove " + id)) return *failure;
  const std::lock_guard lock{mutex_};
  containers_.erase(id);
  return {};
}

Result<ContainerStatus> FakeRuntime::status(const std::string& id) {
  if (const auto failure = note("status " + id)) return *failure;
  const std::lock_guard lock{mutex_};
  const auto known = containers_.find(id);
  if (known == containers_.end()) return missing(id);
  return known->second;
}

Result<std::vector<ContainerStatus>> FakeRuntime::list() {
  if (const auto failure = note("list")) return *failure;
  const std::lock_guard lock{mutex_};
  std::vector<ContainerStatus> all;
  for (const auto& [id, container] : containers_) all.push_back(container);
  return all;
}

void FakeRuntime::watch(std::function<void(const ContainerExited&)> on_exit) {
  const std::lock_guard lock{mutex_};
  on_exit_ = std::move(on_exit);
}

Result<Stats> FakeRuntime::stats(const std::string& id) {
  const std::lock_guard lock{mutex_};
  if (throws_.count("stats " + id) != 0) throw std::runtime_error("the adapter is broken");
  if (containers_.count(id) == 0) return missing(id);
  const auto told = stats_.find(id);
  return told == stats_.end() ? Stats{} : told->second;
}

Result<ExecResult> FakeRuntime::exec(const std::string& id, const ExecRequest& /*request*/) {
  if (const auto failure = note("exec " + id)) return *failure;
  const std::lock_guard lock{mutex_};
  if (containers_.count(id) == 0) return missing(id);
  return ExecResult{probes_[id], ""};
}

}  // namespace troupe::testing
