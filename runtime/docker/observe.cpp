/// Looking into a running container: what it uses, and commands beside it.

#include "runtime/docker/adapter.hpp"
#include "runtime/docker/output_frames.hpp"
#include "runtime/oci/process_stats.hpp"

#include <signal.h>
#include <algorithm>

namespace troupe::runtime::docker {
namespace {

namespace json = boost::json;

constexpr int kNotFoundExit = 127;

std::uint64_t count_at(const json::value& from, std::string_view pointer) {
  const auto number = number_at(from, pointer);
  return number > 0 ? static_cast<std::uint64_t>(number) : 0;
}

/// As Docker's own client: page cache that can be dropped at once is not use.
void set_memory(const json::value& read, Stats& stats) {
  const auto used = count_at(read, "/memory_stats/usage");
  auto inactive = count_at(read, "/memory_stats/stats/total_inactive_file");
  if (inactive == 0) {
    inactive = count_at(read, "/memory_stats/stats/inactive_file");
  }
  stats.memory_inactive_file_bytes = std::min(used, inactive);
  stats.memory_bytes = used - stats.memory_inactive_file_bytes;
  stats.memory_limit_bytes = count_at(read, "/memory_stats/limit");
  stats.memory_max_bytes = std::max(count_at(read, "/memory_stats/max_usage"), stats.memory_bytes);
}

void set_cpu(const json::value& read, Stats& stats) {
  stats.cpu_ns = count_at(read, "/cpu_stats/cpu_usage/total_usage");
  stats.cpu_user_ns = count_at(read, "/cpu_stats/cpu_usage/usage_in_usermode");
  stats.cpu_system_ns = count_at(read, "/cpu_stats/cpu_usage/usage_in_kernelmode");
}

void add_block_io(const json::value& read, Stats& stats) {
  json::error_code absent;
  const auto* entries = read.find_pointer("/blkio_stats/io_service_bytes_recursive", absent);
  if (entries == nullptr || !entries->is_array()) {
    return;
  }
  for (const auto& each : entries->get_array()) {
    const auto kind = text_at(each, "/op");
    stats.block_read_bytes += kind == "Read" || kind == "read" ? count_at(each, "/value") : 0;
    stats.block_write_bytes += kind == "Write" || kind == "write" ? count_at(each, "/value") : 0;
  }
}

void add_networks(const json::value& read, Stats& stats) {
  json::error_code absent;
  const auto* networks = read.find_pointer("/networks", absent);
  if (networks == nullptr || !networks->is_object()) {
    return;
  }
  for (const auto& [name, network] : networks->get_object()) {
    stats.interfaces.push_back({std::string(name), count_at(network, "/rx_bytes"),
                                count_at(network, "/rx_packets"), count_at(network, "/rx_errors"),
                                count_at(network, "/rx_dropped"), count_at(network, "/tx_bytes"),
                                count_at(network, "/tx_packets"), count_at(network, "/tx_errors"),
                                count_at(network, "/tx_dropped")});
  }
}

std::string stats_path(const std::string& engine_id) {
  return "/containers/" + engine_id + "/stats?stream=false&one-shot=true";
}

/// A command that outlived its deadline, with what it started: its process leads a
/// group of its own.
void end_command(const Result<json::value>& exec) {
  const auto pid = exec && flag_at(*exec, "/Running") ? number_at(*exec, "/Pid") : 0;
  if (pid > 1 && kill(static_cast<pid_t>(-pid), SIGKILL) != 0) {
    kill(static_cast<pid_t>(pid), SIGKILL);
  }
}

bool names_missing_program(const std::string& text) {
  return text.find("executable file") != std::string::npos ||
         text.find("no such file or directory") != std::string::npos;
}

}  // namespace

/// The kernel's own files where they can be read: the engine takes milliseconds for an
/// answer. The engine where they cannot, as when it runs elsewhere.
Result<Stats> Adapter::stats(const std::string& id) {
  const auto entry = find(id);
  if (!entry) {
    return entry.error();
  }
  Stats stats;
  stats.read_at = std::chrono::system_clock::now();
  if (entry->engine_id.empty() || entry->exit) {
    return stats;
  }
  const int pid = pid_of(id);
  const auto group = pid > 0 ? cgroups_.group_of(pid) : std::string();
  if (group.find(entry->engine_id) != std::string::npos) {
    stats = cgroups_.stats(group);
    stats.interfaces = oci::interfaces_of(pid);
    return stats;
  }
  return stats_of_engine(*entry);
}

int Adapter::pid_of(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto pid = pids_.find(id);
  return pid == pids_.end() ? 0 : pid->second;
}

Result<Stats> Adapter::stats_of_engine(const ContainerEntry& entry) {
  const auto read = engine_.get(stats_path(entry.engine_id));
  if (!read) {
    return read.error();
  }
  Stats stats;
  stats.read_at = std::chrono::system_clock::now();
  set_cpu(*read, stats);
  set_memory(*read, stats);
  stats.processes = count_at(*read, "/pids_stats/current");
  add_block_io(*read, stats);
  // What joined a network is counted with the container that holds it.
  const auto inspected = inspect(entry.engine_id);
  const auto mode = inspected ? text_at(*inspected, "/HostConfig/NetworkMode") : std::string();
  constexpr std::string_view kJoined = "container:";
  if (mode.starts_with(kJoined)) {
    if (const auto held = engine_.get(stats_path(mode.substr(kJoined.size())))) {
      add_networks(*held, stats);
    }
  }
  return stats;
}

Result<ExecResult> Adapter::exec(const std::string& id, const ExecRequest& request) {
  const auto entry = find(id);
  if (!entry) {
    return entry.error();
  }
  if (entry->exit || !entry->started || entry->engine_id.empty()) {
    return Failure{FailureKind::conflict, "container " + id + " is not running"};
  }
  if (request.command.empty()) {
    return Failure{FailureKind::invalid, "no command specified"};
  }
  const auto made = engine_.post("/containers/" + entry->engine_id + "/exec",
                                 {{"AttachStdout", true},
                                  {"AttachStderr", true},
                                  {"Cmd", json::array(request.command.begin(), request.command.end())}});
  if (!made) {
    return made.error();
  }
  const auto exec_id = text_at(*made, "/Id");
  HttpRequest start;
  start.method = "POST";
  start.target = engine_.target("/exec/" + exec_id + "/start");
  start.body = json::serialize(json::object{{"Detach", false}, {"Tty", false}});
  start.deadline = request.deadline;
  OutputFrames output(request.output_limit_bytes);
  StreamEvents events;
  events.bytes = [&](std::string_view bytes) { output.take(bytes); };
  const auto reply = engine_.socket().stream(start, events);
  const auto after = engine_.get("/exec/" + exec_id + "/json");
  if (!reply) {
    end_command(after);
    return Failure{FailureKind::unavailable,
                   "the command did not end within " + std::to_string(request.deadline.count()) + " ms"};
  }
  if (reply->status >= 400) {
    const auto failure = engine_failure(*reply);
    return names_missing_program(failure.message)
               ? Result<ExecResult>(ExecResult{kNotFoundExit, failure.message})
               : Result<ExecResult>(failure);
  }
  if (!after) {
    return after.error();
  }
  return ExecResult{static_cast<int>(number_at(*after, "/ExitCode")), output.text()};
}

}  // namespace troupe::runtime::docker
