/// Creating a container: everything is resolved in memory first, then written
/// and handed to conmon. What fails is taken back.

#include "runtime/oci/capabilities.hpp"
#include "runtime/oci/claim.hpp"
#include "runtime/oci/devices.hpp"

#include <spdlog/spdlog.h>
#include <boost/json/serialize.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <numeric>

namespace troupe::runtime::oci {
namespace {

/// Empty when the image has no such file.
std::string read_in_root(const Descriptor& root, const std::string& path) {
  const auto file = open_in_root(root.get(), path, O_RDONLY | O_NONBLOCK);
  if (!file) {
    return {};
  }
  auto text = read_file("/proc/self/fd/" + std::to_string(file->get()), 8 << 20);
  return text ? std::move(*text) : std::string();
}

Result<void> make_directory(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) != 0) {
    return errno_failure("cannot make the directory " + path, errno);
  }
  return {};
}

/// In Docker's words: what a user namespace does not go together with.
Result<void> check_isolation(const ContainerSpec& spec) {
  const char* refused = nullptr;
  if (spec.privileged) {
    refused = "privileged mode is incompatible with user namespaces";
  } else if (spec.pid == NamespaceMode::host) {
    refused = "cannot share the host PID namespace when user namespaces are enabled";
  } else if (spec.ipc == NamespaceMode::host) {
    refused = "cannot share the host IPC namespace when user namespaces are enabled";
  } else if (!spec.devices.empty()) {
    refused = "devices of the host are incompatible with user namespaces";
  }
  return refused == nullptr ? Result<void>() : Failure{FailureKind::invalid, refused};
}

/// Twelve characters of its sandbox's id. An id may begin with the time: ends differ.
std::string hostname_of(const std::string& sandbox) {
  return sandbox.substr(sandbox.size() - std::min<std::size_t>(sandbox.size(), 12));
}

}  // namespace

Result<void> Adapter::create(const ContainerSpec& spec) {
  if (auto checked = check_id(spec.id); !checked) {
    return checked;
  }
  const Claim claim(*this, spec.id);
  auto from = gather(spec);
  if (!from) {
    return from.error();
  }
  ContainerRecord record;
  record.id = spec.id;
  record.sandbox = spec.sandbox;
  record.boot_id = boot_id_;
  record.image_digest = from->image.digest;
  record.stop_signal = from->image.config.stop_signal;
  record.log_path = layout_.log(spec.sandbox, spec.id);
  record.cgroup_path = sandbox_group(spec.sandbox) + "/" + spec.id;
  record.created_at = std::chrono::system_clock::now();
  record.labels = spec.labels;
  {
    const std::lock_guard lock(mutex_);
    if (!containers_.emplace(spec.id, record).second) {
      return Failure{FailureKind::conflict, "container " + spec.id + " exists already"};
    }
  }
  auto made = make(spec, *from, record);
  if (!made) {
    if (auto undone = dismantle(record); !undone) {
      spdlog::warn("oci cannot take back container {}: {}", spec.id, undone.error().message);
    }
    const std::lock_guard lock(mutex_);
    containers_.erase(spec.id);
  }
  return made;
}

Result<Adapter::Ingredients> Adapter::gather(const ContainerSpec& spec) {
  Ingredients from;
  auto sandbox = find_sandbox(spec.sandbox);
  if (!sandbox) {
    return sandbox.error();
  }
  from.sandbox = std::move(*sandbox);
  bool found = false;
  for (const AttachedNetwork& each : from.sandbox.networks) {
    if (each.network.name == spec.network) {
      from.network = each;
      found = true;
    }
  }
  if (from.sandbox.first_id) {
    if (auto checked = check_isolation(spec); !checked) {
      return checked.error();
    }
  }
  if (!found) {
    return Failure{FailureKind::not_found,
                   "sandbox " + spec.sandbox + " has no network \"" + spec.network + "\""};
  }
  auto image = images_->find(spec.image);
  if (!image) {
    return image.error();
  }
  auto layers = layers_of(*image);
  if (!layers) {
    return layers.error();
  }
  auto storage = storage_of(from.sandbox);
  if (!storage) {
    return storage.error();
  }
  from.image = std::move(*image);
  from.layers = std::move(*layers);
  from.storage = std::move(*storage);
  return from;
}

Result<std::vector<std::string>> Adapter::layers_of(const Image& image) const {
  auto layers = images_->layer_directories(image);
  if (layers && layers->empty()) {
    layers->push_back(layout_.sockets());  // An image without layers is an empty directory.
  }
  return layers;
}

/// What a crash or a refusal left under this name is not the new container's.
Result<void> Adapter::make_container_directories(const std::string& id, const Ingredients& from) const {
  const std::string directory = layout_.container(id);
  const std::string writable = writable_of(id, from.sandbox, from.storage.get()).here;
  auto made = make_directory(directory, 0711);
  if (made) {
    made = make_directory(directory + "/rootfs", 0755);
  }
  if (made && from.sandbox.first_id) {
    made = make_directory(directory + "/lower", 0700);
  }
  if (made && from.storage) {
    made = remove_tree(writable);
    made = made ? make_directory(writable, 0711) : made;
  }
  for (const char* name : {"/upper", "/work"}) {
    made = made ? make_directory(writable + name, 0755) : made;
  }
  if (made && from.sandbox.first_id &&
      chown((writable + "/upper").c_str(), *from.sandbox.first_id, *from.sandbox.first_id) != 0) {
    return errno_failure("cannot give away " + writable + "/upper", errno);
  }
  return made;
}

Result<void> Adapter::make(const ContainerSpec& spec, const Ingredients& from, ContainerRecord& record) {
  if (auto made = make_container_directories(spec.id, from); !made) {
    return made;
  }
  if (auto stored = store(record); !stored) {
    return stored;
  }
  const auto bundle = plan(spec, from, record);
  if (!bundle) {
    return bundle.error();
  }
  auto mounts = mounts_of(record, from.sandbox, from.storage.get(), from.image);
  if (!mounts) {
    return mounts.error();
  }
  if (auto made = make_directories(layout_.logs() + "/" + spec.sandbox, 0711); !made) {
    return made;
  }
  if (spec.log.max_files > 1) {
    spdlog::warn("oci keeps one log file of container {} instead of {}: it begins anew at {} bytes", spec.id,
                 spec.log.max_files, spec.log.max_size_bytes);
  }
  record.launch = {
      bundle->arguments.front(), spec.log.max_size_bytes, spec.terminal, spec.interactive, {}, {}};
  if (from.sandbox.first_id) {
    record.launch.raised = spec.rlimits;
    record.launch.stream_owner = *from.sandbox.first_id + bundle->user.uid;
  }
  return launch(*bundle, Launch{spec.id, record.log_path, record.launch, std::move(*mounts)}, record);
}

Result<void> Adapter::launch(const Bundle& bundle, const Launch& launch, ContainerRecord& record) {
  const auto config = make_config(bundle);
  if (!config) {
    return config.error();
  }
  const std::string path = layout_.container(record.id) + "/config.json";
  if (auto written = write_file_atomically(path, boost::json::serialize(*config)); !written) {
    return written;
  }
  const auto launched = launcher_.create(launch);
  if (!launched) {
    return launched.error();
  }
  if (launcher_.is_crun() && !bundle.seccomp.empty()) {
    filters_.learn(filter_key(bundle), layout_.runtime_state() + "/" + record.id + "/seccomp.bpf");
  }
  record.phase = Phase::created;
  record.process = launched->process;
  record.conmon = launched->conmon;
  if (auto stored = store(record); !stored) {
    return stored;
  }
  if (!watcher_->add(record.id, record.conmon)) {
    return Failure{FailureKind::failed, "the container ended before it was started"};
  }
  return {};
}

Result<Bundle> Adapter::plan(const ContainerSpec& spec, const Ingredients& from, ContainerRecord& record) {
  Bundle bundle;
  bundle.spec = &spec;
  bundle.user_namespace = user_namespace_of(from.sandbox);
  bundle.root_path = bundle.user_namespace ? kOpenRoot : layout_.container(spec.id) + "/rootfs";
  bundle.cgroup_path = record.cgroup_path;
  bundle.cgroup = cgroups_.abilities();
  if (auto planned = plan_process(spec, from, bundle); !planned) {
    return planned.error();
  }
  if (auto planned = plan_namespaces(spec, from, bundle); !planned) {
    return planned.error();
  }
  record.own_pid_namespace = bundle.pid.mode == NamespaceMode::own;
  if (auto planned = plan_mounts(spec, from, bundle); !planned) {
    return planned.error();
  }
  record.mounts = bundle.binds;
  if (auto written = write_etc_files(spec, from, bundle); !written) {
    return written.error();
  }
  plan_seccomp(bundle);
  if (spec.privileged) {
    bundle.devices = host_devices();
  }
  for (const Device& each : spec.devices) {
    auto device = find_device(each);
    if (!device) {
      return device.error();
    }
    bundle.devices.push_back(std::move(*device));
  }
  return bundle;
}

Result<void> Adapter::plan_process(const ContainerSpec& spec, const Ingredients& from, Bundle& bundle) {
  auto accounts = account_files(from);
  auto arguments = resolve_arguments(from.image.config, spec);
  auto directory = resolve_directory(from.image.config, spec);
  auto capabilities = resolve_capabilities(spec, bounding_set_);
  if (!accounts || !arguments || !directory || !capabilities) {
    return !accounts    ? accounts.error()
           : !arguments ? arguments.error()
           : !directory ? directory.error()
                        : capabilities.error();
  }
  const std::string& wanted = spec.user.empty() ? from.image.config.user : spec.user;
  auto user = resolve_user(wanted, accounts->passwd, accounts->group);
  if (!user) {
    return user.error();
  }
  if (spec.init_process) {
    if (auto init = find_program("catatonit"); !init) {
      return init.error();
    }
  }
  bundle.user = std::move(*user);
  bundle.arguments = std::move(*arguments);
  bundle.directory = std::move(*directory);
  bundle.capabilities = std::move(*capabilities);
  bundle.hostname = spec.hostname;
  if (bundle.hostname.empty()) {
    char name[256] = {};
    const bool hosts =
        from.network.network.kind == NetworkKind::host && gethostname(name, sizeof name - 1) == 0;
    bundle.hostname = hosts ? std::string(name) : hostname_of(spec.sandbox);
  }
  bundle.environment = resolve_environment(from.image.config, spec, bundle.hostname, bundle.user);
  return {};
}

/// The filter crun compiled before for the same capabilities, or the rules.
void Adapter::plan_seccomp(Bundle& bundle) {
  if (bundle.spec->privileged) {
    return;
  }
  if (launcher_.is_crun()) {
    bundle.compiled_seccomp = filters_.find(filter_key(bundle));
  }
  if (bundle.compiled_seccomp.empty()) {
    bundle.seccomp = seccomp_.resolve(bundle.capabilities);
  }
}

std::string Adapter::filter_key(const Bundle& bundle) {
  return std::accumulate(bundle.capabilities.begin(), bundle.capabilities.end(), std::string());
}

Result<void> Adapter::plan_namespaces(const ContainerSpec& spec, const Ingredients& from, Bundle& bundle) {
  bundle.pid.mode = spec.pid;
  bundle.ipc.mode = spec.ipc;
  bundle.network.mode =
      from.network.network.kind == NetworkKind::host ? NamespaceMode::host : NamespaceMode::sandbox;
  bundle.network.path = from.network.namespace_path;
  const bool shares_pid = spec.pid == NamespaceMode::sandbox;
  const bool shares_ipc = spec.ipc == NamespaceMode::sandbox;
  if ((shares_pid && !from.sandbox.share_pid_namespace) ||
      (shares_ipc && !from.sandbox.share_ipc_namespace)) {
    return Failure{
        FailureKind::invalid,
        "sandbox " + spec.sandbox + " does not share the namespace that container " + spec.id + " wants"};
  }
  if (shares_pid || shares_ipc) {
    const auto pause = find(pause_id(spec.sandbox));
    if (!pause || !is_alive(pause->process)) {
      return Failure{FailureKind::failed, "the pause process of sandbox " + spec.sandbox + " has ended"};
    }
    const std::string namespaces = "/proc/" + std::to_string(pause->process.pid) + "/ns/";
    bundle.pid.path = namespaces + "pid";
    bundle.ipc.path = namespaces + "ipc";
  }
  if (shares_ipc) {
    bundle.shared_memory_path = from.sandbox.shared_memory_path;
  } else if (spec.ipc == NamespaceMode::host) {
    bundle.shared_memory_path = "/dev/shm";
  }
  return {};
}

/// The image's passwd and group; images do not change, so each is read once.
Result<Adapter::AccountFiles> Adapter::account_files(const Ingredients& from) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = accounts_.find(from.image.digest); known != accounts_.end()) {
      return known->second;
    }
  }
  const auto root = image_root(from)();
  if (!root) {
    return root.error();
  }
  AccountFiles files{read_in_root(*root, "etc/passwd"), read_in_root(*root, "etc/group")};
  const std::lock_guard lock(mutex_);
  accounts_.insert_or_assign(from.image.digest, files);
  return files;
}

ImageRoot Adapter::image_root(const Ingredients& from) const {
  return [&from, mount_point = layout_.sockets()] { return open_image_root(from.layers, mount_point); };
}

}  // namespace troupe::runtime::oci
