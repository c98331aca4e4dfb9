#include "tests/docker/engine_process.hpp"

#include "runtime/docker/engine.hpp"
#include "runtime/process/files.hpp"
#include "runtime/process/process.hpp"
#include "tests/docker/world.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> docker_arguments(const std::string& program, const std::string& directory) {
  return {program,
          "--data-root=" + directory + "/data",
          "--exec-root=" + directory + "/exec",
          "--pidfile=" + directory + "/engine.pid",
          "--host=unix://" + directory + "/engine.sock",
          "--bridge=none",
          "--default-address-pool=base=10.213.0.0/16,size=24",
          "--log-level=warn"};
}

/// crun refuses where cgroup v1 has a v2 beside it; runc does not. A storage that is mounted on
/// itself is unmounted by whichever of Podman's processes ends, under the others: a container
/// mounted in between is hidden by the next such mount and can never be removed again
/// ("unlinkat …/merged: device or resource busy", Podman's issue 17216), so that is left out.
std::vector<std::string> podman_arguments(const std::string& program, const std::string& directory) {
  return {program,
          "--root=" + directory + "/data",
          "--runroot=" + directory + "/exec",
          "--tmpdir=" + directory + "/tmp",
          "--network-config-dir=" + directory + "/networks",
          "--storage-driver=overlay",
          "--storage-opt=overlay.skip_mount_home=true",
          "--cgroup-manager=cgroupfs",
          "--events-backend=file",
          "--runtime=runc",
          "system",
          "service",
          "--time=0",
          "unix://" + directory + "/engine.sock"};
}

/// Podman wants more descriptors for its containers than this process may have.
void write_podman_settings(const std::string& path) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const auto limit = std::to_string(std::min<rlim_t>(files.rlim_max, 1024));
  const auto written = runtime::write_file_atomically(
      path, "[containers]\ndefault_ulimits = [\"nofile=" + limit + ":" + limit +
                "\", \"nproc=4096:4096\"]\ninit_path = \"/usr/bin/catatonit\"\n");
  if (!written) {
    throw std::runtime_error(written.error().message);
  }
}

}  // namespace

void leave_host_namespaces() {
  if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 || mount("none", "/", "", MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("tmpfs", "/run", "tmpfs", 0, "mode=755") != 0) {
    std::perror("cannot leave the host's namespaces");
    std::exit(1);
  }
  runtime::Command up;
  up.argv = {"ip", "link", "set", "lo", "up"};
  if (!runtime::run_checked(up)) {
    std::exit(1);
  }
}

bool EngineProcess::is_podman() {
  const char* engine = std::getenv("TROUPE_TEST_ENGINE");
  return engine != nullptr && std::string(engine) == "podman";
}

std::string EngineProcess::program() {
  auto found = runtime::find_program(is_podman() ? "podman" : "dockerd");
  return found ? *found : std::string();
}

EngineProcess::EngineProcess() {
  std::string pattern = "/tmp/troupe-engine-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::runtime_error("no temporary directory");
  }
  directory_ = pattern;
  if (is_podman()) {
    write_podman_settings(directory_ + "/containers.conf");
  }
  start();
}

EngineProcess::~EngineProcess() {
  stop();
  // What a container that was killed left mounted: nobody but this process sees it.
  std::istringstream mounts(text_of("/proc/self/mountinfo"));
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string word;
    std::string target;
    words >> word >> word >> word >> word >> target;
    if (target.starts_with(directory_ + "/")) {
      umount2(target.c_str(), MNT_DETACH);
    }
  }
  if (const auto removed = runtime::remove_tree(directory_); !removed) {
    std::fprintf(stderr, "%s\n", removed.error().message.c_str());
  }
}

void EngineProcess::start() {
  const auto arguments =
      is_podman() ? podman_arguments(program(), directory_) : docker_arguments(program(), directory_);
  pid_ = fork();
  if (pid_ == 0) {
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // A test that crashes takes its engine along.
    setenv("CONTAINERS_CONF", (directory_ + "/containers.conf").c_str(), 1);
    const int log = ::open((directory_ + "/engine.log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    std::vector<char*> argv;
    for (const auto& argument : arguments) {
      argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    execv(argv.front(), argv.data());
    _exit(127);
  }
  const auto ask = [this] {
    auto opened = runtime::docker::Engine::open(socket());
    if (opened) {
      engine_ = std::make_unique<runtime::docker::Engine>(std::move(*opened));
    }
    return static_cast<bool>(opened);
  };
  const bool answers = eventually(ask, 30s);
  if (!answers) {
    throw std::runtime_error("the engine does not start: " + text_of(directory_ + "/engine.log"));
  }
}

void EngineProcess::stop() {
  if (pid_ <= 0) {
    return;
  }
  kill(pid_, SIGTERM);
  const auto ended = eventually([this] { return waitpid(pid_, nullptr, WNOHANG) == pid_; }, 20s);
  if (!ended) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_ = -1;
}

void EngineProcess::restart() {
  stop();
  start();
}

EngineProcess& EngineProcess::instance() {
  static EngineProcess engine;
  return engine;
}

}  // namespace troupe::testing
