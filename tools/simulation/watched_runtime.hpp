#pragma once

/// A simulated container runtime whose calls are counted: that a container is
/// started twice is seen here, whatever the records say.

#include "runtime/simulated/simulated_runtime.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace troupe::simulation {

class WatchedRuntime final : public runtime::ContainerRuntime {
 public:
  explicit WatchedRuntime(std::shared_ptr<runtime::SimulatedRuntime> under) : under_(std::move(under)) {}

  /// Told of each container that begins to run.
  std::function<void(const std::string& container)> on_start = [](const std::string&) {};
  /// Its name is left out of lists, as if the host had forgotten it: planted.
  std::string hidden_sandbox;

  [[nodiscard]] runtime::RuntimeInfo info() const override { return under_->info(); }
  runtime::Result<runtime::Image> pull(const runtime::PullRequest& request) override {
    return under_->pull(request);
  }
  runtime::Result<runtime::Image> find_image(const std::string& reference) override {
    return under_->find_image(reference);
  }
  runtime::Result<std::vector<runtime::Image>> list_images() override { return under_->list_images(); }
  runtime::Result<void> remove_image(const std::string& reference) override {
    return under_->remove_image(reference);
  }
  runtime::Result<runtime::Sandbox> create_sandbox(const runtime::SandboxSpec& spec) override {
    return under_->create_sandbox(spec);
  }
  runtime::Result<void> release_sandbox(const std::string& id) override {
    return under_->release_sandbox(id);
  }
  runtime::Result<void> remove_sandbox(const std::string& id) override { return under_->remove_sandbox(id); }
  runtime::Result<std::vector<runtime::Sandbox>> list_sandboxes() override;
  runtime::Result<void> create(const runtime::ContainerSpec& spec) override { return under_->create(spec); }
  runtime::Result<runtime::ContainerStatus> start(const std::string& id) override;
  runtime::Result<void> signal(const std::string& id, int number) override {
    return under_->signal(id, number);
  }
  runtime::Result<void> remove(const std::string& id) override { return under_->remove(id); }
  runtime::Result<runtime::ContainerStatus> status(const std::string& id) override {
    return under_->status(id);
  }
  runtime::Result<std::vector<runtime::ContainerStatus>> list() override;
  void watch(std::function<void(const runtime::ContainerExited&)> on_exit) override {
    under_->watch(std::move(on_exit));
  }
  runtime::Result<runtime::Stats> stats(const std::string& id) override { return under_->stats(id); }
  runtime::Result<runtime::ExecResult> exec(const std::string& id,
                                            const runtime::ExecRequest& request) override {
    return under_->exec(id, request);
  }

 private:
  std::shared_ptr<runtime::SimulatedRuntime> under_;
};

}  // namespace troupe::simulation
