/// The parent's side of running a program: what the child needs is prepared
/// first, then output and end are awaited with poll, under a deadline.

#include "runtime/process/process.hpp"

#include "runtime/process/child.hpp"
#include "runtime/process/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace troupe::runtime {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Owns the text that a Blueprint points to.
struct Texts {
  std::string program;
  std::vector<std::string> environment;
  std::vector<char*> argv;
  std::vector<char*> envp;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return errno_failure("cannot make a pipe", errno);
  }
  Pipe made{Descriptor(ends[0]), Descriptor(ends[1])};
  fcntl(made.read.get(), F_SETFL, O_NONBLOCK);
  return made;
}

/// A file in memory: unlike a pipe it needs no writer and raises no SIGPIPE.
Result<Descriptor> make_input(const std::string& text) {
  Descriptor input(text.empty() ? open("/dev/null", O_RDONLY | O_CLOEXEC)
                                : memfd_create("input", MFD_CLOEXEC));
  if (!input.valid()) {
    return errno_failure("cannot make the standard input", errno);
  }
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = write(input.get(), text.data() + done, text.size() - done);
    if (count < 0) {
      return errno_failure("cannot write the standard input", errno);
    }
    done += static_cast<std::size_t>(count);
  }
  lseek(input.get(), 0, SEEK_SET);
  return input;
}

void prepare_texts(const Command& command, Texts& texts, detail::Blueprint& plan) {
  std::map<std::string, std::string> variables = command.environment;
  const char* home = std::getenv("HOME");
  variables.emplace("PATH", kPath);
  variables.emplace("HOME", home != nullptr ? home : "/");
  for (const auto& [name, value] : variables) {
    texts.environment.push_back(name + "=" + value);
  }
  for (std::string& each : texts.environment) {
    texts.envp.push_back(each.data());
  }
  texts.envp.push_back(nullptr);
  for (const std::string& each : command.argv) {
    texts.argv.push_back(const_cast<char*>(each.c_str()));
  }
  texts.argv.push_back(nullptr);
  plan.program = texts.program.c_str();
  plan.argv = texts.argv.data();
  plan.environment = texts.envp.data();
  if (!command.working_directory.empty()) {
    plan.directory = command.working_directory.c_str();
  }
}

void prepare_mounts(const PrivateMounts& mounts, detail::Blueprint& plan) {
  plan.private_mounts = true;
  for (const std::string& target : mounts.unmount) {
    plan.unmount.push_back(target.c_str());
  }
  for (const Mounting& each : mounts.mount) {
    plan.mounts.push_back({each.source.c_str(), each.target.c_str(),
                           each.type.empty() ? nullptr : each.type.c_str(), each.flags,
                           each.data.empty() ? nullptr : each.data.c_str(),
                           each.directory.empty() ? "/" : each.directory.c_str(), each.detached});
  }
}

Result<Descriptor> open_network(const Command& command) {
  if (command.network_namespace.empty()) {
    return Descriptor();
  }
  Descriptor network(open(command.network_namespace.c_str(), O_RDONLY | O_CLOEXEC));
  if (!network.valid()) {
    return errno_failure("cannot open " + command.network_namespace, errno);
  }
  return network;
}

/// `err` is -1 when standard error goes where standard output goes.
void prepare_descriptors(const Command& command, int input, int out, int err, detail::Blueprint& plan) {
  std::map<int, int> descriptors = command.descriptors;
  descriptors.emplace(0, input);
  descriptors.emplace(1, out);
  descriptors.emplace(2, err >= 0 ? err : out);
  plan.descriptors.assign(descriptors.begin(), descriptors.end());
  plan.moved.resize(plan.descriptors.size());
}

/// What the child said it could not do, in words of the program it should become.
Failure launch_failure(const Command& command, const detail::Blueprint& plan) {
  std::string what = command.argv.front() + ": cannot " + plan.failed_step;
  if (plan.private_mounts && std::strcmp(plan.failed_step, "mount") == 0) {
    what += " " + command.mounts->mount[plan.failed_mount].target;
  }
  return errno_failure(what, plan.failed_errno);
}

/// The bytes of one stream that survive its limit.
class Capture {
 public:
  Capture(std::size_t limit_bytes, Keep keep) : limit_bytes_(limit_bytes), keep_(keep) {}

  void add(const char* data, std::size_t size) {
    if (keep_ == Keep::first) {
      text_.append(data, std::min(size, limit_bytes_ - text_.size()));
      return;
    }
    text_.append(data, size);
    if (text_.size() > 2 * limit_bytes_ + 4096) {
      text_.erase(0, text_.size() - limit_bytes_);
    }
  }

  std::string take() {
    if (text_.size() > limit_bytes_) {
      text_.erase(0, text_.size() - limit_bytes_);
    }
    return std::move(text_);
  }

 private:
  std::size_t limit_bytes_;
  Keep keep_;
  std::string text_;
};

/// Takes what is there now. False once the stream has ended.
bool drain(const Descriptor& from, Capture& into) {
  // A background child that floods the pipe must not hold us here.
  for (int round = 0; round < 64; ++round) {
    char buffer[16 << 10];
    const ssize_t count = read(from.get(), buffer, sizeof buffer);
    if (count > 0) {
      into.add(buffer, static_cast<std::size_t>(count));
    } else if (count == 0) {
      return false;
    } else if (errno != EINTR) {
      return errno == EAGAIN;
    }
  }
  return true;
}

struct Running {
  int pid;
  Descriptor pidfd;
  Descriptor out;
  Descriptor err;
};

int reap(const Running& running) {
  siginfo_t ended{};
  while (waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(running.pidfd.get()), &ended, WEXITED) !=
         0) {
    if (errno != EINTR) {
      return -1;
    }
  }
  return ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status;
}

/// Waits for its end; false when the deadline came first.
bool await(Running& running, Clock::time_point deadline, Capture& out, Capture& err) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) {
      return false;
    }
    pollfd waits[] = {
        {running.pidfd.get(), POLLIN, 0}, {running.out.get(), POLLIN, 0}, {running.err.get(), POLLIN, 0}};
    const int ready = poll(waits, 3, static_cast<int>(std::min<long long>(left, 1 << 30)));
    if (ready < 0 && errno != EINTR) {
      return false;
    }
    if (ready <= 0) {
      continue;
    }
    const bool ended = waits[0].revents != 0;
    if ((ended || waits[1].revents != 0) && running.out.valid() && !drain(running.out, out)) {
      running.out.close();
    }
    if ((ended || waits[2].revents != 0) && running.err.valid() && !drain(running.err, err)) {
      running.err.close();
    }
    if (ended) {
      return true;
    }
  }
}

Result<Finished> finish(const Command& command, Running running, Clock::time_point deadline) {
  Capture out(command.output_limit_bytes, command.keep);
  Capture err(command.output_limit_bytes, command.keep);
  const bool ended = await(running, deadline, out, err);
  if (!ended) {
    kill(-running.pid, SIGKILL);
    syscall(SYS_pidfd_send_signal, running.pidfd.get(), SIGKILL, nullptr, 0);
  }
  const int exit_code = reap(running);
  if (!ended) {
    return Failure{FailureKind::unavailable, command.argv.front() + " did not end within " +
                                                 std::to_string(command.deadline.count()) + " ms"};
  }
  if (exit_code < 0) {
    return Failure{FailureKind::failed, command.argv.front() + ": its exit code is lost: SIGCHLD is ignored"};
  }
  return Finished{exit_code, out.take(), err.take()};
}

}  // namespace

Result<Finished> run(const Command& command) {
  const Clock::time_point deadline = Clock::now() + command.deadline;
  if (command.argv.empty()) {
    return Failure{FailureKind::invalid, "no program to run"};
  }
  auto program = find_program(command.argv.front());
  auto network = open_network(command);
  if (!program || !network) {
    return program ? network.error() : program.error();
  }
  Texts texts;
  detail::Blueprint plan;
  texts.program = std::move(*program);
  plan.network_namespace = network->get();
  prepare_texts(command, texts, plan);
  if (command.mounts) {
    prepare_mounts(*command.mounts, plan);
  }
  for (const RaisedLimit& each : command.limits) {
    plan.limits.push_back({each.resource, each.at_least});
  }
  auto input = make_input(command.input);
  auto out = make_pipe();
  auto err = command.streams == Streams::joined ? Result<Pipe>(Pipe{}) : make_pipe();
  if (!input || !out || !err) {
    return !input ? input.error() : !out ? out.error() : err.error();
  }
  prepare_descriptors(command, input->get(), out->write.get(), err->write.get(), plan);

  const detail::Child child = detail::launch(plan);
  if (child.pid < 0) {
    return errno_failure("cannot start " + command.argv.front(), errno);
  }
  out->write.close();
  err->write.close();
  Running running{child.pid, Descriptor(child.pidfd), std::move(out->read), std::move(err->read)};
  if (plan.failed_step != nullptr) {
    reap(running);
    return launch_failure(command, plan);
  }
  return finish(command, std::move(running), deadline);
}

Result<std::string> run_checked(const Command& command) {
  auto finished = run(command);
  if (!finished) {
    return finished.error();
  }
  if (finished->exit_code == 0) {
    return std::move(finished->out);
  }
  std::string said = finished->err.empty() ? finished->out : finished->err;
  said.erase(said.find_last_not_of(" \r\n\t") + 1);
  const std::size_t line = said.find_last_of('\n');
  if (line != std::string::npos) {
    said.erase(0, line + 1);
  }
  if (said.empty()) {
    said = "exit code " + std::to_string(finished->exit_code);
  }
  return Failure{FailureKind::failed, command.argv.front() + ": " + said};
}

}  // namespace troupe::runtime
