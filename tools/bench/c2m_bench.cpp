/// The measurement of everything at once.

#include "tools/bench/c2m_bench.hpp"

#include "config/logging.hpp"
#include "tools/bench/c2m_curve.hpp"
#include "tools/bench/c2m_load.hpp"
#include "tools/bench/daemon_process.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/heap.hpp"

#include <algorithm>
#include <thread>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;
using namespace std::chrono_literals;

constexpr auto sample_every = 250ms;
constexpr auto stall_deadline = 60s;  ///< Nothing came to run for so long.
constexpr std::uint64_t tasks_of_a_call = 10;
constexpr std::uint64_t tasks_of_a_service = 5000;
constexpr std::size_t calls_at_once = 32;
constexpr std::size_t stops_at_once = 256;

/// What others told of theirs, for comparison. Nomad: HashiCorp, "The Two Million
/// Container Challenge" (2020): three schedulers, containers that really run.
/// SwarmKit: its scheduler alone, on a machine like this one.
void print_published() {
  print_figure("c2m.published.nomad.all_running", 22 * 60 + 14, "s");
  print_figure("c2m.published.swarmkit.place_rate.min", 640, "placements/s");
  print_figure("c2m.published.swarmkit.place_rate.max", 5800, "placements/s");
}

double seconds_since(Clock::time_point moment) {
  return std::chrono::duration<double>(Clock::now() - moment).count();
}

class Measurement {
 public:
  Measurement(const C2mOptions& options, std::string data)
      : options_(options),
        sizes_{options.instances, options.tasks, std::chrono::seconds{options.healthy_after}},
        data_(std::move(data)),
        by_services_(options.tasks / 2),
        tasks_each_(std::clamp<std::uint64_t>(by_services_ / 20, 1, tasks_of_a_service)),
        services_(by_services_ / tasks_each_) {
    by_services_ = services_ * tasks_each_;
  }
  Measurement(const Measurement&) = delete;
  Measurement& operator=(const Measurement&) = delete;
  /// Also when it is interrupted with two million tasks.
  ~Measurement() { keep_what_becomes_free(); }

  Result<void> run() {
    if (auto done = begin(); !done) return done;
    if (auto done = fill(); !done) return done;
    if (auto done = update(); !done) return done;
    if (auto done = restart(); !done) return done;
    return stop();
  }

 private:
  Result<void> begin() {
    auto cluster = C2mCluster::start(data_, sizes_);
    if (!cluster) return cluster.error();
    cluster_ = std::move(*cluster);
    if (auto done = cluster_->register_definitions(); !done) return done;
    const auto begun = Clock::now();
    if (auto done = cluster_->join_hosts(); !done) return done;
    print_figure("c2m.instances", static_cast<double>(sizes_.instances), "instances");
    print_figure("c2m.instances.joined", seconds_since(begun), "s");
    return {};
  }

  static std::vector<core::PlacementStrategy> strategies() {
    return {{core::PlacementStrategyType::spread, "attribute:ecs.availability-zone"},
            {core::PlacementStrategyType::binpack, "memory"}};
  }

  static const std::string& family(std::uint64_t number) {
    return C2mCluster::families()[number % C2mCluster::families().size()];
  }

  /// Until `reached`, sampling. @param tick  Called now and then meanwhile.
  template <class Reached, class OnTick>
  Result<void> watch(std::vector<Sample>& samples, const Reached& reached, const OnTick& tick) {
    const auto begun = Clock::now();
    auto moved_at = begun;
    auto events = cluster_->counts().events.load();
    for (;;) {
      samples.push_back({seconds_since(begun), cluster_->counts().running, resident_mib(), cpu_seconds()});
      if (reached()) return {};
      if (auto go_on = unless_interrupted(); !go_on) return go_on;
      if (const auto now = cluster_->counts().events.load(); now != events) {
        events = now;
        moved_at = Clock::now();
      }
      if (Clock::now() - moved_at > stall_deadline) {
        return Failure{
            FailureKind::failed,
            "nothing happens any more; " + std::to_string(cluster_->counts().running) + " tasks came to run"};
      }
      for (const auto next = Clock::now() + sample_every; Clock::now() < next && !reached();) {
        if (auto done = tick(); !done) return done;
        std::this_thread::sleep_for(5ms);
      }
    }
  }

  Result<void> create_service(std::uint64_t number) {
    core::CreateService command;
    command.name = "service-" + std::to_string(number);
    command.task_definition = family(number);
    command.desired_count = static_cast<std::int32_t>(tasks_each_);
    command.placement = strategies();
    command.rebalancing = core::AvailabilityZoneRebalancing::DISABLED;  // It may start one more at any time.
    auto made = cluster_->ask(core::ServiceCommand{std::move(command)});
    if (!made) return made.error();
    return {};
  }

  Result<void> fill() {
    const auto resident_before = resident_mib();
    const auto journal_before = cluster_->journal_bytes();
    const auto by_calls = sizes_.tasks - by_services_;
    DescribeProbe probe(*cluster_);
    std::uint64_t asked = 0;
    CallLoad calls(
        *cluster_, calls_at_once,
        [&, number = std::uint64_t{0}]() mutable -> std::optional<core::ClusterCommand> {
          if (asked == by_calls || interrupted()) return std::nullopt;
          core::RunTask command;
          command.task_definition = family(number++);
          command.count = static_cast<std::int32_t>(std::min(tasks_of_a_call, by_calls - asked));
          command.strategies = strategies();
          asked += static_cast<std::uint64_t>(command.count);
          return command;
        },
        [&](const core::Reply& reply) {
          const auto& tasks = std::get<core::TasksReply>(reply).tasks;
          for (const auto& task : tasks) called_.push_back(task->id);
          probe.look_at(tasks);
        });
    std::uint64_t created = 0;
    std::vector<Sample> samples;
    const auto& running = cluster_->counts().running;
    const auto done = watch(
        samples, [&] { return running >= sizes_.tasks; },
        [&]() -> Result<void> {
          if (calls.done() && !calls.problem().empty()) return Failure{FailureKind::failed, calls.problem()};
          // As fast as tasks run: half of them are the services'.
          if (created == services_ || created * tasks_each_ > running / 2 + 2 * tasks_each_) return {};
          return create_service(created++);
        });
    if (!done) return done;
    const auto took = samples.back().seconds;
    const auto tasks = static_cast<double>(sizes_.tasks);
    print_figure("c2m.tasks", tasks, "tasks");
    print_figure("c2m.all_running", took, "s");
    print_figure("c2m.running_rate", tasks / took, "tasks/s");
    for (const auto percent : {10, 30, 50, 70, 90}) {
      // The hosts are nine tenths full when all tasks run.
      const auto at = tasks * percent / 90.0;
      print_figure("c2m.running_rate.full" + std::to_string(percent),
                   rate_between(samples, at - tasks * 0.1, at), "tasks/s");
      print_figure("c2m.cpu_per_task.full" + std::to_string(percent),
                   cpu_between(samples, at - tasks * 0.1, at), "us");
    }
    print_figure("c2m.memory_per_task", (resident_mib() - resident_before) * 1024 / tasks, "KiB");
    print_figure("c2m.resident", resident_mib(), "MiB");
    print_figure("c2m.journal_per_task",
                 static_cast<double>(cluster_->journal_bytes() - journal_before) / tasks, "B");
    print_quantiles("c2m.run_task", calls.latencies());
    print_quantiles("c2m.describe_tasks", probe.finish());
    if (options_.curve.empty()) return {};
    return write_curve(options_.curve,
                       draw_curve(samples, std::to_string(sizes_.tasks) + " tasks on " +
                                               std::to_string(sizes_.instances) + " simulated instances"));
  }

  /// Under 100/200: new tasks first, and each old one is replaced.
  Result<void> update() {
    const auto updated = std::max<std::uint64_t>(1, services_ / 10);
    const auto target = updated * tasks_each_;
    const auto& counts = cluster_->counts();
    const auto running = counts.running.load();
    const auto stopped = counts.stopped.load();
    const auto begun = Clock::now();
    for (std::uint64_t i = 0; i < updated; ++i) {
      core::UpdateService command;
      command.service = "service-" + std::to_string(i);
      command.force_new_deployment = true;
      auto asked = cluster_->ask(core::ServiceCommand{std::move(command)});
      if (!asked) return asked.error();
    }
    double all_new = 0;
    std::vector<Sample> samples;
    const auto done = watch(
        samples, [&] { return counts.stopped >= stopped + target; },
        [&]() -> Result<void> {
          if (all_new == 0 && counts.running >= running + target) all_new = seconds_since(begun);
          return {};
        });
    if (!done) return done;
    print_figure("c2m.update.tasks", static_cast<double>(target), "tasks");
    print_figure("c2m.update.new_running", all_new, "s");
    print_figure("c2m.update.old_stopped", seconds_since(begun), "s");
    return {};
  }

  Result<void> restart() {
    auto hosts = cluster_->end_hosts();
    const auto ended = Clock::now();
    keep_what_becomes_free();
    cluster_.reset();
    print_figure("c2m.shutdown", seconds_since(ended), "s");
    give_back();  // The next one is a new process's, as it were.
    const auto begun = Clock::now();
    auto cluster = C2mCluster::start(data_, sizes_);
    if (!cluster) return cluster.error();
    cluster_ = std::move(*cluster);
    auto answered = cluster_->ask(core::DescribeCluster{});
    if (!answered) return answered.error();
    const auto running = std::get<core::ClusterReply>(*answered).counts.running_tasks;
    if (static_cast<std::uint64_t>(running) != sizes_.tasks) {
      return Failure{FailureKind::failed, std::to_string(running) + " tasks run after the restart"};
    }
    print_figure("c2m.restart", seconds_since(begun), "s");
    print_figure("c2m.restart.resident", resident_mib(), "MiB");
    if (auto done = cluster_->join_hosts(std::move(hosts)); !done) return done;
    print_figure("c2m.restart.hosts_back", seconds_since(begun), "s");
    return {};
  }

  Result<void> stop() {
    const auto& stopped = cluster_->counts().stopped;
    const auto before = stopped.load();
    const auto begun = Clock::now();
    std::uint64_t next = 0;
    CallLoad calls(
        *cluster_, stops_at_once,
        [&]() -> std::optional<core::ClusterCommand> {
          if (next == called_.size() || interrupted()) return std::nullopt;
          return core::StopTask{core::to_string(called_[next++]), "the measurement is over"};
        },
        [](const core::Reply&) {});
    std::vector<Sample> samples;
    std::uint64_t deleted = 0;
    const auto done = watch(
        samples, [&] { return stopped >= before + sizes_.tasks; },
        [&]() -> Result<void> {
          if (calls.done() && !calls.problem().empty()) return Failure{FailureKind::failed, calls.problem()};
          if (deleted == services_) return {};
          core::DeleteService command{"service-" + std::to_string(deleted++), true};
          auto asked = cluster_->ask(core::ServiceCommand{std::move(command)});
          if (!asked) return asked.error();
          return {};
        });
    if (!done) return done;
    print_figure("c2m.all_stopped", seconds_since(begun), "s");
    print_quantiles("c2m.stop_task", calls.latencies());
    return {};
  }

  const C2mOptions& options_;
  C2mCluster::Sizes sizes_;
  std::string data_;
  std::uint64_t by_services_;
  std::uint64_t tasks_each_;
  std::uint64_t services_;
  std::unique_ptr<C2mCluster> cluster_;
  std::vector<core::TaskId> called_;  ///< Made by RunTask.
};

}  // namespace

int bench_c2m(const C2mOptions& options) {
  config::start_logging("error");
  if (options.instances == 0 || options.tasks < 40) {
    return fail("--instances must be at least 1 and --tasks at least 40");
  }
  catch_interrupts();
  take_huge_pages_when_large();
  const auto work = WorkDirectory::make(options.directory);
  if (!work) return fail(work.error().message);
  print_machine();
  print_published();
  Measurement measurement{options, work->path()};
  const auto done = measurement.run();
  print_machine();
  return done ? 0 : fail(done.error().message);
}

}  // namespace troupe::tools::bench
