/// The mounts of a container: Docker's fixed ones, then the caller's.

#include "runtime/oci/bundle.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace troupe::runtime::oci {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kSharedMemoryBytes = 64U << 20U;

/// Options a tmpfs may have; ECS documents this list. What would turn the mount
/// into another kind (bind, remount, propagation) is not among them.
constexpr std::array<std::string_view, 26> kTmpfsFlags{
    "defaults",      "ro",      "rw",       "suid",       "nosuid",   "dev",        "nodev",
    "exec",          "noexec",  "sync",     "async",      "dirsync",  "mand",       "nomand",
    "atime",         "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime",
    "nostrictatime", "private", "rprivate", "slave",      "rslave"};
constexpr std::array<std::string_view, 7> kTmpfsValues{
    "mode=", "uid=", "gid=", "nr_inodes=", "nr_blocks=", "mpol=", "size="};

json::object mount(std::string_view target, std::string_view type, std::string_view source,
                   json::array options) {
  return json::object{
      {"destination", target}, {"type", type}, {"source", source}, {"options", std::move(options)}};
}

json::object shared_memory(const Bundle& bundle) {
  if (!bundle.shared_memory_path.empty()) {
    return mount("/dev/shm", "bind", bundle.shared_memory_path,
                 {"rbind", "rprivate", "nosuid", "noexec", "nodev", "rw"});
  }
  const std::uint64_t size = bundle.spec->shm_size_bytes.value_or(kSharedMemoryBytes);
  return mount("/dev/shm", "tmpfs", "shm",
               {"nosuid", "noexec", "nodev", "mode=1777", "size=" + std::to_string(size)});
}

std::vector<json::object> fixed_mounts(const Bundle& bundle) {
  const char* access = bundle.spec->privileged ? "rw" : "ro";
  std::vector<json::object> mounts{
      mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}),
      mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
      mount("/dev/pts", "devpts", "devpts",
            {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
      mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", access}),
      mount("/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", access}),
      // Shows the queues of the IPC namespace it is mounted in, whosoever that is.
      mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
  };
  mounts.push_back(shared_memory(bundle));
  return mounts;
}

Result<json::object> tmpfs_mount(const Tmpfs& tmpfs) {
  json::array options;
  const auto wants = [&](const char* option) {
    return std::find(tmpfs.options.begin(), tmpfs.options.end(), option) != tmpfs.options.end();
  };
  // crun does not let a later "exec" undo a "noexec".
  for (const char* option : {"suid", "dev", "exec"}) {
    if (!wants(option)) {
      options.emplace_back(std::string("no") + option);
    }
  }
  for (const std::string& option : tmpfs.options) {
    const bool known = std::find(kTmpfsFlags.begin(), kTmpfsFlags.end(), option) != kTmpfsFlags.end() ||
                       std::any_of(kTmpfsValues.begin(), kTmpfsValues.end(),
                                   [&](std::string_view name) { return option.starts_with(name); });
    if (!known) {
      return Failure{FailureKind::invalid, "invalid tmpfs option \"" + option + "\""};
    }
    if (option != "defaults") {
      options.emplace_back(option);
    }
  }
  if (tmpfs.size_bytes != 0) {
    options.emplace_back("size=" + std::to_string(tmpfs.size_bytes));
  }
  return mount(tmpfs.target, "tmpfs", "tmpfs", std::move(options));
}

std::string clean(const std::string& path) {
  std::string cleaned;
  for (const char letter : path) {
    if (letter != '/' || cleaned.empty() || cleaned.back() != '/') {
      cleaned += letter;
    }
  }
  while (cleaned.size() > 1 && cleaned.back() == '/') {
    cleaned.pop_back();
  }
  return cleaned;
}

Result<std::vector<json::object>> wished_mounts(const Bundle& bundle) {
  std::vector<json::object> mounts;
  for (const BindMount& bind : bundle.binds) {
    mounts.push_back(
        mount(clean(bind.target), "bind", bind.source, {"rbind", "rprivate", bind.read_only ? "ro" : "rw"}));
  }
  for (const Tmpfs& tmpfs : bundle.spec->tmpfs) {
    auto made = tmpfs_mount(tmpfs);
    if (!made) {
      return made.error();
    }
    (*made)["destination"] = clean(tmpfs.target);
    mounts.push_back(std::move(*made));
  }
  for (const json::object& each : mounts) {
    const std::string_view target = each.at("destination").get_string();
    if (target.size() < 2 || target.front() != '/') {
      return Failure{FailureKind::invalid, "invalid mount target \"" + std::string(target) +
                                               "\": it needs to be an absolute path other than /"};
    }
  }
  const auto depth = [](const json::object& each) {
    const std::string_view target = each.at("destination").get_string();
    return std::count(target.begin(), target.end(), '/');
  };
  std::stable_sort(mounts.begin(), mounts.end(),
                   [&](const auto& left, const auto& right) { return depth(left) < depth(right); });
  return mounts;
}

}  // namespace

Result<json::array> make_mounts(const Bundle& bundle) {
  auto wished = wished_mounts(bundle);
  if (!wished) {
    return wished.error();
  }
  json::array mounts;
  for (json::object& each : fixed_mounts(bundle)) {
    const bool replaced = std::any_of(wished->begin(), wished->end(), [&](const json::object& wish) {
      return wish.at("destination") == each.at("destination");
    });
    if (!replaced) {
      mounts.emplace_back(std::move(each));
    }
  }
  if (bundle.spec->init_process) {
    mounts.emplace_back(mount(kInitPath, "bind", "/usr/bin/catatonit", {"bind", "rprivate", "ro"}));
  }
  for (json::object& each : *wished) {
    mounts.emplace_back(std::move(each));
  }
  return mounts;
}

}  // namespace troupe::runtime::oci
