// The process that is killed, and the one that measures.

#include "tests/network/roles.hpp"

#include "tests/network/world.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

namespace troupe::runtime {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Of this process and the programs it ran.
double cpu_milliseconds() {
  double total = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(who, &used);
    for (const timeval& each : {used.ru_utime, used.ru_stime}) {
      total += static_cast<double>(each.tv_sec) * 1e3 + static_cast<double>(each.tv_usec) / 1e3;
    }
  }
  return total;
}

void print(const char* what, std::vector<double> times, double total, double cpu) {
  std::sort(times.begin(), times.end());
  std::printf("%s p50 %.2f p99 %.2f max %.2f total %.0f ms cpu %.0f ms\n", what, times[times.size() / 2],
              times[times.size() * 99 / 100], times.back(), total, cpu);
  std::fflush(stdout);
}

// Creates and then removes `count` networks with one port each, by `threads` threads.
bool measure_round(Networks& networks, const char* label, std::size_t count, std::size_t threads) {
  std::vector<double> creating(count);
  std::vector<double> removing(count);
  std::atomic<bool> good = true;
  for (auto* times : {&creating, &removing}) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> workers;
    const double cpu = cpu_milliseconds();
    const auto start = Clock::now();
    for (std::size_t t = 0; t < threads; ++t) {
      workers.emplace_back([&] {
        for (std::size_t i = next++; i < count; i = next++) {
          const auto began = Clock::now();
          const std::string sandbox = "bench-" + std::to_string(i);
          good = good && (times == &creating
                              ? networks.create(sandbox, {"main", NetworkKind::bridge, {{80, 0}}}).has_value()
                              : networks.remove(sandbox).has_value());
          (*times)[i] = milliseconds_since(began);
        }
      });
    }
    for (std::thread& worker : workers) {
      worker.join();
    }
    print((std::string(label) + (times == &creating ? "_create" : "_remove")).c_str(), *times,
          milliseconds_since(start), cpu_milliseconds() - cpu);
  }
  const double cpu = cpu_milliseconds();
  const auto start = Clock::now();
  const bool settled = networks.settle(std::chrono::seconds(60));
  std::printf("%s_background %.0f ms cpu %.0f ms\n", label, milliseconds_since(start),
              cpu_milliseconds() - cpu);
  return good && settled;
}

}  // namespace

int work_until_killed(const std::string& directory) {
  NetworkOptions options;
  options.data_directory = directory;
  options.ready = 3;
  auto networks = Networks::open(options);
  if (networks.has_error()) {
    std::fprintf(stderr, "%s\n", networks.error().message.c_str());
    return 1;
  }
  const NetworkKind kinds[] = {NetworkKind::bridge, NetworkKind::address, NetworkKind::none,
                               NetworkKind::host};
  for (int i = 0;; ++i) {
    const std::string sandbox = "crash-" + std::to_string(::getpid()) + "-" + std::to_string(i);
    auto made = (*networks)->create(sandbox, {"main", kinds[i % 4], {{80, 0}, {53, 0, Protocol::udp}}});
    if (made.has_error() || ::write(STDOUT_FILENO, "x", 1) != 1) {
      std::fprintf(stderr, "%s\n", made.has_error() ? made.error().message.c_str() : "no reader");
      return 1;
    }
    if (i % 3 == 2 && (*networks)->remove(sandbox).has_error()) {
      return 1;
    }
  }
}

int measure(const std::string& directory) {
  for (const std::size_t ready : {std::size_t{0}, std::size_t{32}, std::size_t{64}}) {
    NetworkOptions options;
    options.data_directory = directory;
    options.ready = ready;
    const auto start = Clock::now();
    auto networks = Networks::open(options);
    if (networks.has_error()) {
      std::printf("%s\n", networks.error().message.c_str());
      return 1;
    }
    std::printf("ready_%zu_open %.1f ms\n", ready, milliseconds_since(start));
    (*networks)->settle(std::chrono::seconds(60));
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    std::printf("ready_%zu_filled %.0f ms, memory %ld KiB\n", ready, milliseconds_since(start),
                used.ru_maxrss);
    const std::string label = "ready_" + std::to_string(ready);
    if (!measure_round(**networks, (label + "_one_after_another").c_str(), 50, 1) ||
        !measure_round(**networks, (label + "_fifty_at_once").c_str(), 50, 50) ||
        (*networks)->dismantle().has_error()) {
      return 1;
    }
  }
  return 0;
}

}  // namespace troupe::runtime
