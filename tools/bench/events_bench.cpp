/// The measurement of the event stream.

#include "tools/bench/events_bench.hpp"

#include "config/logging.hpp"
#include "tools/bench/daemon_process.hpp"
#include "tools/bench/event_source.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/subscribers.hpp"
#include "tools/commands.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <thread>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

constexpr std::chrono::seconds delivery_deadline{30};

/// Both ends of each connection are ours.
Result<void> allow_descriptors(std::size_t subscribers) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= 2 * subscribers + 256) return {};
  return Failure{FailureKind::no_space,
                 "only " + std::to_string(limit.rlim_cur) + " descriptors are allowed"};
}

Nanos thread_time(int who) {
  rusage used{};
  getrusage(who, &used);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

/// Tasks at even intervals, each a small burst of events: fewer than of one that runs alone, because
/// a report may skip a state. The interval follows what they were so far.
void run_tasks(EventSource& source, const EventsOptions& options) {
  constexpr std::uint64_t few = 10;
  const auto first = source.times().last_sequence();
  std::uint64_t tasks = 0;
  const auto interval = [&] {
    const auto events = static_cast<double>(source.times().last_sequence() - first);
    const auto of_a_task = tasks < few ? static_cast<double>(source.events_of_a_task())
                                       : std::max(1.0, events / static_cast<double>(tasks));
    return std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(of_a_task / options.rate));
  };
  const auto begun = Clock::now();
  const auto ends = begun + std::chrono::seconds{options.seconds};
  for (auto next = begun; next < ends && !interrupted(); next += interval()) {
    std::this_thread::sleep_until(next);
    source.run_task();
    ++tasks;
  }
}

/// Looks every few milliseconds until the deadline of a delivery.
template <class Condition>
bool wait_until(Condition condition) {
  const auto deadline = Clock::now() + delivery_deadline;
  while (!condition() && Clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  return condition();
}

Result<void> measure(EventSource& source, const EventsOptions& options, std::size_t count) {
  const auto name = "events." + std::to_string(count) + "_subscribers";
  const auto joined = Clock::now();
  auto subscribers = Subscribers::connect(source.endpoint(), count, source.times());
  if (!subscribers) return subscribers.error();
  if (!wait_until([&] { return (*subscribers)->live() == count; })) {
    return Failure{FailureKind::failed, "not every subscriber was sent the snapshot"};
  }
  print_figure(name + ".all_joined", milliseconds(Clock::now() - joined), "ms");
  if (!source.settle()) return Failure{FailureKind::failed, "events do not end"};
  const auto before = source.times().last_sequence();
  (*subscribers)->measure_after(before);
  const auto server_time = [&] { return thread_time(RUSAGE_SELF) - (*subscribers)->cpu_time(); };
  const auto cpu = server_time();
  run_tasks(source, options);
  if (!source.settle()) return Failure{FailureKind::failed, "events do not end"};
  const auto events = source.times().last_sequence() - before;
  const bool all = wait_until([&] { return (*subscribers)->received() == events * count; });
  const auto used = server_time() - cpu;
  const auto received = (*subscribers)->received();
  const auto frames = (*subscribers)->frames();
  const auto lost = (*subscribers)->lost();
  const auto latencies = (*subscribers)->finish();
  print_quantiles(name, latencies);
  print_figure(name + ".max", milliseconds(latencies.max()), "ms");
  print_figure(name + ".events", static_cast<double>(events) / options.seconds, "events/s");
  print_figure(name + ".delivered", static_cast<double>(received) / options.seconds, "events/s");
  print_figure(name + ".frames", static_cast<double>(frames) / options.seconds, "frames/s");
  print_figure(name + ".cpu", 100.0 * used / Nanos{std::chrono::seconds{options.seconds}}, "%");
  if (lost > 0) return Failure{FailureKind::failed, std::to_string(lost) + " subscribers were cut"};
  if (!all) return Failure{FailureKind::failed, "not every subscriber heard every event"};
  return {};
}

Result<void> measure_all(const EventsOptions& options, const std::string& directory) {
  const auto most = *std::max_element(options.subscribers.begin(), options.subscribers.end());
  if (const auto allowed = allow_descriptors(most); !allowed) return allowed;
  auto source = EventSource::start(directory);
  if (!source) return source.error();
  print_figure("events.of_a_task", static_cast<double>((*source)->events_of_a_task()), "events");
  for (const auto count : options.subscribers) {
    if (const auto go_on = unless_interrupted(); !go_on) return go_on;
    if (const auto done = measure(**source, options, count); !done) return done;
  }
  return {};
}

}  // namespace

int bench_events(const EventsOptions& options) {
  config::start_logging("error");
  if (options.rate == 0 || options.seconds == 0 || options.subscribers.empty()) {
    return fail("--subscribers, --rate and --seconds must be at least 1");
  }
  catch_interrupts();
  const auto work = WorkDirectory::make(options.directory);
  if (!work) return fail(work.error().message);
  print_machine();
  const auto done = measure_all(options, work->path());
  print_machine();
  return done ? 0 : fail(done.error().message);
}

}  // namespace troupe::tools::bench
