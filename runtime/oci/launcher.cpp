#include "runtime/oci/launcher.hpp"

#include "runtime/process/files.hpp"

#include <boost/json.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <future>

namespace troupe::runtime::oci {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kCreateDeadline{60};
constexpr int kSyncDescriptor = 3;

std::string first_line_after(const std::string& text, const std::string& prefix) {
  const std::size_t at = text.find(prefix);
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t begin = at + prefix.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::string version_of(const std::string& program, const std::string& prefix) {
  Command command;
  command.argv = {program, "--version"};
  const auto out = run_checked(command);
  return out ? first_line_after(*out, prefix) : std::string();
}

/// Reads until the end of a line, of the stream, or of patience.
Result<std::string> read_line(const Descriptor& from, Clock::time_point deadline) {
  std::string line;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wait{from.get(), POLLIN, 0};
    const int ready = left > 0 ? poll(&wait, 1, static_cast<int>(left)) : 0;
    if (ready == 0) {
      return Failure{FailureKind::unavailable, "conmon did not create the container in time"};
    }
    char buffer[4096];
    const ssize_t count = ready > 0 ? read(from.get(), buffer, sizeof buffer) : -1;
    if (count < 0) {
      if (errno == EINTR) {
        continue;
      }
      return errno_failure("cannot read from conmon", errno);
    }
    line.append(buffer, static_cast<std::size_t>(count));
    if (count == 0 || line.find('\n') != std::string::npos) {
      return line;
    }
  }
}

/// conmon's answer: {"pid": 123}, or a negative number and what the runtime said.
Result<int> container_pid(const std::string& answer, const std::string& program) {
  boost::system::error_code error;
  const json::value value = json::parse(answer, error);
  if (error || !value.is_object() || !value.get_object().contains("pid")) {
    return Failure{FailureKind::failed, "conmon ended before the container was there"};
  }
  const json::object& object = value.get_object();
  const auto pid = object.at("pid").is_int64() ? object.at("pid").get_int64() : -1;
  if (pid > 0) {
    return static_cast<int>(pid);
  }
  const json::value* message = object.if_contains("message");
  return runtime_failure(
      message != nullptr && message->is_string() ? std::string(message->get_string()) : "no reason given",
      program);
}

/// conmon's pipes are the host's root's, so nobody in a user namespace could open
/// /dev/stdout; crun gives them away, runc cannot. What is no pipe is the host's own.
void give_streams(int pid, std::uint32_t owner) {
  for (const char* stream : {"/fd/0", "/fd/1", "/fd/2"}) {
    const std::string path = "/proc/" + std::to_string(pid) + stream;
    struct stat found {};
    if (stat(path.c_str(), &found) == 0 && S_ISFIFO(found.st_mode)) {
      static_cast<void>(!chown(path.c_str(), owner, static_cast<gid_t>(-1)));
    }
  }
}

/// All that descends from a process, so that none is left when it is killed.
void kill_tree(int pid, int depth = 0) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children";
  kill(pid, SIGSTOP);
  if (const auto text = read_file(tasks); text && depth < 64) {
    const char* at = text->data();
    const char* end = at + text->size();
    for (int child = 0; at < end;) {
      const auto [next, error] = std::from_chars(at, end, child);
      if (error == std::errc{}) {
        kill_tree(child, depth + 1);
      }
      at = next + 1;
    }
  }
  kill(pid, SIGKILL);
}

}  // namespace

Result<Launcher> Launcher::find(const std::string& preference, const Layout& layout,
                                std::vector<std::string> hidden) {
  Launcher launcher(layout, std::move(hidden));
  auto program = find_program(preference.empty() ? "crun" : preference);
  if (!program && preference.empty()) {
    if (auto other = find_program("runc")) {
      program = other;
    }
  }
  auto conmon = find_program("conmon");
  if (!program || !conmon) {
    return program ? conmon.error() : program.error();
  }
  launcher.program_ = *program;
  launcher.conmon_ = *conmon;
  auto conmon_version = std::async(std::launch::async, version_of, *conmon, "conmon version ");
  std::string version = version_of(launcher.program_, "crun version ");
  launcher.is_crun_ = !version.empty();
  if (!launcher.is_crun_) {
    version = version_of(launcher.program_, "runc version ");
  }
  if (version.empty()) {
    return Failure{FailureKind::failed, launcher.program_ + " is neither crun nor runc"};
  }
  launcher.version_ = (launcher.is_crun_ ? "crun " : "runc ") + version + ", conmon " + conmon_version.get();
  return launcher;
}

Command Launcher::command(std::vector<std::string> arguments) const {
  Command command;
  command.argv = std::move(arguments);
  if (is_crun_ && !hidden_.empty()) {
    command.mounts = PrivateMounts{hidden_, {}};
  }
  return command;
}

Command Launcher::conmon_command(const Launch& launch) const {
  const std::string bundle = layout_.container(launch.id);
  Command conmon = command({conmon_,
                            "--cid",
                            launch.id,
                            "--cuuid",
                            launch.id,
                            "--runtime",
                            program_,
                            "--runtime-arg",
                            "--root=" + layout_.runtime_state(),
                            "--bundle",
                            bundle,
                            "--container-pidfile",
                            bundle + "/pid",
                            "--conmon-pidfile",
                            bundle + "/conmon.pid",
                            "--exit-dir",
                            layout_.exits(),
                            "--persist-dir",
                            bundle,
                            "--log-path",
                            "k8s-file:" + launch.log_path,
                            "--log-level",
                            "error",
                            "--socket-dir-path",
                            layout_.sockets(),
                            "--full-attach",
                            "--no-sync-log"});
  if (launch.options.log_max_bytes > 0) {
    conmon.argv.insert(conmon.argv.end(), {"--log-size-max", std::to_string(launch.options.log_max_bytes)});
  }
  if (launch.options.terminal) {
    conmon.argv.emplace_back("--terminal");
  }
  if (launch.options.interactive) {
    conmon.argv.insert(conmon.argv.end(), {"--stdin", "--leave-stdin-open"});
  }
  if (!launch.mounts.mounts.empty()) {
    if (!conmon.mounts) {
      conmon.mounts.emplace();
    }
    conmon.mounts->mount = launch.mounts.mounts;
  }
  for (const Rlimit& limit : launch.options.raised) {
    if (const auto resource = rlimit_number(limit.name)) {
      conmon.limits.push_back({*resource, limit.hard});
    }
  }
  conmon.environment["_OCI_SYNCPIPE"] = std::to_string(kSyncDescriptor);
  return conmon;
}

Result<Launched> Launcher::create(const Launch& launch) const {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return errno_failure("cannot make a pipe", errno);
  }
  const Descriptor answer(ends[0]);
  Descriptor theirs(ends[1]);
  Command conmon = conmon_command(launch);
  conmon.descriptors[kSyncDescriptor] = theirs.get();
  if (auto out = run_checked(conmon); !out) {
    return out.error();
  }
  theirs.close();
  const auto line = read_line(answer, Clock::now() + kCreateDeadline);
  if (!line) {
    return line.error();
  }
  const auto pid = container_pid(*line, launch.options.program);
  if (!pid) {
    return pid.error();
  }
  const auto conmon_pid = read_file(layout_.container(launch.id) + "/conmon.pid");
  const auto process = identify(*pid);
  const auto monitor = identify(conmon_pid ? std::atoi(conmon_pid->c_str()) : 0);
  if (!process || !monitor) {
    return Failure{FailureKind::failed, "the container ended before it was started"};
  }
  if (launch.options.stream_owner) {
    give_streams(*pid, *launch.options.stream_owner);
  }
  return Launched{*process, *monitor};
}

Result<void> Launcher::start(const std::string& id) const {
  const auto finished = run(command({program_, "--root=" + layout_.runtime_state(), "start", id}));
  if (!finished) {
    return finished.error();
  }
  if (finished->exit_code != 0) {
    return runtime_failure(finished->err, {});
  }
  return {};
}

Result<ExecResult> Launcher::exec(const std::string& id, const ExecRequest& request) const {
  static std::atomic<unsigned> serial{0};
  const std::string pid_file = layout_.container(id) + "/exec-" + std::to_string(serial++) + ".pid";
  Command exec = command({program_, "--root=" + layout_.runtime_state(), "exec", "--pid-file", pid_file, id});
  exec.argv.insert(exec.argv.end(), request.command.begin(), request.command.end());
  exec.deadline = request.deadline;
  exec.output_limit_bytes = request.output_limit_bytes;
  exec.keep = Keep::last;
  exec.streams = Streams::joined;
  auto finished = run(exec);
  if (!finished && finished.error().kind == FailureKind::unavailable) {
    const auto pid = read_file(pid_file);
    if (const int number = pid ? std::atoi(pid->c_str()) : 0; number > 1) {
      kill_tree(number);
    }
    finished = Failure{FailureKind::unavailable,
                       "the command did not end within " + std::to_string(request.deadline.count()) + " ms"};
  }
  unlink(pid_file.c_str());
  if (!finished) {
    return finished.error();
  }
  return ExecResult{finished->exit_code, std::move(finished->out)};
}

}  // namespace troupe::runtime::oci
