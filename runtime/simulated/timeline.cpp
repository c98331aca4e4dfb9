/// Work is done without the lock, so that it may plan more.

#include "runtime/simulated/timeline.hpp"

#include <algorithm>
#include <condition_variable>
#include <queue>
#include <utility>

namespace troupe::runtime {

struct Timeline::Core {
  enum class Mode : std::uint8_t { real, manual };

  struct Entry {
    Time when;
    std::uint64_t order = 0;
    std::function<void()> work;
    // A heap keeps its greatest on top: that is the earliest here.
    bool operator<(const Entry& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  Entry take_first() {
    // The element is removed at once, so its order does not matter any more.
    Entry first = std::move(const_cast<Entry&>(entries.top()));
    entries.pop();
    return first;
  }

  void follow_the_clock() {
    std::unique_lock lock(mutex);
    while (!stopping) {
      if (entries.empty()) {
        changed.wait(lock);
      } else if (const Time due = entries.top().when; due > std::chrono::system_clock::now()) {
        changed.wait_until(lock, due);
      } else {
        Entry first = take_first();
        lock.unlock();
        first.work();
        first.work = nullptr;  // Whatever it owned ends here, without the lock.
        lock.lock();
      }
    }
  }

  Mode mode = Mode::real;
  std::mutex mutex;
  std::condition_variable changed;
  Time now{};
  std::uint64_t next_order = 0;
  std::priority_queue<Entry> entries;
  bool stopping = false;
};

std::shared_ptr<Timeline> Timeline::real() {
  return std::shared_ptr<Timeline>(new Timeline(std::make_shared<Core>()));
}

std::shared_ptr<Timeline> Timeline::manual(Time start) {
  auto core = std::make_shared<Core>();
  core->mode = Core::Mode::manual;
  core->now = start;
  return std::shared_ptr<Timeline>(new Timeline(std::move(core)));
}

Timeline::~Timeline() {
  {
    const std::lock_guard lock(core_->mutex);
    core_->stopping = true;
  }
  core_->changed.notify_all();
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();
  } else if (thread_.joinable()) {
    thread_.join();
  }
}

Time Timeline::now() const {
  if (core_->mode == Core::Mode::real) {
    return std::chrono::system_clock::now();
  }
  const std::lock_guard lock(core_->mutex);
  return core_->now;
}

void Timeline::at(Time when, std::function<void()> work) {
  {
    const std::lock_guard lock(core_->mutex);
    core_->entries.push({when, core_->next_order++, std::move(work)});
  }
  core_->changed.notify_all();
  if (core_->mode == Core::Mode::real) {
    const std::lock_guard lock(thread_mutex_);
    if (!thread_.joinable()) {
      thread_ = std::thread([core = core_] { core->follow_the_clock(); });
    }
  }
}

void Timeline::pass(std::chrono::milliseconds delay) {
  if (core_->mode == Core::Mode::manual || delay.count() <= 0) {
    return;
  }
  std::unique_lock lock(core_->mutex);
  const auto until = std::chrono::steady_clock::now() + delay;
  core_->changed.wait_until(lock, until,
                            [&] { return core_->stopping || std::chrono::steady_clock::now() >= until; });
}

std::size_t Timeline::run_due(Time now) {
  std::size_t done = 0;
  std::unique_lock lock(core_->mutex);
  while (!core_->entries.empty() && core_->entries.top().when <= now) {
    const Core::Entry first = core_->take_first();
    core_->now = std::max(core_->now, first.when);
    lock.unlock();
    first.work();
    ++done;
    lock.lock();
  }
  core_->now = std::max(core_->now, now);
  return done;
}

std::optional<Time> Timeline::next_due() const {
  const std::lock_guard lock(core_->mutex);
  return core_->entries.empty() ? std::nullopt : std::optional<Time>(core_->entries.top().when);
}

}  // namespace troupe::runtime
