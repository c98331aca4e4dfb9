/// The child's side of starting a program. Only async-signal-safe calls here:
/// the memory belongs to a parent whose other threads go on running.

#include "runtime/process/child.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>

namespace troupe::runtime::detail {
namespace {

constexpr std::size_t kStackBytes = 64 << 10;  // Deepest use measured is below 8 KiB.
constexpr int kFailedExitCode = 127;

[[noreturn]] void fail(Blueprint& plan, const char* step) {
  plan.failed_errno = errno;
  plan.failed_step = step;
  _exit(kFailedExitCode);
}

/// Handlers of the parent must not run here; ignored signals must not stay ignored.
void reset_signals(Blueprint& plan) {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) {
    sigaction(number, &standard, nullptr);  // KILL, STOP and glibc's own refuse; that is fine.
  }
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, nullptr) != 0) {
    fail(plan, "reset signals");
  }
}

/// The namespace is a slave of the host's: nothing made here is seen outside, and
/// what the host unmounts later is not kept busy by a long-lived child.
void arrange_mounts(Blueprint& plan) {
  if (unshare(CLONE_NEWNS) != 0) {
    fail(plan, "make a mount namespace");
  }
  if (mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    fail(plan, "detach the mount namespace");
  }
  for (const char* target : plan.unmount) {
    if (umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW) != 0 && errno != EINVAL && errno != ENOENT) {
      fail(plan, "unmount");
    }
  }
  for (std::size_t i = 0; i < plan.mounts.size(); ++i) {
    const RawMount& each = plan.mounts[i];
    plan.failed_mount = i;
    if (chdir(each.directory) != 0) {
      fail(plan, "enter the directory of a mount");
    }
    const int made = each.detached >= 0
                         ? move_mount(each.detached, "", AT_FDCWD, each.target, MOVE_MOUNT_F_EMPTY_PATH)
                         : mount(each.source, each.target, each.type, each.flags, each.data);
    if (made != 0) {
      fail(plan, "mount");
    }
  }
}

void raise_limits(const Blueprint& plan) {
  for (const RawLimit& each : plan.limits) {
    rlimit limit{};
    if (getrlimit(each.resource, &limit) != 0 || limit.rlim_max >= each.at_least) {
      continue;
    }
    limit.rlim_max = each.at_least;
    setrlimit(each.resource, &limit);  // The program says what it cannot do without it.
  }
}

/// First all sources move out of the way, then each takes its number; whatever
/// else is open is closed by exec.
void arrange_descriptors(Blueprint& plan) {
  const int above = plan.descriptors.back().first + 1;
  for (std::size_t i = 0; i < plan.descriptors.size(); ++i) {
    plan.moved[i] = fcntl(plan.descriptors[i].second, F_DUPFD_CLOEXEC, above);
    if (plan.moved[i] < 0) {
      fail(plan, "duplicate a descriptor");
    }
  }
  unsigned next = 0;
  for (std::size_t i = 0; i < plan.descriptors.size(); ++i) {
    const auto wanted = static_cast<unsigned>(plan.descriptors[i].first);
    if (dup2(plan.moved[i], plan.descriptors[i].first) < 0) {
      fail(plan, "place a descriptor");
    }
    if (wanted > next && close_range(next, wanted - 1, CLOSE_RANGE_CLOEXEC) != 0) {
      fail(plan, "close descriptors");
    }
    next = wanted + 1;
  }
  if (close_range(next, UINT_MAX, CLOSE_RANGE_CLOEXEC) != 0) {
    fail(plan, "close descriptors");
  }
}

int become_program(void* argument) {
  Blueprint& plan = *static_cast<Blueprint*>(argument);
  reset_signals(plan);
  setpgid(0, 0);
  if (plan.network_namespace >= 0 && setns(plan.network_namespace, CLONE_NEWNET) != 0) {
    fail(plan, "enter the network namespace");
  }
  if (plan.private_mounts) {
    arrange_mounts(plan);
  }
  raise_limits(plan);
  if (chdir(plan.directory) != 0) {
    fail(plan, "enter the working directory");
  }
  umask(022);
  arrange_descriptors(plan);
  execve(plan.program, plan.argv, plan.environment);
  fail(plan, "execute");
}

}  // namespace

Child launch(Blueprint& blueprint) {
  Child child;
  void* stack =
      mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) {
    return child;
  }
  // With every signal blocked no handler of ours can run on the child's side,
  // and a cancelled thread cannot leave the child behind.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  int cancel_state = 0;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  child.pid = clone(become_program, static_cast<char*>(stack) + kStackBytes,
                    CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &blueprint, &child.pidfd);
  const int clone_errno = errno;
  pthread_setcancelstate(cancel_state, nullptr);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  munmap(stack, kStackBytes);
  errno = clone_errno;
  return child;
}

}  // namespace troupe::runtime::detail
