/// The threads that block so that actors need not.

#include "actors/node/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace troupe::node {
namespace {

constexpr auto patience = 10s;

TEST(WorkerPool, RunsWhatIsUrgentFirst) {
  WorkerPool pool{{1, 1, 1, 1}};
  std::promise<void> go;
  auto gate = go.get_future().share();
  std::promise<void> begun;
  pool.run(Lane::host, Urgency::preparing, [&] {
    begun.set_value();
    gate.wait();
  });
  begun.get_future().wait();

  std::string order;
  std::promise<void> done;
  const auto note = [&](char letter) {
    order += letter;
    if (order.size() == 5) done.set_value();
  };
  pool.run(Lane::host, Urgency::preparing, [&] { note('p'); });
  pool.run(Lane::host, Urgency::creating, [&] { note('c'); });
  pool.run(Lane::host, Urgency::starting, [&] { note('s'); });
  pool.run(Lane::host, Urgency::ending, [&] { note('e'); });
  pool.run(Lane::host, Urgency::creating, [&] { note('d'); });
  go.set_value();
  ASSERT_EQ(done.get_future().wait_for(patience), std::future_status::ready);
  EXPECT_EQ(order, "escdp");
}

TEST(WorkerPool, ASlowPullHoldsUpNoStart) {
  WorkerPool pool{{1, 1, 1, 1}};
  std::promise<void> release;
  auto gate = release.get_future().share();
  pool.run(Lane::pull, Urgency::ending, [gate] { gate.wait(); });
  std::promise<void> started;
  pool.run(Lane::host, Urgency::starting, [&] { started.set_value(); });
  EXPECT_EQ(started.get_future().wait_for(patience), std::future_status::ready);
  release.set_value();
}

TEST(WorkerPool, UsesAsManyThreadsAsItHas) {
  WorkerPool pool{{3, 1, 1, 1}};
  std::atomic<int> together{0};
  std::promise<void> all;
  auto gate = all.get_future().share();
  std::promise<void> met;
  for (int job = 0; job < 3; ++job) {
    pool.run(Lane::host, Urgency::starting, [&, gate] {
      if (++together == 3) met.set_value();
      gate.wait();
    });
  }
  EXPECT_EQ(met.get_future().wait_for(patience), std::future_status::ready);
  all.set_value();
}

TEST(WorkerPool, StopWaitsForWhatRunsAndDropsTheRest) {
  WorkerPool pool{{1, 1, 1, 1}};
  std::promise<void> begun;
  std::atomic<bool> ended{false};
  std::atomic<bool> second{false};
  std::promise<void> release;
  auto gate = release.get_future().share();
  pool.run(Lane::host, Urgency::starting, [&, gate] {
    begun.set_value();
    gate.wait();
    ended = true;
  });
  pool.run(Lane::host, Urgency::starting, [&] { second = true; });
  begun.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { pool.stop(); });
  EXPECT_EQ(stopped.wait_for(0s), std::future_status::timeout);
  // The queue is emptied before stop() waits; the job is let go only then.
  while (!pool.stopped()) std::this_thread::yield();
  release.set_value();
  stopped.get();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(second);
  pool.run(Lane::host, Urgency::starting, [&] { second = true; });
  EXPECT_FALSE(second) << "work that comes later is dropped";
}

}  // namespace
}  // namespace troupe::node
