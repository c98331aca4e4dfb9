/// Bare starts.

#include "tools/bench/bare_containers.hpp"

#include "runtime/oci/overlay.hpp"
#include "runtime/process/files.hpp"

#include <boost/json.hpp>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace troupe::tools::bench {
namespace {

namespace json = boost::json;
using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

constexpr int conmon_deadline_ms = 5'000;

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  replace_all(text, what, with);
  return text;
}

}  // namespace

Result<BareContainers> BareContainers::prepare(const std::string& sample,
                                               const std::vector<std::string>& layers,
                                               const std::string& at) {
  auto cgroups = runtime::oci::Cgroups::detect();
  if (!cgroups) return cgroups.error();
  const runtime::oci::Layout layout{at};
  auto launcher = runtime::oci::Launcher::find("", layout, cgroups->hidden_from_crun());
  if (!launcher) return launcher.error();
  BareContainers bare{layout, std::move(*cgroups), std::move(*launcher)};
  for (const auto& directory : std::array{layout.containers(), layout.exits(), layout.runtime_state(),
                                          layout.sockets(), layout.logs(), at + "/sample"}) {
    if (const auto made = runtime::make_directories(directory); !made) return made.error();
  }
  // The running container's root is seen by its conmon alone; only small files are here.
  for (const auto& file : std::filesystem::directory_iterator{sample}) {
    std::error_code ignored;
    if (file.is_regular_file())
      std::filesystem::copy_file(file, (at + "/sample") / file.path().filename(), ignored);
  }
  const auto config = runtime::read_file(at + "/sample/config.json");
  if (!config) return config.error();
  bare.config_ = *config;
  bare.sample_ = sample;
  bare.layers_ = layers;
  bare.group_ = "/troupe/bare-" + std::to_string(getpid());  // Where tasks are, too.
  if (const auto made = bare.cgroups_.create(bare.group_, {}); !made) return made.error();
  return bare;
}

Result<runtime::oci::Launch> BareContainers::make_bundle(const std::string& name) const {
  const auto directory = layout_.container(name);
  for (const auto* part : {"/upper", "/work", "/rootfs"}) {
    if (const auto made = runtime::make_directories(directory + part); !made) return made.error();
  }
  for (const auto& file : std::filesystem::directory_iterator{layout_.root() + "/sample"}) {
    std::filesystem::copy_file(file, directory / file.path().filename());
  }
  auto config = json::parse(replaced(config_, sample_, directory)).as_object();
  config["linux"].as_object()["cgroupsPath"] = group_ + "/" + name;
  const auto written = runtime::write_file_atomically(directory + "/config.json", json::serialize(config));
  if (!written) return written.error();
  auto root =
      runtime::oci::container_root(layers_, directory + "/upper", directory + "/work", directory + "/rootfs");
  if (!root) return root.error();
  runtime::oci::Launch launch;
  launch.id = name;
  launch.log_path = layout_.logs() + "/" + name + ".log";
  launch.mounts.mounts.push_back(*std::move(root));
  return launch;
}

Result<Nanos> BareContainers::start(const runtime::oci::Launch& launch) const {
  const auto begun = Clock::now();
  const auto launched = launcher_.create(launch);
  if (!launched) return launched.error();
  const auto started = launcher_.start(launch.id);
  const auto took = Clock::now() - begun;
  if (!started) return started.error();
  return took;
}

Result<void> BareContainers::remove(const std::string& name) const {
  const auto directory = layout_.container(name);
  const auto pid = runtime::read_file(directory + "/conmon.pid");
  const runtime::Descriptor conmon(
      static_cast<int>(syscall(SYS_pidfd_open, pid ? std::atoi(pid->c_str()) : 0, 0)));
  if (const auto removed = cgroups_.remove(group_ + "/" + name); !removed) return removed;
  pollfd ended{conmon.get(), POLLIN, 0};
  if (conmon.valid() && poll(&ended, 1, conmon_deadline_ms) == 0) {
    return Failure{FailureKind::unavailable, "the conmon of " + name + " does not end"};
  }
  for (const auto& path : {layout_.runtime_state() + "/" + name, directory}) {
    if (const auto removed = runtime::remove_tree(path); !removed) return removed;
  }
  return {};
}

Result<void> BareContainers::finish() const {
  return cgroups_.remove(group_);
}

}  // namespace troupe::tools::bench
