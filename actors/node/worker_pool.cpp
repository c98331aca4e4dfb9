/// Threads for blocking work.

#include "actors/node/worker_pool.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace troupe::node {

WorkerPool::WorkerPool(std::array<std::size_t, lane_count> threads) {
  for (std::size_t lane = 0; lane < lane_count; ++lane) {
    queues_[lane].threads_max = std::max<std::size_t>(1, threads[lane]);
  }
}

void WorkerPool::run(Lane lane, Urgency urgency, std::function<void()> job) {
  auto& queue = queues_[static_cast<std::size_t>(lane)];
  const std::lock_guard lock{mutex_};
  if (stopped_) return;
  queue.jobs.push({urgency, order_++, std::move(job)});
  if (queue.idle < queue.jobs.size() && queue.threads.size() < queue.threads_max) {
    queue.threads.emplace_back([this, &queue] { work(queue); });
  } else {
    queue.ready.notify_one();
  }
}

void WorkerPool::work(Queue& queue) {
  std::unique_lock lock{mutex_};
  while (true) {
    ++queue.idle;
    queue.ready.wait(lock, [&] { return stopped_ || !queue.jobs.empty(); });
    --queue.idle;
    if (stopped_) return;
    // The queue's order does not look at the work that is moved out.
    auto job = std::move(const_cast<Job&>(queue.jobs.top()).work);
    queue.jobs.pop();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

bool WorkerPool::stopped() {
  const std::lock_guard lock{mutex_};
  return stopped_;
}

void WorkerPool::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    for (auto& queue : queues_) {
      queue.jobs = {};
      queue.ready.notify_all();
      std::move(queue.threads.begin(), queue.threads.end(), std::back_inserter(threads));
      queue.threads.clear();
    }
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace troupe::node
