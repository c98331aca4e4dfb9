/// What a container sees of the host: volumes, bind mounts and its files in /etc.

#include "runtime/oci/adapter.hpp"
#include "runtime/oci/etc_files.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>

namespace troupe::runtime::oci {
namespace {

bool has_target(const std::vector<BindMount>& mounts, const std::string& target) {
  return std::any_of(mounts.begin(), mounts.end(),
                     [&](const BindMount& each) { return each.target == target; });
}

/// As Docker's -v: a source that is missing becomes a directory.
Result<void> ensure_source(const std::string& path) {
  struct stat found {};
  if (path.empty() || path.front() != '/') {
    return Failure{FailureKind::invalid,
                   "invalid mount source \"" + path + "\": it needs to be an absolute path"};
  }
  if (stat(path.c_str(), &found) == 0) {
    return {};
  }
  return make_directories(path);
}

/// Absent and unreadable are the same to a container: empty.
std::string text_of(const std::string& path) {
  auto text = read_file(path, 1 << 20);
  return text ? std::move(*text) : std::string();
}

}  // namespace

/// The caller's mounts win over volumes_from, and these over the image's volumes.
Result<void> Adapter::plan_mounts(const ContainerSpec& spec, const Ingredients& from, Bundle& bundle) {
  for (const Mount& mount : spec.mounts) {
    auto bind = mount.named_volume ? plan_named(mount, from) : plan_bind(mount);
    if (!bind) {
      return bind.error();
    }
    bundle.binds.push_back(std::move(*bind));
  }
  for (const VolumesFrom& each : spec.volumes_from) {
    const auto other = find(each.container);
    if (!other || other->sandbox != spec.sandbox) {
      return Failure{FailureKind::invalid,
                     "no container " + each.container + " in this sandbox to take volumes from"};
    }
    for (const BindMount& mount : other->mounts) {
      if (!has_target(bundle.binds, mount.target)) {
        bundle.binds.push_back({mount.source, mount.target, mount.read_only || each.read_only, mount.mapped});
      }
    }
  }
  return plan_volumes(spec, from, bundle.binds);
}

Result<BindMount> Adapter::plan_bind(const Mount& mount) {
  if (auto there = ensure_source(mount.source); !there) {
    return there.error();
  }
  return BindMount{mount.source, mount.target, mount.read_only, false};
}

/// A volume of the sandbox is on its limited storage, where it has one.
Result<BindMount> Adapter::plan_named(const Mount& mount, const Ingredients& from) {
  if (auto checked = Volumes::check_name(mount.source); !checked) {
    return checked.error();
  }
  const auto& own = from.sandbox.volumes;
  if (from.storage && std::find(own.begin(), own.end(), mount.source) != own.end()) {
    const Place place = volume_of(mount.source, from.sandbox, *from.storage);
    if (auto provided = volumes_.provide_at(place.here, mount.target, image_root(from)); !provided) {
      return provided.error();
    }
    return BindMount{place.there, mount.target, mount.read_only, false};
  }
  auto path = volumes_.provide(mount.source, mount.target, image_root(from));
  if (!path) {
    return path.error();
  }
  return BindMount{std::move(*path), mount.target, mount.read_only, from.sandbox.first_id.has_value()};
}

/// One anonymous volume for each VOLUME of the image. It lives as long as the
/// sandbox, because others may use it through volumes_from.
Result<void> Adapter::plan_volumes(const ContainerSpec& spec, const Ingredients& from,
                                   std::vector<BindMount>& mounts) {
  int number = 0;
  for (const std::string& target : from.image.config.volumes) {
    const bool replaced =
        has_target(mounts, target) || std::any_of(spec.tmpfs.begin(), spec.tmpfs.end(),
                                                  [&](const Tmpfs& each) { return each.target == target; });
    if (replaced) {
      continue;
    }
    const std::string name = spec.id + "-" + std::to_string(number++);
    Place place{layout_.sandbox(spec.sandbox) + "/volumes/" + name, {}};
    place.there = place.here;
    if (from.storage) {
      place = volume_of("." + name, from.sandbox, *from.storage);  // Different from every named one.
    }
    if (auto provided = volumes_.provide_at(place.here, target, image_root(from)); !provided) {
      return provided;
    }
    mounts.push_back({place.there, target, false, from.sandbox.first_id && !from.storage});
  }
  return {};
}

Result<void> Adapter::write_etc_files(const ContainerSpec& spec, const Ingredients& from, Bundle& bundle) {
  const Network& network = from.network.network;
  const std::string host_hosts = network.kind == NetworkKind::host ? text_of("/etc/hosts") : "";
  struct File {
    const char* name;
    const char* target;
    std::string text;
  };
  const File files[] = {
      {"/hosts", "/etc/hosts", hosts_text(network, bundle.hostname, spec.extra_hosts, host_hosts)},
      {"/hostname", "/etc/hostname", bundle.hostname + "\n"},
      {"/resolv.conf", "/etc/resolv.conf",
       resolv_text(network, spec.dns, text_of("/etc/resolv.conf"),
                   text_of("/run/systemd/resolve/resolv.conf"))},
  };
  const Place writable = writable_of(spec.id, from.sandbox, from.storage.get());
  const std::uint32_t owner = from.sandbox.first_id.value_or(0);
  for (const File& file : files) {
    if (has_target(bundle.binds, file.target)) {
      continue;
    }
    const std::string path = writable.here + file.name;
    if (auto written = write_file_atomically(path, file.text); !written) {
      return written;
    }
    if (owner != 0 && chown(path.c_str(), owner, owner) != 0) {
      return errno_failure("cannot give away " + path, errno);
    }
    bundle.binds.push_back({writable.there + file.name, file.target, false, false});
  }
  return {};
}

}  // namespace troupe::runtime::oci
