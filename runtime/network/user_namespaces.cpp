/// Both children borrow our memory and our thread's local storage, as posix_spawn's
/// does, so between their first instruction and their end they only make system calls
/// that succeed or end them.

#include "runtime/network/user_namespaces.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace troupe::runtime {
namespace {

constexpr std::size_t stack_bytes = 16U << 10U;

class Child {
 public:
  /// Runs `main` in a child that `flags` describes. Signals stay blocked in it.
  Child(int (*main)(void*), void* argument, int flags)
      : stack_(::mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK,
                      -1, 0)) {
    if (stack_ == MAP_FAILED) {
      error_ = errno;
      return;
    }
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_ = ::clone(main, static_cast<char*>(stack_) + stack_bytes, CLONE_VM | SIGCHLD | flags, argument);
    error_ = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  /// Waits for its end.
  ~Child() {
    if (pid_ > 0) {
      while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
    if (stack_ != MAP_FAILED) {
      ::munmap(stack_, stack_bytes);
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] int pid() const { return pid_; }
  [[nodiscard]] int error() const { return error_; }

 private:
  void* stack_;
  int pid_ = -1;
  int error_ = 0;
};

/// Lives until nobody holds the other end of the pipe, also when we are killed. It
/// was born with a copy of every descriptor we had, and keeps only the one it reads:
/// with the other end of a pipe that another thread made for a child of its own, each
/// of the two would wait for the other to end first.
int wait_for_end(void* argument) {
  const auto end = static_cast<unsigned>(*static_cast<const int*>(argument));
  if (end > 0) {
    ::syscall(SYS_close_range, 0U, end - 1, 0U);
  }
  ::syscall(SYS_close_range, end + 1, ~0U, 0U);
  char nothing = 0;
  ::syscall(SYS_read, end, &nothing, 1);
  ::syscall(SYS_exit, 0);
  return 0;
}

struct NetworkOrder {
  int owner = -1;
  int made = -1;  ///< A descriptor that we share with the child.
  int error = 0;
};

int make_network(void* argument) {
  NetworkOrder& order = *static_cast<NetworkOrder*>(argument);
  if (::syscall(SYS_setns, order.owner, CLONE_NEWUSER) == 0 && ::syscall(SYS_unshare, CLONE_NEWNET) == 0) {
    order.made = static_cast<int>(
        ::syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC, 0));
  }
  order.error = errno;
  ::syscall(SYS_exit, 0);
  return 0;
}

Result<void> write_map(int pid, const char* name, HostIds ids) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
  const std::string text = "0 " + std::to_string(ids.first) + " " + std::to_string(ids.count) + "\n";
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid() || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return errno_failure("cannot map the ids of a user namespace", errno);
  }
  return {};
}

/// With the child alive.
Result<void> map_and_mount(const Child& child, const std::string& path, HostIds ids) {
  for (const char* name : {"uid_map", "gid_map"}) {
    if (auto written = write_map(child.pid(), name, ids); written.has_error()) {
      return written;
    }
  }
  const std::string there = "/proc/" + std::to_string(child.pid()) + "/ns/user";
  if (::mount(there.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    return errno_failure("cannot mount " + path, errno);
  }
  return {};
}

}  // namespace

Result<void> make_user_namespace(const std::string& path, HostIds ids) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  int ends[2];
  if (!file.valid() || ::pipe2(ends, O_CLOEXEC) != 0) {
    return errno_failure("cannot make " + path, errno);
  }
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  Result<void> made;
  {
    const Child child(wait_for_end, &ends[0], CLONE_NEWUSER);
    made = child.pid() > 0 ? map_and_mount(child, path, ids)
                           : errno_failure("cannot make a user namespace", child.error());
    write_end.close();
  }
  if (made.has_error()) {
    ::unlink(path.c_str());
  }
  return made;
}

Result<Descriptor> make_network_of(const std::string& owner) {
  const Descriptor file(::open(owner.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    return errno_failure("cannot open " + owner, errno);
  }
  NetworkOrder order;
  order.owner = file.get();
  const Child child(make_network, &order, CLONE_VFORK | CLONE_FILES);
  if (child.pid() < 0) {
    return errno_failure("cannot make a network namespace", child.error());
  }
  if (order.made < 0) {
    return errno_failure("cannot make a network namespace of a user namespace", order.error);
  }
  return Descriptor(order.made);
}

}  // namespace troupe::runtime
