/// The measurement of starts.

#include "tools/bench/start_bench.hpp"

#include "config/logging.hpp"
#include "runtime/process/files.hpp"
#include "tools/bench/bare_containers.hpp"
#include "tools/bench/daemon_figures.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/task_host.hpp"
#include "tools/commands.hpp"
#include "tools/runtimes.hpp"

#include <unistd.h>

#include <filesystem>
#include <thread>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

struct Measured {
  Latencies bare;
  Latencies host;
  Latencies host_from_asked;
  Latencies bridge;
};

/// The directory of the container that the daemon runs for a task.
Result<std::string> container_of(const std::string& data, const std::string& arn) {
  const auto id = arn.substr(arn.rfind('/') + 1);
  for (const auto& entry : std::filesystem::directory_iterator{oci_directory(data) + "/containers"}) {
    if (entry.path().filename().string().starts_with(id)) return entry.path().string();
  }
  return Failure{FailureKind::not_found, "no container of task " + id};
}

Result<void> warm_up(TaskHost& host) {
  for (const auto* family : {"bench-host", "bench-bridge"}) {
    const auto task = host.run(family);
    if (!task) return task.error();
    if (const auto stopped = host.stop({task->arn}); !stopped) return stopped;
  }
  return {};
}

/// Bare containers from the files of a task on the host's network. Not of the
/// first one: crun's compiled seccomp filter is there from the second on.
Result<BareContainers> sample(TaskHost& host, const std::string& data, const LoadedImage& image,
                              const std::string& at) {
  if (const auto warm = warm_up(host); !warm) return warm.error();
  const auto task = host.run("bench-host");
  if (!task) return task.error();
  const auto container = container_of(data, task->arn);
  if (!container) return container.error();
  auto bare = BareContainers::prepare(*container, image.layers, at);
  if (const auto stopped = host.stop({task->arn}); !stopped) return stopped.error();
  return bare;
}

Result<Nanos> start_bare(const BareContainers& bare, const std::string& name) {
  const auto launch = bare.make_bundle(name);
  if (!launch) return launch.error();
  const auto took = bare.start(*launch);
  if (const auto removed = bare.remove(name); took && !removed) return removed.error();
  return took;
}

Result<void> start_and_stop(TaskHost& host, const std::string& family, Latencies& accepted,
                            Latencies* asked = nullptr) {
  const auto task = host.run(family);
  if (!task) return task.error();
  accepted.add(task->accepted_to_running);
  if (asked != nullptr) asked->add(task->asked_to_running);
  return host.stop({task->arn});
}

/// One after another, in turns: what else the machine does falls on all alike.
Result<Measured> one_after_another(TaskHost& host, const BareContainers& bare, unsigned count) {
  Measured measured;
  for (unsigned i = 0; i < count; ++i) {
    if (const auto go_on = unless_interrupted(); !go_on) return go_on.error();
    const auto took = start_bare(bare, "bare-" + std::to_string(i));
    if (!took) return took.error();
    measured.bare.add(*took);
    auto done = start_and_stop(host, "bench-host", measured.host, &measured.host_from_asked);
    if (done) done = start_and_stop(host, "bench-bridge", measured.bridge);
    if (!done) return done.error();
  }
  return measured;
}

/// As many threads as the node has for its calls.
Result<Latencies> bare_at_once(const BareContainers& bare, unsigned count) {
  std::vector<runtime::oci::Launch> launches;
  for (unsigned i = 0; i < count; ++i) {
    auto launch = bare.make_bundle("together-" + std::to_string(i));
    if (!launch) return launch.error();
    launches.push_back(*std::move(launch));
  }
  std::mutex mutex;
  Latencies latencies;
  Result<void> outcome;
  std::size_t next = 0;
  const auto begun = Clock::now();
  const auto work = [&] {
    std::unique_lock lock{mutex};
    while (next < launches.size() && outcome) {
      const auto& launch = launches[next++];
      lock.unlock();
      const auto took = bare.start(launch);
      const auto since = Clock::now() - begun;
      lock.lock();
      if (!took) outcome = took.error();
      latencies.add(since);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  for (const auto& launch : launches) {
    if (const auto removed = bare.remove(launch.id); outcome && !removed) outcome = removed.error();
  }
  if (!outcome) return outcome.error();
  return latencies;
}

Result<void> print_at_once(TaskHost& host, const std::string& mode, unsigned count) {
  if (const auto go_on = unless_interrupted(); !go_on) return go_on;
  const auto tasks = host.run_at_once("bench-" + mode, count);
  if (!tasks) return tasks.error();
  Latencies latencies;
  Nanos last{0};
  std::vector<std::string> arns;
  for (const auto& task : *tasks) {
    latencies.add(task.accepted_to_running);
    last = std::max(last, task.asked_to_running);
    arns.push_back(task.arn);
  }
  print_quantiles("start.at_once." + mode, latencies);
  print_figure("start.at_once." + mode + ".all_running", milliseconds(last), "ms");
  return host.stop(arns);
}

void print_sequence(const Measured& measured) {
  print_quantiles("start.sequence.bare", measured.bare);
  print_quantiles("start.sequence.host", measured.host);
  print_quantiles("start.sequence.bridge", measured.bridge);
  print_figure("start.sequence.host.from_request.p50", milliseconds(measured.host_from_asked.quantile(0.5)),
               "ms");
  for (const auto& [name, latencies] :
       {std::pair<std::string, const Latencies&>{"host", measured.host}, {"bridge", measured.bridge}}) {
    const auto ours = milliseconds(latencies.quantile(0.5));
    const auto bare = milliseconds(measured.bare.quantile(0.5));
    print_figure("start.sequence." + name + ".over_bare.p50", ours - bare, "ms");
    print_figure("start.sequence." + name + ".ratio.p50", bare > 0 ? ours / bare : 0, "x");
  }
}

Result<void> measure_bare_and_tasks(TaskHost& host, const BareContainers& bare, unsigned count) {
  const auto cpu = host.daemon().cpu_time();
  const auto measured = one_after_another(host, bare, count);
  if (!measured) return measured.error();
  print_sequence(*measured);
  print_figure("start.sequence.daemon_cpu", milliseconds(host.daemon().cpu_time() - cpu) / (2.0 * count),
               "ms/task");
  const auto together = bare_at_once(bare, count);
  if (!together) return together.error();
  print_quantiles("start.at_once.bare", *together);
  auto done = print_at_once(host, "host", count);
  if (done) done = print_at_once(host, "bridge", count);
  if (done) print_figure("daemon.after_tasks.rss", host.daemon().resident_mib(), "MiB");
  return done;
}

Result<void> measure_tasks(const StartOptions& options, const std::string& data, const LoadedImage& image,
                           const std::string& at) {
  auto host = TaskHost::start(data, image.reference);
  if (!host) return host.error();
  const auto bare = sample(*host, data, image, at);
  if (!bare) return bare.error();
  auto done = measure_bare_and_tasks(*host, *bare, options.count);
  if (const auto finished = bare->finish(); done && !finished) done = finished;
  return done;
}

Result<void> measure(const StartOptions& options, const std::string& directory) {
  const auto data = directory + "/data";
  if (const auto made = runtime::make_directories(data); !made) return made;
  auto archive = options.image;
  if (archive.empty()) {
    archive = directory + "/sleeper.tar";
    if (const auto made = make_sleeper_image(archive); !made) return made;
  }
  const auto image = load_image(data, archive);
  if (!image) return image.error();
  auto done = print_idle(data);
  if (done) done = measure_tasks(options, data, *image, directory + "/bare");
  if (done) done = print_cold_starts(data, options.cold_starts);
  if (const auto cleared = clear_host(data); done && !cleared) return cleared;
  return done;
}

}  // namespace

int bench_start(const StartOptions& options) {
  config::start_logging("warn");
  if (options.count == 0) return fail("--count must be at least 1");
  catch_interrupts();
  const auto work = WorkDirectory::make(options.directory);
  if (!work) return fail(work.error().message);
  print_machine();
  const auto done = measure(options, work->path());
  print_machine();
  return done ? 0 : fail(done.error().message);
}

}  // namespace troupe::tools::bench
