/// Signals, limits, time and chance.

#include "tools/process.hpp"

#include "config/logging.hpp"
#include "tools/heap.hpp"

#include <spdlog/spdlog.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>

namespace troupe::tools {
namespace {

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

/// Each connection and each container needs descriptors; the usual soft limit of
/// 1,024 is for programs that use select().
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) spdlog::warn("troupe keeps its limit of open files");
}

/// Files beside connections: journal, runtime, logs.
constexpr std::size_t other_files = 1'024;

}  // namespace

std::size_t connections_within(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  const auto most = std::max<std::size_t>(limit.rlim_cur, 2 * other_files) - other_files;
  if (most < wanted) {
    spdlog::warn("troupe may have {} files open (ulimit -n): it serves {} connections at a time, not {}",
                 limit.rlim_cur, most, wanted);
  }
  return std::min(most, wanted);
}

core::Time wall_clock() {
  return std::chrono::floor<core::Millis>(std::chrono::system_clock::now());
}

std::uint64_t chance() {
  thread_local std::mt19937_64 generator{[] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64{seed};
  }()};
  return generator();
}

void prepare_process(const std::string& log_level) {
  // Every thread inherits the mask; the main one waits for the signals.
  const auto signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  umask(0022);
  raise_descriptor_limit();
  config::start_logging(log_level);
  take_huge_pages_when_large();
}

std::string wait_for_end() {
  const auto signals = ending_signals();
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  return signal_number == SIGTERM ? "SIGTERM" : "SIGINT";
}

std::string absolute_path(const std::string& path) {
  return std::filesystem::absolute(path.empty() ? "." : path).lexically_normal().string();
}

}  // namespace troupe::tools
