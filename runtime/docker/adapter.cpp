/// Opening, images, and the records.

#include "runtime/docker/adapter.hpp"

#include "runtime/docker/pause_image.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <random>

namespace troupe::runtime::docker {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kLockPatience = 2s;
constexpr std::chrono::milliseconds kEventsDeadline = 10s;

Result<Descriptor> take_lock(const std::string& path) {
  Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid()) {
    return errno_failure("cannot open " + path, errno);
  }
  if (!lock_soon(lock.get(), kLockPatience)) {
    return Failure{FailureKind::conflict, "another process uses " + path};
  }
  return lock;
}

/// Made at the first open, and kept: the labels of our containers carry it.
Result<std::string> owner_of(const std::string& path) {
  constexpr std::size_t kDigits = 8;
  if (const auto known = read_file(path); known && known->size() == kDigits) {
    return *known;
  }
  std::random_device device;
  std::string owner;
  while (owner.size() < kDigits) {
    owner += "0123456789abcdef"[device() % 16];
  }
  if (auto written = write_file_atomically(path, owner, Durability::synced); !written) {
    return written.error();
  }
  return owner;
}

}  // namespace

Adapter::Claim::Claim(Adapter& adapter, std::string name) : adapter_(adapter), name_(std::move(name)) {
  std::unique_lock lock(adapter_.mutex_);
  adapter_.freed_.wait(lock, [&] { return !adapter_.busy_.contains(name_); });
  adapter_.busy_.insert(name_);
}

Adapter::Claim::~Claim() {
  {
    const std::lock_guard lock(adapter_.mutex_);
    adapter_.busy_.erase(name_);
  }
  adapter_.freed_.notify_all();
}

Adapter::Adapter(const DockerOptions& options, Engine engine, oci::Cgroups cgroups)
    : options_(options),
      layout_(options.data_directory),
      engine_(std::move(engine)),
      cgroups_(std::move(cgroups)),
      images_(engine_, layout_.images()) {}

Adapter::~Adapter() = default;

Result<std::unique_ptr<ContainerRuntime>> Adapter::open(const DockerOptions& options) {
  if (options.data_directory.empty() || options.data_directory.front() != '/') {
    return Failure{FailureKind::invalid, "the data directory must be an absolute path"};
  }
  auto engine = Engine::open(options.socket);
  if (!engine) {
    return engine.error();
  }
  auto cgroups = oci::Cgroups::detect();
  if (!cgroups) {
    return cgroups.error();
  }
  std::unique_ptr<Adapter> adapter(new Adapter(options, std::move(*engine), std::move(*cgroups)));
  if (auto prepared = adapter->prepare_directories(); !prepared) {
    return prepared.error();
  }
  if (auto made = ensure_pause_image(adapter->engine_); !made) {
    return made.error();
  }
  if (!adapter->sets_limits()) {
    spdlog::warn("docker leaves control groups to {}: the limits of a task as a whole are not set",
                 adapter->engine_.facts().cgroup_driver);
  }
  if (auto recovered = adapter->recover(); !recovered) {
    return recovered.error();
  }
  auto* const self = adapter.get();
  WatchEvents events;
  events.opened = [self] { self->settle_all(); };
  events.died = [self](const std::string& engine_id) {
    std::unique_lock lock(self->mutex_);
    const auto found = self->by_engine_id_.find(engine_id);
    const auto id = found == self->by_engine_id_.end() ? std::string() : found->second;
    lock.unlock();
    if (!id.empty()) {
      self->settle(id);
    }
  };
  events.out_of_memory = [self](const std::string& engine_id) {
    const std::lock_guard lock(self->mutex_);
    if (self->by_engine_id_.contains(engine_id)) {
      self->out_of_memory_.insert(engine_id);
    }
  };
  adapter->watch_ = std::make_unique<EventWatch>(
      adapter->engine_, std::string(label_owner) + "=" + adapter->owner_, std::move(events));
  if (!adapter->watch_->wait_until_open(kEventsDeadline)) {
    return Failure{FailureKind::unavailable, "the container engine does not tell its events"};
  }
  spdlog::info("docker uses {} {} at {}", adapter->engine_.facts().name, adapter->engine_.facts().version,
               options.socket);
  return std::unique_ptr<ContainerRuntime>(std::move(adapter));
}

Result<void> Adapter::prepare_directories() {
  for (const auto& path : {layout_.containers(), layout_.sandboxes(), layout_.logs(), layout_.images()}) {
    if (auto made = make_directories(path, 0711); !made) {
      return made;
    }
  }
  auto lock = take_lock(layout_.root() + "/docker.lock");
  if (!lock) {
    return lock.error();
  }
  lock_ = std::move(*lock);
  auto owner = owner_of(layout_.root() + "/owner");
  if (!owner) {
    return owner.error();
  }
  owner_ = std::move(*owner);
  metadata_ = std::make_unique<MetadataRules>("troupe-docker-" + owner_);
  return {};
}

RuntimeInfo Adapter::info() const {
  return {"docker", engine_.facts().name + " " + engine_.facts().version};
}

Result<Image> Adapter::pull(const PullRequest& request) {
  const auto reference = parse_reference(request.reference);
  if (!reference) {
    return reference.error();
  }
  const Claim claim(*this, "image " + reference->normalised());
  auto found = images_.find(request.reference);
  if (request.policy != PullPolicy::always && found) {
    return found->image;
  }
  if (request.policy == PullPolicy::never || (!found && found.error().kind != FailureKind::not_found)) {
    return found.error();
  }
  if (auto fetched = images_.fetch(*reference, request); !fetched) {
    return fetched.error();
  }
  found = images_.find(request.reference);
  return found ? Result<Image>(found->image) : Result<Image>(found.error());
}

Result<Image> Adapter::find_image(const std::string& reference) {
  auto found = images_.find(reference);
  return found ? Result<Image>(std::move(found->image)) : Result<Image>(found.error());
}

Result<std::vector<Image>> Adapter::list_images() {
  return images_.list();
}

Result<void> Adapter::remove_image(const std::string& reference) {
  return images_.remove(reference);
}

Result<SandboxEntry> Adapter::find_sandbox(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = sandboxes_.find(id);
  if (found == sandboxes_.end()) {
    return Failure{FailureKind::not_found, "no such sandbox: " + id};
  }
  return found->second;
}

Result<ContainerEntry> Adapter::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  if (found == containers_.end()) {
    return Failure{FailureKind::not_found, "no such container: " + id};
  }
  return found->second;
}

std::vector<ContainerEntry> Adapter::containers_of(const std::string& sandbox) {
  const std::lock_guard lock(mutex_);
  std::vector<ContainerEntry> inside;
  for (const auto& [id, entry] : containers_) {
    if (entry.sandbox == sandbox) {
      inside.push_back(entry);
    }
  }
  return inside;
}

}  // namespace troupe::runtime::docker

namespace troupe::runtime {

Result<std::unique_ptr<ContainerRuntime>> open_docker_runtime(const DockerOptions& options) {
  return docker::Adapter::open(options);
}

bool docker_container_ended(const std::string& data_directory, const std::string& id) {
  const auto text = read_file(oci::Layout(data_directory).container(id) + "/state.json");
  const auto entry = text ? docker::container_entry(*text) : Result<docker::ContainerEntry>(Failure{});
  return !entry || entry->exit.has_value();
}

}  // namespace troupe::runtime
