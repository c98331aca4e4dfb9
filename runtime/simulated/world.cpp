/// Images and sandboxes of the simulated host.

#include "runtime/simulated/world.hpp"

#include <cstdio>
#include <utility>

namespace troupe::runtime {
std::string SimulatedRuntime::World::digest_of(const std::string& reference) {
  std::string digest = "sha256:";
  for (unsigned part = 0; part < 4; ++part) {
    std::uint64_t hash = 14695981039346656037ULL + part;
    for (const char c : reference) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    digest += text;
  }
  return digest;
}

SimulatedRuntime::World::World(SimulatedOptions options)
    : timeline_(options.timeline != nullptr ? std::move(options.timeline) : Timeline::real()),
      otherwise_(std::move(options.otherwise)) {
  for (auto& [reference, script] : options.images) {
    images_[reference].script = std::move(script);
  }
}

void SimulatedRuntime::World::set_script(const std::string& reference, ImageScript script) {
  const std::lock_guard lock(mutex_);
  ImageEntry& image = images_[reference];
  image.script = std::move(script);
  std::fill(std::begin(image.failures), std::end(image.failures), 0U);
}

SimulatedRuntime::World::Images::iterator SimulatedRuntime::World::image_of(const std::string& reference) {
  const auto [image, added] = images_.try_emplace(reference);
  if (added) {
    image->second.script = otherwise_;
  }
  return image;
}

std::optional<Failure> SimulatedRuntime::World::next_failure(ImageEntry& image, Step step) {
  const ImageScript& script = image.script;
  const auto& scripted = step == Step::pull     ? script.pull_failure
                         : step == Step::create ? script.create_failure
                                                : script.start_failure;
  unsigned& happened = image.failures[static_cast<std::size_t>(step)];
  if (!scripted || happened >= scripted->times) {
    return std::nullopt;
  }
  ++happened;
  return scripted->failure;
}

Result<Image> SimulatedRuntime::World::pull(const PullRequest& request) {
  std::unique_lock lock(mutex_);
  const auto found = images_.find(request.reference);
  const bool present = found != images_.end() && found->second.pulled;
  if (request.policy == PullPolicy::never && !present) {
    return Failure{FailureKind::not_found, "image " + request.reference + " is not in the store"};
  }
  if (request.policy != PullPolicy::always && present) {
    return describe(request.reference, found->second);
  }
  const auto image = image_of(request.reference);
  const auto delay = image->second.script.pull_delay;
  const auto failure = next_failure(image->second, Step::pull);
  lock.unlock();
  timeline_->pass(delay);
  if (failure) {
    return *failure;
  }
  lock.lock();
  ImageEntry& entry = image_of(request.reference)->second;
  entry.pulled_at = entry.pulled ? entry.pulled_at : timeline_->now();
  entry.pulled = true;
  return describe(request.reference, entry);
}

Result<Image> SimulatedRuntime::World::find_image(const std::string& reference) const {
  const std::lock_guard lock(mutex_);
  const auto found = images_.find(reference);
  if (found == images_.end() || !found->second.pulled) {
    return Failure{FailureKind::not_found, "image " + reference + " is not in the store"};
  }
  return describe(reference, found->second);
}

std::vector<Image> SimulatedRuntime::World::list_images() const {
  const std::lock_guard lock(mutex_);
  std::vector<Image> all;
  for (const auto& [reference, image] : images_) {
    if (image.pulled) {
      all.push_back(describe(reference, image));
    }
  }
  return all;
}

Result<void> SimulatedRuntime::World::remove_image(const std::string& reference) {
  const std::lock_guard lock(mutex_);
  const auto found = images_.find(reference);
  if (found != images_.end() && found->second.containers > 0) {
    return Failure{FailureKind::conflict, "image " + reference + " is used by a container"};
  }
  if (found != images_.end()) {
    found->second.pulled = false;
  }
  return {};
}

Result<Sandbox> SimulatedRuntime::World::create_sandbox(const SandboxSpec& spec) {
  const std::lock_guard lock(mutex_);
  if (sandboxes_.contains(spec.id)) {
    return Failure{FailureKind::conflict, "sandbox " + spec.id + " exists already"};
  }
  auto networks = network_.connect(spec.id, spec.networks);
  if (networks.has_error()) {
    return networks.error();
  }
  sandboxes_.emplace(
      spec.id,
      SimulatedSandbox{*networks, pack_labels(spec.labels), {}, {spec.user_namespace, spec.storage_bytes}});
  return Sandbox{spec.id, std::move(*networks), spec.labels};
}

Result<void> SimulatedRuntime::World::release_sandbox(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = sandboxes_.find(id);
  if (found == sandboxes_.end()) {
    return Failure{FailureKind::not_found, "sandbox " + id + " does not exist"};
  }
  for (const std::string& container : found->second.containers) {
    if (containers_.at(container).state == ContainerState::running) {
      return Failure{FailureKind::conflict, "container " + container + " runs"};
    }
  }
  network_.disconnect(found->second.networks);
  found->second.networks.clear();
  return {};
}

void SimulatedRuntime::World::remove_sandbox(const std::string& id) {
  std::vector<std::string> inside;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sandboxes_.find(id);
    if (found == sandboxes_.end()) {
      return;
    }
    inside = found->second.containers;
  }
  for (const std::string& container : inside) {
    remove(container);
  }
  const std::lock_guard lock(mutex_);
  if (const auto found = sandboxes_.find(id); found != sandboxes_.end()) {
    network_.disconnect(found->second.networks);
    sandboxes_.erase(found);
  }
}

std::vector<Sandbox> SimulatedRuntime::World::list_sandboxes() const {
  const std::lock_guard lock(mutex_);
  std::vector<Sandbox> all;
  all.reserve(sandboxes_.size());
  for (const auto& [id, sandbox] : sandboxes_) {
    all.push_back({id, sandbox.networks, unpack_labels(sandbox.labels)});
  }
  return all;
}

Result<Isolation> SimulatedRuntime::World::isolation_of(const std::string& sandbox) const {
  const std::lock_guard lock(mutex_);
  const auto found = sandboxes_.find(sandbox);
  if (found == sandboxes_.end()) {
    return Failure{FailureKind::not_found, "sandbox " + sandbox + " does not exist"};
  }
  return found->second.isolation;
}

Image SimulatedRuntime::World::describe(const std::string& reference, const ImageEntry& image) const {
  Image described;
  described.reference = reference;
  described.digest = digest_of(reference);
  described.pulled_at = image.pulled_at;
  described.config.command = {"/simulated"};
  described.config.stop_signal = "SIGTERM";
  return described;
}

}  // namespace troupe::runtime
