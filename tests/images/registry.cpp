/// The registry is a child of the test's own; its log comes through a pipe.

#include "tests/images/registry.hpp"

#include "runtime/process/files.hpp"
#include "runtime/process/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <stdexcept>

namespace troupe::testing {
namespace {

std::string run_or_throw(const std::vector<std::string>& argv) {
  runtime::Command command;
  command.argv = argv;
  auto out = runtime::run_checked(command);
  if (!out) throw std::runtime_error(out.error().message);
  return *out;
}

void write_or_throw(const std::string& path, const std::string& text) {
  auto written = runtime::write_file_atomically(path, text);
  if (!written) throw std::runtime_error(written.error().message);
}

}  // namespace

Registry::Registry(const std::string& directory, const RegistryLogin& login)
    : directory_(directory), login_(login) {
  if (auto made = runtime::make_directories(directory + "/data"); !made)
    throw std::runtime_error(made.error().message);
  std::string config =
      "version: 0.1\nlog: {level: info, accesslog: {disabled: false}}\nhttp: {addr: '127.0.0.1:0'}\n"
      "storage: {filesystem: {rootdirectory: " +
      directory + "/data}}\n";
  if (!login.username.empty()) {
    write_or_throw(directory + "/htpasswd",
                   run_or_throw({"htpasswd", "-Bbn", login.username, login.password}));
    config += "auth: {htpasswd: {realm: test, path: " + directory + "/htpasswd}}\n";
  }
  write_or_throw(directory + "/config.yml", config);
  start(directory + "/config.yml");
}

void Registry::start(const std::string& config) {
  auto program = runtime::find_program("docker-registry");
  if (!program) throw std::runtime_error(program.error().message);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    execl(program->c_str(), "docker-registry", "serve", config.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  log_fd_ = ends[0];
  reader_ = std::thread([this] { read_log(); });
  constexpr std::string_view kListening = "listening on ";
  std::unique_lock lock(mutex_);
  const bool listens = grew_.wait_for(lock, std::chrono::seconds(20), [&] {
    const auto at = log_.find(kListening);
    return at != std::string::npos && log_.find('\n', at) != std::string::npos;
  });
  if (!listens) throw std::runtime_error("docker-registry does not listen: " + log_);
  const auto start = log_.find(kListening) + kListening.size();
  address_ = log_.substr(start, log_.find_first_not_of("0123456789.:", start) - start);
}

Registry::~Registry() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  reader_.join();
  close(log_fd_);
}

void Registry::read_log() {
  char bytes[4096];
  for (ssize_t count = 0; (count = read(log_fd_, bytes, sizeof bytes)) > 0;) {
    const std::scoped_lock lock(mutex_);
    log_.append(bytes, static_cast<std::size_t>(count));
    grew_.notify_all();
  }
}

void Registry::push(const std::string& source, const std::string& target,
                    const std::vector<std::string>& flags) const {
  std::vector<std::string> argv{"skopeo", "copy", "--dest-tls-verify=false"};
  if (!login_.username.empty()) argv.push_back("--dest-creds=" + login_.username + ":" + login_.password);
  argv.insert(argv.end(), flags.begin(), flags.end());
  argv.insert(argv.end(), {source, "docker://" + name(target)});
  run_or_throw(argv);
}

std::size_t Registry::gets_of(const std::string& path_part) {
  const std::scoped_lock lock(mutex_);
  std::size_t count = 0;
  // The access log is in Apache's combined format: … "GET /v2/… HTTP/1.1" 200 …
  constexpr std::string_view kGet = "\"GET ";
  for (auto at = log_.find(kGet); at != std::string::npos; at = log_.find(kGet, at + 1)) {
    const auto line = log_.substr(at, log_.find('\n', at) - at);
    if (line.find(path_part) != std::string::npos && line.find("\" 200 ") != std::string::npos) ++count;
  }
  return count;
}

}  // namespace troupe::testing
