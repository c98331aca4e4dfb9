/// What a container sees of the host: volumes, bind mounts and its files in /etc.

#include "runtime/oci/adapter.hpp"
#include "runtime/oci/etc_files.hpp"

#include <sys/stat.h>
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
    std::string source = mount.source;
    if (mount.named_volume) {
      auto volume = volumes_.provide(mount.source, mount.target, image_root(from));
      if (!volume) {
        return volume.error();
      }
      source = std::move(*volume);
    } else if (auto there = ensure_source(source); !there) {
      return there.error();
    }
    bundle.binds.push_back({std::move(source), mount.target, mount.read_only});
  }
  for (const VolumesFrom& each : spec.volumes_from) {
    const auto other = find(each.container);
    if (!other || other->sandbox != spec.sandbox) {
      return Failure{FailureKind::invalid,
                     "no container " + each.container + " in this sandbox to take volumes from"};
    }
    for (const BindMount& mount : other->mounts) {
      if (!has_target(bundle.binds, mount.target)) {
        bundle.binds.push_back({mount.source, mount.target, mount.read_only || each.read_only});
      }
    }
  }
  return plan_volumes(spec, from, bundle.binds);
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
    const std::string path =
        layout_.sandbox(spec.sandbox) + "/volumes/" + spec.id + "-" + std::to_string(number++);
    if (auto provided = volumes_.provide_at(path, target, image_root(from)); !provided) {
      return provided;
    }
    mounts.push_back({path, target, false});
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
  for (const File& file : files) {
    if (has_target(bundle.binds, file.target)) {
      continue;
    }
    const std::string path = layout_.container(spec.id) + file.name;
    if (auto written = write_file_atomically(path, file.text); !written) {
      return written;
    }
    bundle.binds.push_back({path, file.target, false});
  }
  return {};
}

}  // namespace troupe::runtime::oci
