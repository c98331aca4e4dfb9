/// A service of sleeping containers, each with a dynamic port on the bridge.

#include "tools/bench/service_bench.hpp"

#include "config/logging.hpp"
#include "runtime/process/files.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/task_host.hpp"
#include "tools/commands.hpp"

#include <simdjson.h>

#include <algorithm>
#include <set>
#include <thread>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

constexpr auto start_deadline = std::chrono::seconds{60};
/// A task without a health check counts as healthy 40 s after it runs, so a
/// deployment cannot end earlier.
constexpr auto deployment_deadline = std::chrono::seconds{300};
constexpr auto poll_interval = std::chrono::milliseconds{20};

struct Moments {
  Nanos first{0};
  Nanos last{0};
};

std::string quoted_count(const char* member, unsigned count) {
  return "\"" + std::string{member} + "\":" + std::to_string(count);
}

class BenchService {
 public:
  BenchService(TaskHost& host, unsigned replicas) : host_(host), replicas_(replicas) {}

  Result<Moments> create(const std::string& name) {
    name_ = name;
    const auto asked = host_.caller().call(
        "CreateService", R"({"serviceName":")" + name + R"(","taskDefinition":"bench-bridge",)" +
                             quoted_count("desiredCount", replicas_) + "}");
    const auto accepted = Clock::now();
    if (!asked) return asked.error();
    return wait_for_new_tasks(accepted);
  }

  /// Under 100/200: as many new tasks as old ones, then the old ones end.
  Result<Moments> deploy() {
    const auto asked =
        host_.caller().call("UpdateService", R"({"service":")" + name_ + R"(","forceNewDeployment":true})");
    const auto accepted = Clock::now();
    if (!asked) return asked.error();
    return wait_for_new_tasks(accepted);
  }

  /// Until one deployment is left and it is COMPLETED.
  Result<Clock::time_point> wait_for_completion() {
    const auto deadline = Clock::now() + deployment_deadline;
    while (Clock::now() < deadline) {
      if (const auto go_on = unless_interrupted(); !go_on) return go_on.error();
      const auto answer = host_.caller().call("DescribeServices", R"({"services":[")" + name_ + R"("]})");
      if (!answer) return answer.error();
      if (completed(*answer)) return Clock::now();
      std::this_thread::sleep_for(poll_interval);
    }
    return Failure{FailureKind::failed, "the deployment does not complete"};
  }

  Result<void> remove() {
    const auto asked = host_.caller().call("DeleteService", R"({"service":")" + name_ + R"(","force":true})");
    if (!asked) return asked.error();
    for (const auto& task : known_) {
      const auto stopped = host_.follower().wait(task, TaskFollower::Moment::stopped);
      if (!stopped) return stopped.error();
    }
    known_.clear();
    return {};
  }

 private:
  static bool completed(const std::string& answer) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::array deployments;
    std::string_view state;
    return parser.parse(answer).get(root) == simdjson::SUCCESS &&
           root["services"].at(0)["deployments"].get(deployments) == simdjson::SUCCESS &&
           deployments.size() == 1 && deployments.at(0)["rolloutState"].get(state) == simdjson::SUCCESS &&
           state == "COMPLETED";
  }

  /// Those of the service that should run and were not there before.
  Result<std::vector<std::string>> new_tasks() {
    const auto answer = host_.caller().call("ListTasks", R"({"serviceName":")" + name_ + R"("})");
    if (!answer) return answer.error();
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::array arns;
    if (parser.parse(*answer).get(root) != simdjson::SUCCESS ||
        root["taskArns"].get(arns) != simdjson::SUCCESS) {
      return Failure{FailureKind::failed, "ListTasks answered " + *answer};
    }
    std::vector<std::string> fresh;
    for (const std::string_view arn : arns) {
      if (!known_.contains(std::string{arn})) fresh.emplace_back(arn);
    }
    return fresh;
  }

  Result<Moments> wait_for_new_tasks(Clock::time_point accepted) {
    std::vector<std::string> tasks;
    while (tasks.size() < replicas_) {
      if (Clock::now() > accepted + start_deadline) {
        return Failure{FailureKind::failed, "only " + std::to_string(tasks.size()) + " tasks were started"};
      }
      std::this_thread::sleep_for(poll_interval);
      auto found = new_tasks();
      if (!found) return found.error();
      tasks = std::move(*found);
    }
    Moments moments{Nanos::max(), Nanos{0}};
    for (const auto& task : tasks) {
      const auto running = host_.follower().wait(task, TaskFollower::Moment::running, start_deadline);
      if (!running) return running.error();
      moments.first = std::min<Nanos>(moments.first, *running - accepted);
      moments.last = std::max<Nanos>(moments.last, *running - accepted);
      known_.insert(task);
    }
    return moments;
  }

  TaskHost& host_;
  unsigned replicas_;
  std::string name_;
  std::set<std::string> known_;
};

Result<void> measure_creations(BenchService& service, unsigned runs) {
  Latencies first;
  Latencies last;
  for (unsigned i = 0; i < runs; ++i) {
    if (const auto go_on = unless_interrupted(); !go_on) return go_on;
    const auto created = service.create("bench-" + std::to_string(i));
    if (!created) return created.error();
    first.add(created->first);
    last.add(created->last);
    if (i + 1 == runs) continue;  // The last one is deployed to.
    if (const auto removed = service.remove(); !removed) return removed;
  }
  print_figure("service.create.first_running.p50", milliseconds(first.quantile(0.5)), "ms");
  print_figure("service.create.all_running.p50", milliseconds(last.quantile(0.5)), "ms");
  print_figure("service.create.all_running.max", milliseconds(last.max()), "ms");
  return {};
}

Result<void> measure_deployment(BenchService& service) {
  if (const auto settled = service.wait_for_completion(); !settled) return settled.error();
  const auto begun = Clock::now();
  const auto deployed = service.deploy();
  if (!deployed) return deployed.error();
  print_figure("service.deploy.all_new_running", milliseconds(deployed->last), "ms");
  const auto completed = service.wait_for_completion();
  if (!completed) return completed.error();
  print_figure("service.deploy.completed", milliseconds(*completed - begun), "ms");
  return service.remove();
}

Result<void> measure(const ServiceOptions& options, const std::string& directory) {
  const auto data = directory + "/data";
  if (const auto made = runtime::make_directories(data); !made) return made;
  const auto archive = directory + "/sleeper.tar";
  if (const auto made = make_sleeper_image(archive); !made) return made;
  const auto image = load_image(data, archive);
  if (!image) return image.error();
  const auto work = [&]() -> Result<void> {
    auto host = TaskHost::start(data, image->reference);
    if (!host) return host.error();
    BenchService service(*host, options.replicas);
    print_figure("service.replicas", options.replicas, "tasks");
    if (const auto done = measure_creations(service, options.runs); !done) return done;
    return measure_deployment(service);
  };
  const auto done = work();
  if (const auto cleared = clear_host(data); done && !cleared) return cleared;
  return done;
}

}  // namespace

int bench_service(const ServiceOptions& options) {
  config::start_logging("warn");
  if (options.replicas == 0 || options.runs == 0) return fail("--replicas and --runs must be at least 1");
  catch_interrupts();
  const auto work = WorkDirectory::make(options.directory);
  if (!work) return fail(work.error().message);
  print_machine();
  const auto done = measure(options, work->path());
  print_machine();
  return done ? 0 : fail(done.error().message);
}

}  // namespace troupe::tools::bench
