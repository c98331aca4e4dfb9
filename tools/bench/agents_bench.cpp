/// A server in a process of its own, and its agents in this one.

#include "tools/bench/agents_bench.hpp"

#include "config/logging.hpp"
#include "runtime/process/files.hpp"
#include "tools/bench/agent_crowd.hpp"
#include "tools/bench/api_caller.hpp"
#include "tools/bench/daemon_process.hpp"
#include "tools/bench/echo_sockets.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/process_figures.hpp"
#include "tools/commands.hpp"
#include "tools/process.hpp"

#include <simdjson.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <thread>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

/// Two sessions, and a connection for each of the calls that it has under way.
constexpr std::size_t files_of_agent = 8;
constexpr std::size_t files_beside = 2'048;
constexpr unsigned echo_rounds = 5;
/// ECS's limit.
constexpr std::size_t service_tasks_max = 5'000;
constexpr std::int64_t heartbeat_seconds = 20;
constexpr auto ask_again = std::chrono::milliseconds{20};
constexpr auto calm_time = std::chrono::seconds{3};
constexpr auto spread_deadline = std::chrono::seconds{600};

std::string digits_of(std::size_t value) {
  return std::to_string(value);
}

/// Both ends of every connection are on this machine, in two processes.
Result<void> raise_file_limit(std::size_t agents) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t needed = agents * files_of_agent + files_beside;
  if (limit.rlim_max < needed) {
    // A process with the right to it may have more than its parent's.
    rlimit more{needed, needed};
    if (setrlimit(RLIMIT_NOFILE, &more) == 0) return {};
    return Failure{FailureKind::failed, "this process may have " + digits_of(limit.rlim_max) +
                                            " files open, and " + digits_of(agents) + " agents need " +
                                            digits_of(needed) +
                                            "; raise `ulimit -Hn` or give fewer --agents"};
  }
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return runtime::errno_failure("cannot raise the limit of files", errno);
  return {};
}

Result<Nanos> wait_for_all(const std::function<Result<bool>()>& done, const std::string& what) {
  const auto begun = Clock::now();
  while (Clock::now() - begun < spread_deadline) {
    if (const auto go_on = unless_interrupted(); !go_on) return go_on.error();
    const auto is_done = done();
    if (!is_done) return is_done.error();
    if (*is_done) return Nanos{Clock::now() - begun};
    std::this_thread::sleep_for(ask_again);
  }
  return Failure{FailureKind::failed, "not in time: " + what};
}

Result<std::string> join_token(const Connection& server) {
  const auto answer = call(server, "Troupe.IssueJoinToken", R"({"cluster":"default"})");
  if (!answer.problem.empty()) return Failure{FailureKind::failed, answer.problem};
  simdjson::dom::parser parser;
  std::string_view token;
  if (parser.parse(answer.body)["token"].get(token) != simdjson::SUCCESS) {
    return Failure{FailureKind::failed, "the server gives no join token: " + answer.body};
  }
  return std::string{token};
}

class AgentsBench {
 public:
  AgentsBench(const AgentsOptions& options, const DaemonProcess& server)
      : options_(options), server_(server), caller_(server.connection()) {}

  Result<void> run() {
    for (const auto step : {&AgentsBench::connect, &AgentsBench::beat, &AgentsBench::define}) {
      if (const auto done = (this->*step)(); !done) return done;
    }
    for (unsigned i = 0; i < options_.runs; ++i) {
      if (const auto done = spread("spread-" + std::to_string(i)); !done) return done;
    }
    print_figure("agents.spread.tasks", static_cast<double>(options_.tasks), "tasks");
    print_quantiles("agents.spread.all_running", spread_);
    const auto slowest = std::chrono::duration<double>(spread_.max()).count();
    print_figure("agents.spread.rate", static_cast<double>(options_.tasks) / slowest, "tasks/s");
    return {};
  }

 private:
  /// One of the services that have the tasks together.
  struct Part {
    std::string service;
    std::size_t tasks;
  };

  [[nodiscard]] double each(double mib) const { return mib * 1024 / static_cast<double>(options_.agents); }

  Result<void> connect() {
    const auto token = join_token(server_.connection());
    if (!token) return token.error();
    if (const auto joined = crowd_.join(server_.connection(), *token, options_.agents); !joined)
      return joined;
    const auto server_before = server_.private_mib();
    const auto own_before = private_mib(getpid());
    const auto cpu_before = server_.cpu_time();
    crowd_.connect();
    const auto took = wait_for_all([&]() -> Result<bool> { return crowd_.sessions() == 2 * options_.agents; },
                                   "all agents are connected");
    if (!took) return took.error();
    print_figure("agents.connected", static_cast<double>(options_.agents), "agents");
    print_figure("agents.connect.all", milliseconds(*took), "ms");
    print_figure("agents.connect.server_cpu_each",
                 milliseconds(server_.cpu_time() - cpu_before) / static_cast<double>(options_.agents), "ms");
    std::this_thread::sleep_for(calm_time);
    print_figure("agents.server_memory_each", each(server_.private_mib() - server_before), "KiB");
    print_figure("agents.agent_memory_each", each(private_mib(getpid()) - own_before), "KiB");
    return {};
  }

  /// Nothing but signs of life: heartbeats asked for and given, and telemetry without figures.
  Result<void> beat() {
    const auto server_cpu = server_.cpu_time();
    const auto own_cpu = bench::cpu_time(getpid());
    const std::chrono::seconds duration{options_.seconds};
    const auto end = Clock::now() + duration;
    while (Clock::now() < end) {
      if (const auto go_on = unless_interrupted(); !go_on) return go_on;
      std::this_thread::sleep_for(ask_again);
    }
    const auto server_used = server_.cpu_time() - server_cpu;
    const auto own_used = bench::cpu_time(getpid()) - own_cpu;
    const auto beats = static_cast<double>(options_.agents) * static_cast<double>(options_.seconds) /
                       static_cast<double>(heartbeat_seconds);
    print_figure("agents.idle.server_cpu", 100.0 * server_used / Nanos{duration}, "% of a core");
    print_figure("agents.idle.agents_cpu", 100.0 * own_used / Nanos{duration}, "% of a core");
    print_figure("agents.heartbeat.server_cpu_per_1000", milliseconds(server_used) * 1000 / beats, "ms");
    return {};
  }

  Result<void> define() {
    const auto made = caller_.call(
        "RegisterTaskDefinition",
        R"({"family":"crowd","containerDefinitions":[{"name":"one","image":"crowd:1","cpu":8,"memory":8}]})");
    return made ? Result<void>{} : Result<void>{made.error()};
  }

  /// Several services, as ECS allows each of them so many tasks only.
  Result<void> spread(const std::string& name) {
    std::vector<Part> parts;
    for (auto left = options_.tasks; left > 0; left -= parts.back().tasks) {
      parts.push_back({name + "-" + digits_of(parts.size()), std::min(left, service_tasks_max)});
    }
    const auto begun = Clock::now();
    for (const auto& part : parts) {
      if (const auto made = create(part); !made) return made;
    }
    for (const auto& part : parts) {
      const auto running = wait_for_all([&] { return count_is(part.service, part.tasks); }, "all tasks run");
      if (!running) return running.error();
    }
    spread_.add(Nanos{Clock::now() - begun});
    if (options_.agents <= options_.tasks) {
      if (const auto even = check_spread(parts.size()); !even) return even;
    }
    for (const auto& part : parts) {
      if (const auto ended = remove(part); !ended) return ended;
    }
    return {};
  }

  Result<void> create(const Part& part) {
    const auto made = caller_.call(
        "CreateService", R"({"serviceName":")" + part.service +
                             R"(","taskDefinition":"crowd","desiredCount":)" + digits_of(part.tasks) +
                             R"(,"placementStrategy":[{"type":"spread","field":"instanceId"}]})");
    return made ? Result<void>{} : Result<void>{made.error()};
  }

  Result<void> remove(const Part& part) {
    const auto asked = caller_.call("DeleteService", R"({"service":")" + part.service + R"(","force":true})");
    if (!asked) return asked.error();
    const auto ended = wait_for_all([&] { return count_is(part.service, 0); }, "all tasks have ended");
    return ended ? Result<void>{} : Result<void>{ended.error()};
  }

  Result<bool> count_is(const std::string& name, std::size_t wanted) {
    const auto answer = caller_.call("DescribeServices", R"({"services":[")" + name + R"("]})");
    if (!answer) return answer.error();
    simdjson::dom::parser parser;
    const auto service = parser.parse(*answer)["services"].at(0);
    std::int64_t running = -1;
    std::int64_t pending = -1;
    if (service["runningCount"].get(running) != simdjson::SUCCESS ||
        service["pendingCount"].get(pending) != simdjson::SUCCESS) {
      return Failure{FailureKind::failed, "the service is not described: " + *answer};
    }
    return pending == 0 && running == static_cast<std::int64_t>(wanted);
  }

  /// The first hundred instances have their share, give or take one of each service: spreading is by
  /// the tasks of the same group.
  Result<void> check_spread(std::size_t services) {
    const auto listed = caller_.call("ListContainerInstances", R"({"maxResults":100})");
    if (!listed) return listed.error();
    simdjson::dom::parser parser;
    std::string arns;
    for (const auto arn : parser.parse(*listed)["containerInstanceArns"].get_array()) {
      arns += (arns.empty() ? "\"" : ",\"") + std::string{std::string_view{arn}} + "\"";
    }
    const auto described =
        caller_.call("DescribeContainerInstances", R"({"containerInstances":[)" + arns + "]}");
    if (!described) return described.error();
    const auto share = static_cast<std::int64_t>(options_.tasks / options_.agents);
    for (const auto instance : parser.parse(*described)["containerInstances"].get_array()) {
      const std::int64_t running = instance["runningTasksCount"];
      if (std::abs(running - share) > static_cast<std::int64_t>(services)) {
        return Failure{FailureKind::failed,
                       "an agent runs " + std::to_string(running) + " tasks, not " + std::to_string(share)};
      }
    }
    return {};
  }

  const AgentsOptions& options_;
  const DaemonProcess& server_;
  ApiCaller caller_;
  AgentCrowd crowd_;
  Latencies spread_;
};

Result<void> measure_agents(const AgentsOptions& options, const std::string& data) {
  if (const auto raised = raise_file_limit(options.agents); !raised) return raised;
  const auto echo = measure_echo(2 * options.agents, echo_rounds);
  if (!echo) return echo.error();
  print_figure("plain.beast.memory_of_two", 2 * echo->kib_of_connection, "KiB");
  print_figure("plain.beast.cpu_per_1000_messages", milliseconds(echo->cpu_of_message) * 1000, "ms");
  if (const auto made = runtime::make_directories(data); !made) return made;
  const auto server = DaemonProcess::start(
      "server", data,
      {"--log-level", "warn", "--connections-max", digits_of(options.agents * files_of_agent + 64)});
  if (!server) return server.error();
  AgentsBench bench{options, *server};
  return bench.run();
}

}  // namespace

int bench_agents(const AgentsOptions& options) {
  config::start_logging("warn");
  if (options.agents == 0 || options.runs == 0 || options.seconds == 0) {
    return fail("--agents, --runs and --seconds must be at least 1");
  }
  catch_interrupts();
  const auto work = WorkDirectory::make(options.directory);
  if (!work) return fail(work.error().message);
  print_machine();
  const auto done = measure_agents(options, work->path() + "/data");
  print_machine();
  return done ? 0 : fail(done.error().message);
}

}  // namespace troupe::tools::bench
