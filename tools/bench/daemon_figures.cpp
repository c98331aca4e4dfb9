/// Memory, processor and time of a daemon with nothing to do.

#include "tools/bench/daemon_figures.hpp"

#include "tools/bench/daemon_process.hpp"
#include "tools/bench/interrupt.hpp"

#include <thread>

namespace troupe::tools::bench {
namespace {

constexpr auto idle_time = std::chrono::seconds{2};

}  // namespace

runtime::Result<void> print_idle(const std::string& data) {
  const auto daemon = DaemonProcess::start("dev", data);
  if (!daemon) return daemon.error();
  std::this_thread::sleep_for(idle_time);
  print_figure("daemon.idle.rss", daemon->resident_mib(), "MiB");
  print_figure("daemon.idle.rss_private", daemon->private_mib(), "MiB");
  const auto cpu = daemon->cpu_time();
  std::this_thread::sleep_for(idle_time);
  print_figure("daemon.idle.cpu", 100.0 * (daemon->cpu_time() - cpu) / Nanos{idle_time}, "%");
  return {};
}

runtime::Result<void> print_cold_starts(const std::string& data, unsigned count) {
  Latencies ready;
  Nanos cpu_to_ready{0};
  for (unsigned i = 0; i < count; ++i) {
    if (const auto go_on = unless_interrupted(); !go_on) return go_on;
    const auto daemon = DaemonProcess::start("dev", data);
    if (!daemon) return daemon.error();
    ready.add(daemon->time_to_ready());
    cpu_to_ready += daemon->cpu_time();
    if (i + 1 < count) continue;
    std::this_thread::sleep_for(idle_time);
    print_figure("daemon.restarted.rss", daemon->resident_mib(), "MiB");
    print_figure("daemon.restarted.rss_private", daemon->private_mib(), "MiB");
  }
  print_figure("daemon.cold_start.p50", milliseconds(ready.quantile(0.5)), "ms");
  print_figure("daemon.cold_start.max", milliseconds(ready.max()), "ms");
  if (count > 0) print_figure("daemon.cold_start.cpu", milliseconds(cpu_to_ready) / count, "ms");
  return {};
}

}  // namespace troupe::tools::bench
