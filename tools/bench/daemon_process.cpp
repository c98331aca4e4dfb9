/// Starting, watching and ending the daemon.

#include "tools/bench/daemon_process.hpp"

#include "config/credentials.hpp"
#include "runtime/process/files.hpp"
#include "tools/bench/process_figures.hpp"
#include "tools/commands.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

namespace troupe::tools::bench {
namespace {

using runtime::Descriptor;
using runtime::Failure;
using runtime::FailureKind;

constexpr std::chrono::seconds ready_deadline{60};
constexpr int stop_deadline_ms = 20'000;

/// Between fork and exec: system calls only.
[[noreturn]] void become(char* const* argv, int output, int log) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  setpgid(0, 0);  // Ctrl-C is for us; we end it.
  dup2(output, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv("/proc/self/exe", argv);
  _exit(127);
}

/// The first line that the daemon prints; empty when it ends or is late.
std::string first_line(const Descriptor& from) {
  std::string line;
  const auto deadline = Clock::now() + ready_deadline;
  while (line.find('\n') == std::string::npos) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd ready{from.get(), POLLIN, 0};
    char buffer[256];
    if (left <= 0 || poll(&ready, 1, static_cast<int>(left)) <= 0) return {};
    const auto count = read(from.get(), buffer, sizeof buffer);
    if (count <= 0) return {};
    line.append(buffer, static_cast<std::size_t>(count));
  }
  return line.substr(0, line.find('\n'));
}

std::string last_line(const std::string& file) {
  std::ifstream log{file};
  std::string last;
  for (std::string line; std::getline(log, line);) last = line;
  return last;
}

/// Of a child that closed its output: why, if it has ended.
std::string end_of(pid_t pid) {
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  pollfd ended{process.get(), POLLIN, 0};
  siginfo_t how{};
  const bool known = process.valid() && poll(&ended, 1, 1'000) > 0 &&
                     waitid(P_PID, static_cast<id_t>(pid), &how, WEXITED | WNOWAIT) == 0;
  if (!known) return "it does not say `ready`";
  return (how.si_code == CLD_EXITED ? "exit status " : "signal ") + std::to_string(how.si_status);
}

Connection connect_to(const std::string& url, const std::string& data) {
  Connection made;
  made.url = url;
  if (const auto endpoint = api::http::Endpoint::parse(url)) {
    made.endpoint = *endpoint;
  } else {
    made.problem = "the daemon is ready at no address: " + url;
  }
  const auto keys = config::load_credentials(data);
  if (!keys.problem.empty()) made.problem = keys.problem;
  made.signer.access_key = keys.access_key;
  made.signer.secret_key = keys.secret_key;
  return made;
}

}  // namespace

runtime::Result<WorkDirectory> WorkDirectory::make(const std::string& parent) {
  auto path = parent + "/troupe-bench-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) {
    return runtime::errno_failure("cannot make a directory in " + parent, errno);
  }
  return WorkDirectory{path};
}

WorkDirectory::~WorkDirectory() {
  if (path_.empty()) return;
  if (const auto removed = runtime::remove_tree(path_); !removed) fail(removed.error().message);
}

DaemonProcess::DaemonProcess(DaemonProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      connection_(std::move(other.connection_)),
      time_to_ready_(other.time_to_ready_) {}

runtime::Result<DaemonProcess> DaemonProcess::start(const std::string& role, const std::string& data,
                                                    const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"troupe", role, "--data", data, "--listen", "127.0.0.1:0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return runtime::errno_failure("cannot make a pipe", errno);
  const Descriptor output(ends[0]);
  Descriptor theirs(ends[1]);
  const auto log_path = data + "/bench.log";
  const Descriptor log(::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log.valid()) return runtime::errno_failure("cannot write " + log_path, errno);

  const auto begun = Clock::now();
  DaemonProcess daemon;
  daemon.pid_ = fork();
  if (daemon.pid_ < 0) return runtime::errno_failure("cannot start the daemon", errno);
  if (daemon.pid_ == 0) become(argv.data(), theirs.get(), log.get());
  theirs.close();
  const auto line = first_line(output);
  daemon.time_to_ready_ = Clock::now() - begun;
  if (!line.starts_with("ready ")) {
    return Failure{FailureKind::failed, "the daemon did not start (" + end_of(daemon.pid_) +
                                            "), last in its log: " + last_line(log_path)};
  }
  daemon.connection_ = connect_to(line.substr(6), data);
  if (!daemon.connection_.problem.empty()) return Failure{FailureKind::failed, daemon.connection_.problem};
  return daemon;
}

void DaemonProcess::stop() {
  if (pid_ <= 0) return;
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  kill(pid_, SIGTERM);
  pollfd ended{process.get(), POLLIN, 0};
  if (!process.valid() || poll(&ended, 1, stop_deadline_ms) == 0) kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

double DaemonProcess::resident_mib() const {
  return bench::resident_mib(pid_);
}

double DaemonProcess::private_mib() const {
  return bench::private_mib(pid_);
}

Nanos DaemonProcess::cpu_time() const {
  return bench::cpu_time(pid_);
}

}  // namespace troupe::tools::bench
