/// What sets a sandbox further apart from its host: a user namespace of its own, and
/// a disk of limited size for what it writes. Where a container's files are follows
/// from both.

#include "runtime/network/namespaces.hpp"
#include "runtime/network/user_namespaces.hpp"
#include "runtime/oci/claim.hpp"
#include "runtime/oci/detached_mounts.hpp"
#include "runtime/oci/user_ids.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <algorithm>
#include <cerrno>

namespace troupe::runtime::oci {
namespace {

Result<Descriptor> open_namespace(const std::string& path) {
  Descriptor opened(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened.valid()) {
    return errno_failure("cannot open the user namespace " + path, errno);
  }
  return opened;
}

/// A detached mount that goes to `target`; kept by `all`.
Result<void> add_detached(ContainerMounts& all, Result<Descriptor> mount, const std::string& target) {
  if (!mount) {
    return mount.error();
  }
  Mounting mounting;
  mounting.target = target;
  mounting.detached = mount->get();
  all.mounts.push_back(std::move(mounting));
  all.detached.push_back(std::move(*mount));
  return {};
}

/// The disk with the ids of the namespace.
Result<Descriptor> mapped_disk_of(const Storage& storage, const Descriptor& user_namespace) {
  auto mount = storage.mount();
  if (mount) {
    if (auto mapped = map_ids(*mount, user_namespace, "the storage of a sandbox"); !mapped) {
      return mapped.error();
    }
  }
  return mount;
}

}  // namespace

/// Before anything else is made of the sandbox: its networks belong to the namespace.
Result<void> Adapter::isolate(const SandboxSpec& spec, SandboxRecord& record) {
  if (spec.user_namespace) {
    const auto first = take_ids();
    if (!first) {
      return first.error();
    }
    record.first_id = *first;
    const std::string path = layout_.user_namespace(spec.id);
    if (auto made = make_user_namespace(path, {*first, kIdsOfSandbox}); !made) {
      return made;
    }
    if (auto made = make_directories(kOpenRoot, 0711); !made) {
      return made;
    }
    const auto opened = open_namespace(path);
    const auto mapped = opened ? mapped_directory(layout_.root(), *opened) : opened.error();
    if (!mapped) {
      return mapped.error();  // Better now than at its first container.
    }
  }
  if (!spec.storage_bytes) {
    return {};
  }
  record.limited_storage = true;
  for (const std::string& path : {layout_.disk(spec.id), layout_.mapped_disk(spec.id)}) {
    if (auto made = make_directories(path, 0711); !made) {
      return made;
    }
  }
  auto storage = Storage::make(layout_.storage(spec.id), *spec.storage_bytes);
  if (!storage) {
    return storage.error();
  }
  const std::lock_guard lock(mutex_);
  storages_[spec.id] = std::make_shared<Storage>(std::move(*storage));
  return {};
}

Result<std::uint32_t> Adapter::take_ids() {
  if (!networks_) {
    return networks_.error();
  }
  const std::lock_guard lock(mutex_);
  const auto first = choose_ids((*networks_)->part(), taken_ids_);
  if (first) {
    taken_ids_.insert(*first);
  }
  return first;
}

/// May be repeated. The ids are free once nothing says any more that they are taken.
Result<void> Adapter::free_isolation(const SandboxRecord& record) {
  forget_storage(record.id);
  if (auto removed = remove_tree(layout_.storage(record.id)); !removed) {
    return removed;
  }
  return remove_namespace(layout_.user_namespace(record.id));
}

/// Nothing where it is not limited. After a restart of ours it is opened again when
/// it is first needed.
Result<std::shared_ptr<const Storage>> Adapter::storage_of(const SandboxRecord& sandbox) {
  if (!sandbox.limited_storage) {
    return std::shared_ptr<const Storage>();
  }
  const Claim claim(*this, "storage " + sandbox.id);
  if (auto held = held_storage(sandbox.id)) {
    return held;
  }
  auto opened = Storage::open(layout_.storage(sandbox.id));
  if (!opened) {
    return opened.error();
  }
  std::shared_ptr<const Storage> storage = std::make_shared<Storage>(std::move(*opened));
  const std::lock_guard lock(mutex_);
  storages_[sandbox.id] = storage;
  return storage;
}

std::shared_ptr<const Storage> Adapter::held_storage(const std::string& sandbox) {
  const std::lock_guard lock(mutex_);
  const auto found = storages_.find(sandbox);
  return found == storages_.end() ? nullptr : found->second;
}

void Adapter::forget_storage(const std::string& sandbox) {
  std::shared_ptr<const Storage> last;  // Its end unmounts, which is nothing for under a lock.
  const std::lock_guard lock(mutex_);
  const auto found = storages_.find(sandbox);
  if (found != storages_.end()) {
    last = std::move(found->second);
    storages_.erase(found);
  }
}

/// Where the container's own layer and its files in /etc are.
Adapter::Place Adapter::writable_of(const std::string& id, const SandboxRecord& sandbox,
                                    const Storage* storage) const {
  if (storage == nullptr) {
    return {layout_.container(id), layout_.container(id)};
  }
  const std::string inside = "/containers/" + id;
  return {storage->root() + inside, layout_.disk(sandbox.id) + inside};
}

/// A volume on the sandbox's limited storage.
Adapter::Place Adapter::volume_of(const std::string& name, const SandboxRecord& sandbox,
                                  const Storage& storage) const {
  const std::string inside = "/volumes/" + name;
  const std::string disk = sandbox.first_id ? layout_.mapped_disk(sandbox.id) : layout_.disk(sandbox.id);
  return {storage.root() + inside, disk + inside};
}

/// What a removed container has on a storage that goes on. Where we do not hold it,
/// because the sandbox goes as a whole or nothing needed it since our start, it goes
/// with the disk.
Result<void> Adapter::remove_written(const ContainerRecord& record) {
  const auto storage = held_storage(record.sandbox);
  return storage ? remove_tree(storage->root() + "/containers/" + record.id) : Result<void>();
}

std::optional<UserNamespace> Adapter::user_namespace_of(const SandboxRecord& sandbox) const {
  if (!sandbox.first_id) {
    return std::nullopt;
  }
  return UserNamespace{layout_.user_namespace(sandbox.id), *sandbox.first_id};
}

/// What conmon's mounts are: the storage, volumes with the ids of the namespace, and
/// the root file system. In a user namespace the image's layers are seen through a
/// mount that maps their ids, so they stay shared and nothing is copied or chowned.
Result<ContainerMounts> Adapter::mounts_of(const ContainerRecord& record, const SandboxRecord& sandbox,
                                           const Storage* storage, const Image& image) const {
  const auto layers = layers_of(image);
  if (!layers) {
    return layers.error();
  }
  const std::string directory = layout_.container(record.id);
  const std::string writable = writable_of(record.id, sandbox, storage).there;
  auto root = container_root(*layers, writable + "/upper", writable + "/work",
                             sandbox.first_id ? kOpenRoot : directory + "/rootfs");
  if (!root) {
    return root.error();
  }
  ContainerMounts all;
  Result<void> added;
  if (storage != nullptr) {
    added = add_detached(all, storage->mount(), layout_.disk(sandbox.id));
  }
  if (sandbox.first_id) {
    const auto opened = open_namespace(layout_.user_namespace(sandbox.id));
    if (!opened) {
      return opened.error();
    }
    if (added && storage != nullptr) {
      added = add_detached(all, mapped_disk_of(*storage, *opened), layout_.mapped_disk(sandbox.id));
    }
    for (const BindMount& mount : record.mounts) {
      if (added && mount.mapped) {
        added = add_detached(all, mapped_directory(mount.source, *opened), mount.source);
      }
    }
    if (added) {
      added = add_detached(all, mapped_directory(root->directory, *opened), directory + "/lower");
    }
    root->directory = directory + "/lower";
  }
  all.mounts.push_back(std::move(*root));
  return added ? Result<ContainerMounts>(std::move(all)) : added.error();
}

/// The pause process has a plain directory as its root.
ContainerMounts Adapter::pause_mounts(const ContainerRecord& record) const {
  Mounting root;
  root.source = layout_.container(record.id) + "/rootfs";
  root.target = kOpenRoot;
  root.flags = MS_BIND;
  ContainerMounts all;
  all.mounts.push_back(std::move(root));
  return all;
}

}  // namespace troupe::runtime::oci
