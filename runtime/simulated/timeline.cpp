/// Work is done without the lock, so that it may plan more.

#include "runtime/simulated/timeline.hpp"

#include <utility>

namespace troupe::runtime {

std::shared_ptr<Timeline> Timeline::real() {
  return std::shared_ptr<Timeline>(new Timeline(Mode::real, Time{}));
}

std::shared_ptr<Timeline> Timeline::manual(Time start) {
  return std::shared_ptr<Timeline>(new Timeline(Mode::manual, start));
}

Timeline::~Timeline() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    // The last owner may be a piece of work, on the thread itself.
    if (thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
    } else {
      thread_.join();
    }
  }
}

Time Timeline::now() const {
  if (mode_ == Mode::real) {
    return std::chrono::system_clock::now();
  }
  const std::lock_guard lock(mutex_);
  return now_;
}

void Timeline::at(Time when, std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  entries_.push({when, next_order_++, std::move(work)});
  if (mode_ == Mode::real && !thread_.joinable()) {
    thread_ = std::thread([this] { follow_the_clock(); });
  }
  changed_.notify_all();
}

void Timeline::pass(std::chrono::milliseconds delay) {
  if (mode_ == Mode::manual || delay.count() <= 0) {
    return;
  }
  std::unique_lock lock(mutex_);
  const auto until = std::chrono::steady_clock::now() + delay;
  changed_.wait_until(lock, until, [&] { return stopping_ || std::chrono::steady_clock::now() >= until; });
}

std::size_t Timeline::run_due(Time now) {
  std::size_t done = 0;
  std::unique_lock lock(mutex_);
  while (!entries_.empty() && entries_.top().when <= now) {
    const Entry first = take_first();
    now_ = std::max(now_, first.when);
    lock.unlock();
    first.work();
    ++done;
    lock.lock();
  }
  now_ = std::max(now_, now);
  return done;
}

std::optional<Time> Timeline::next_due() const {
  const std::lock_guard lock(mutex_);
  return entries_.empty() ? std::nullopt : std::optional<Time>(entries_.top().when);
}

Timeline::Entry Timeline::take_first() {
  // The element is removed at once, so its order does not matter any more.
  Entry first = std::move(const_cast<Entry&>(entries_.top()));
  entries_.pop();
  return first;
}

void Timeline::follow_the_clock() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (entries_.empty()) {
      changed_.wait(lock);
    } else if (const Time due = entries_.top().when; due > std::chrono::system_clock::now()) {
      changed_.wait_until(lock, due);
    } else {
      const Entry first = take_first();
      lock.unlock();
      first.work();
      lock.lock();
    }
  }
}

}  // namespace troupe::runtime
