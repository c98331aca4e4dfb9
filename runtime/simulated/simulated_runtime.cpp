/// The port's methods, handed on to what exists.

#include "runtime/simulated/simulated_runtime.hpp"

#include "runtime/simulated/world.hpp"

#include <utility>

namespace troupe::runtime {

SimulatedRuntime::SimulatedRuntime(SimulatedOptions options)
    : world_(std::make_shared<World>(std::move(options))) {}
SimulatedRuntime::~SimulatedRuntime() = default;

void SimulatedRuntime::set_script(const std::string& reference, ImageScript script) {
  world_->set_script(reference, std::move(script));
}

Result<void> SimulatedRuntime::finish(const std::string& id, int exit_code, bool out_of_memory) {
  return world_->finish(id, {exit_code, out_of_memory, {}});
}

Result<Isolation> SimulatedRuntime::isolation_of(const std::string& sandbox) const {
  return world_->isolation_of(sandbox);
}

std::size_t SimulatedRuntime::run_due(Time now) {
  return world_->timeline().run_due(now);
}

RuntimeInfo SimulatedRuntime::info() const {
  return {"simulated", "1"};
}

Result<Image> SimulatedRuntime::pull(const PullRequest& request) {
  return world_->pull(request);
}

Result<Image> SimulatedRuntime::find_image(const std::string& reference) {
  return world_->find_image(reference);
}

Result<std::vector<Image>> SimulatedRuntime::list_images() {
  return world_->list_images();
}

Result<void> SimulatedRuntime::remove_image(const std::string& reference) {
  return world_->remove_image(reference);
}

Result<Sandbox> SimulatedRuntime::create_sandbox(const SandboxSpec& spec) {
  return world_->create_sandbox(spec);
}

Result<void> SimulatedRuntime::release_sandbox(const std::string& id) {
  return world_->release_sandbox(id);
}

Result<void> SimulatedRuntime::remove_sandbox(const std::string& id) {
  world_->remove_sandbox(id);
  return {};
}

Result<std::vector<Sandbox>> SimulatedRuntime::list_sandboxes() {
  return world_->list_sandboxes();
}

Result<void> SimulatedRuntime::create(const ContainerSpec& spec) {
  return world_->create(spec);
}

Result<ContainerStatus> SimulatedRuntime::start(const std::string& id) {
  return world_->start(id);
}

Result<void> SimulatedRuntime::signal(const std::string& id, int signal_number) {
  return world_->signal(id, signal_number);
}

Result<void> SimulatedRuntime::remove(const std::string& id) {
  world_->remove(id);
  return {};
}

Result<ContainerStatus> SimulatedRuntime::status(const std::string& id) {
  return world_->status(id);
}

Result<std::vector<ContainerStatus>> SimulatedRuntime::list() {
  return world_->list();
}

void SimulatedRuntime::watch(std::function<void(const ContainerExited&)> on_exit) {
  world_->watch(std::move(on_exit));
}

Result<Stats> SimulatedRuntime::stats(const std::string& id) {
  return world_->stats(id);
}

Result<ExecResult> SimulatedRuntime::exec(const std::string& id, const ExecRequest& request) {
  return world_->exec(id, request);
}

}  // namespace troupe::runtime
