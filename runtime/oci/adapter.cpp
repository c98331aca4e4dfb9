/// Opening the adapter, the image operations, and what is common to all operations.

#include "runtime/oci/adapter.hpp"

#include "runtime/oci/capabilities.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>

namespace troupe::runtime {

Result<std::unique_ptr<ContainerRuntime>> open_oci_runtime(const OciOptions& options) {
  return oci::Adapter::open(options);
}

namespace oci {
namespace {

Result<void> check_options(const OciOptions& options) {
  const std::string& directory = options.data_directory;
  if (directory.empty() || directory.front() != '/' ||
      directory.find_first_of(",:\\\n") != std::string::npos) {
    return Failure{FailureKind::invalid, "the data directory \"" + directory +
                                             "\" must be an absolute path without ',', ':' and '\\'"};
  }
  if (geteuid() != 0) {
    return Failure{FailureKind::denied, "running containers needs root"};
  }
  return check_id(options.cgroup_parent);
}

void log_choice(const Cgroups& cgroups, const Launcher& launcher) {
  switch (cgroups.mode()) {
    case CgroupMode::v1:
      spdlog::info("oci uses {} on cgroup v1", launcher.version());
      break;
    case CgroupMode::unified:
      spdlog::info("oci uses {} on cgroup v2", launcher.version());
      break;
    case CgroupMode::hybrid:
      spdlog::info("oci uses {} on cgroup v1, {}", launcher.version(),
                   launcher.is_crun() ? "hiding the v2 beside it from crun" : "with a v2 beside it");
      break;
  }
}

}  // namespace

Result<void> check_id(const std::string& id) {
  const bool plain = std::all_of(id.begin(), id.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_' || letter == '.' || letter == '-';
  });
  if (!plain || id.empty() || id.size() > 128 || id == "." || id == "..") {
    return Failure{FailureKind::invalid, "invalid identifier \"" + id + "\""};
  }
  return {};
}

Adapter::Adapter(OciOptions options, Cgroups cgroups, Launcher launcher, SeccompProfile seccomp)
    : options_(std::move(options)),
      layout_(options_.data_directory),
      boot_id_(current_boot_id()),
      bounding_set_(oci::bounding_set()),
      cgroups_(std::move(cgroups)),
      launcher_(std::move(launcher)),
      seccomp_(std::move(seccomp)),
      volumes_(layout_.volumes()),
      networks_(Failure{}) {}

Adapter::~Adapter() {
  watcher_.reset();
}

Result<std::unique_ptr<ContainerRuntime>> Adapter::open(const OciOptions& options) {
  if (auto checked = check_options(options); !checked) {
    return checked.error();
  }
  auto cgroups = Cgroups::detect();
  auto seccomp = SeccompProfile::load();
  if (!cgroups || !seccomp) {
    return cgroups ? seccomp.error() : cgroups.error();
  }
  auto launcher =
      Launcher::find(options.runtime_program, Layout(options.data_directory), cgroups->hidden_from_crun());
  if (!launcher) {
    return launcher.error();
  }
  log_choice(*cgroups, *launcher);
  std::unique_ptr<Adapter> adapter(
      new Adapter(options, std::move(*cgroups), std::move(*launcher), std::move(*seccomp)));
  if (auto prepared = adapter->prepare_directories(); !prepared) {
    return prepared.error();
  }
  auto images = ImageStore::open(adapter->layout_.images(), options.images);
  if (!images) {
    return images.error();
  }
  adapter->images_ = std::move(*images);
  NetworkOptions network = options.network;
  network.data_directory = adapter->layout_.networks();
  adapter->networks_ = Networks::open(network);
  if (!adapter->networks_) {
    spdlog::warn("oci has no networks but the host's: {}", adapter->networks_.error().message);
  }
  if (auto recovered = adapter->recover(); !recovered) {
    return recovered.error();
  }
  adapter->prune_images();
  return std::unique_ptr<ContainerRuntime>(std::move(adapter));
}

Result<void> Adapter::prepare_directories() {
  const std::array all{layout_.root(), layout_.containers(), layout_.sandboxes(),     layout_.volumes(),
                       layout_.logs(), layout_.exits(),      layout_.runtime_state(), layout_.sockets()};
  for (const std::string& path : all) {
    // What containers write belongs to them alone; images keep their own modes inside.
    if (auto made = make_directories(path, 0711); !made) {
      return made;
    }
  }
  lock_ = Descriptor(::open(layout_.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_.valid()) {
    return errno_failure("cannot open " + layout_.lock(), errno);
  }
  if (!lock_soon(lock_.get(), std::chrono::seconds{2})) {
    return Failure{FailureKind::conflict, layout_.root() + " is in use by another process"};
  }
  return {};
}

RuntimeInfo Adapter::info() const {
  return {"oci", launcher_.version()};
}

/// A disk without room is given what no container needs any more, and one more try.
Result<Image> Adapter::pull(const PullRequest& request) {
  auto image = images_->pull(request);
  const bool full = !image && image.error().kind == FailureKind::no_space;
  if (full || (image && request.policy == PullPolicy::always)) {
    prune_images();
  }
  return full ? images_->pull(request) : image;
}

/// Removes images whose name went to a newer pull.
void Adapter::prune_images() {
  if (auto pruned = images_->prune([this](const Image& image) { return is_needed(image); }); !pruned) {
    spdlog::warn("oci keeps images that nobody needs: {}", pruned.error().message);
  }
}

bool Adapter::is_needed(const Image& image) {
  {
    const std::lock_guard lock(mutex_);
    const bool prepared = std::any_of(containers_.begin(), containers_.end(), [&](const auto& entry) {
      return entry.second.phase == Phase::preparing && entry.second.image_digest == image.digest;
    });
    if (prepared) {
      return true;
    }
  }
  return image_in_use(layout_.root(), image.digest);
}

Result<Image> Adapter::find_image(const std::string& reference) {
  return images_->find(reference);
}

Result<std::vector<Image>> Adapter::list_images() {
  return images_->list();
}

Result<void> Adapter::remove_image(const std::string& reference) {
  return images_->remove(reference, [this](const Image& image) { return is_needed(image); });
}

}  // namespace oci
}  // namespace troupe::runtime
