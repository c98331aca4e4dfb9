/// Running and stopping tasks.

#include "tools/bench/task_host.hpp"

#include "runtime/oci/oci_runtime.hpp"
#include "tools/runtimes.hpp"

#include <algorithm>

namespace troupe::tools::bench {
namespace {

constexpr std::uint64_t run_task_count_max = 10;  // ECS's limit of `count`.

std::string definition(const std::string& mode, const std::string& image) {
  const std::string ports = mode == "bridge" ? R"("portMappings":[{"containerPort":80}],)" : "";
  return R"({"family":"bench-)" + mode + R"(","networkMode":")" + mode +
         R"(","containerDefinitions":[{"name":"sleeper","image":")" + image + R"(",)" + ports +
         R"("memory":16,"command":["/bin/sleep","3600"],"stopTimeout":2}]})";
}

}  // namespace

runtime::Result<TaskHost> TaskHost::start(const std::string& data, const std::string& image) {
  auto daemon = DaemonProcess::start("dev", data);
  if (!daemon) return daemon.error();
  auto follower = TaskFollower::start(daemon->connection());
  if (!follower) return follower.error();
  TaskHost host{std::move(*daemon), std::move(*follower)};
  for (const auto* mode : {"host", "bridge"}) {
    const auto made = host.caller_->call("RegisterTaskDefinition", definition(mode, image));
    if (!made) return made.error();
  }
  return host;
}

runtime::Result<StartedTask> TaskHost::run(const std::string& family) {
  auto started = run_at_once(family, 1);
  if (!started) return started.error();
  return std::move(started->front());
}

runtime::Result<std::vector<StartedTask>> TaskHost::run_at_once(const std::string& family, unsigned count) {
  struct Accepted {
    std::vector<std::string> arns;
    Clock::time_point when;
  };
  const auto asked = Clock::now();
  std::vector<Accepted> accepted;
  for (std::uint64_t left = count; left > 0;) {
    const auto now = std::min(left, run_task_count_max);
    const auto answer = caller_->call(
        "RunTask", R"({"taskDefinition":")" + family + R"(","count":)" + std::to_string(now) + "}");
    const auto when = Clock::now();
    if (!answer) return answer.error();
    auto arns = tasks_in(*answer);
    if (!arns) return arns.error();
    accepted.push_back({std::move(*arns), when});
    left -= now;
  }
  std::vector<StartedTask> started;
  for (const auto& call : accepted) {
    for (const auto& arn : call.arns) {
      const auto running = follower_->wait(arn, TaskFollower::Moment::running);
      if (!running) return running.error();
      started.push_back({arn, *running - call.when, *running - asked});
    }
  }
  return started;
}

runtime::Result<void> TaskHost::stop(const std::vector<std::string>& tasks) {
  for (const auto& arn : tasks) {
    const auto asked = caller_->call("StopTask", R"({"task":")" + arn + R"("})");
    if (!asked) return asked.error();
  }
  for (const auto& arn : tasks) {
    const auto stopped = follower_->wait(arn, TaskFollower::Moment::stopped);
    if (!stopped) return stopped.error();
  }
  return {};
}

runtime::Result<void> clear_host(const std::string& data) {
  runtime::OciOptions options;
  options.data_directory = oci_directory(data);
  {
    const auto containers = runtime::open_oci_runtime(options);
    if (!containers) return containers.error();
    const auto sandboxes = (*containers)->list_sandboxes();
    if (!sandboxes) return sandboxes.error();
    for (const auto& sandbox : *sandboxes) {
      if (const auto removed = (*containers)->remove_sandbox(sandbox.id); !removed) return removed;
    }
  }
  options.network.data_directory = options.data_directory + "/networks";
  const auto networks = runtime::Networks::open(options.network);
  if (!networks) return networks.error();
  return (*networks)->dismantle();
}

}  // namespace troupe::tools::bench
