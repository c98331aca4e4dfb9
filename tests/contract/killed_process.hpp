#pragma once

/// Adapters in processes that are killed: what the next one on their directory finds is
/// what the tests are about. `open` gives the adapter as a Result, in the child alone;
/// the caller has closed its own.

#include "runtime/container_runtime.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <thread>

namespace troupe::testing {

/// Runs `work`, which says whether all went well, and kills the process when it has returned.
template <class Open, class Work>
void in_killed_process(const Open& open, const Work& work) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto opened = open();
    const char good = opened && work(**opened) ? 'y' : 'n';
    static_cast<void>(!write(ready[1], &good, 1));
    pause();
    _exit(0);
  }
  close(ready[1]);
  char good = 0;
  EXPECT_EQ(read(ready[0], &good, 1), 1);
  EXPECT_EQ(good, 'y');
  close(ready[0]);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

/// Runs `work` and kills the process so long after it began, wherever it is then.
template <class Open, class Work>
void killed_at(int delay_ms, const Open& open, const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    auto opened = open();
    if (!opened) _exit(1);
    std::thread([delay_ms] {
      usleep(static_cast<useconds_t>(delay_ms) * 1000);
      kill(getpid(), SIGKILL);
    }).detach();
    work(**opened);
    pause();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the adapter did not open";
}

}  // namespace troupe::testing
