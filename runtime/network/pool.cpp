/// One thread is enough: it is the spare time of two cores that is spent here,
/// and the kernel does these things one after another anyway.

#include "runtime/network/pool.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::runtime {
namespace {

using std::chrono::milliseconds;

// A start takes tens of milliseconds; after this long without one the burst is over.
constexpr milliseconds quiet_time{150};
// Work waits for quiet no longer than this: else ready namespaces run out.
constexpr milliseconds longest_wait{1000};
constexpr milliseconds first_pause{1000};
constexpr milliseconds longest_pause{60'000};
// Beyond this, taking down is on whoever discards, which slows him to our speed.
constexpr std::size_t most_discarded = 128;

}  // namespace

Pool::Pool(Workshop& workshop, std::size_t ready, std::vector<NetworkRecord> adopted)
    : workshop_(workshop), ready_(ready) {
  shelves_[0].wanted = ready;
  for (NetworkRecord& record : adopted) {
    Shelf* shelf = shelf_of(record.attached.network.kind);
    if (record.state == RecordState::ready && shelf != nullptr && workshop_.is_intact(record)) {
      shelf->ready.push_back(std::move(record));
      shelf->wanted = ready;
    } else {
      discarded_.push_back(std::move(record));
    }
  }
  work_since_ = Clock::now();
  thread_ = std::thread([this] { work(); });
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<NetworkRecord> Pool::take(NetworkKind kind) {
  {
    const std::lock_guard lock(mutex_);
    last_taken_ = Clock::now();
    if (Shelf* shelf = shelf_of(kind); shelf != nullptr) {
      shelf->wanted = ready_;
      while (!shelf->ready.empty()) {
        NetworkRecord record = std::move(shelf->ready.back());
        shelf->ready.pop_back();
        changed_.notify_all();
        if (workshop_.is_intact(record)) {
          return record;
        }
        discarded_.push_back(std::move(record));
      }
      changed_.notify_all();
    }
  }
  return workshop_.make(kind);
}

void Pool::discard(NetworkRecord record) {
  record.state = RecordState::unusable;
  std::unique_lock lock(mutex_);
  discarded_.push_back(std::move(record));
  if (discarded_.size() <= most_discarded) {
    changed_.notify_all();
    return;
  }
  NetworkRecord oldest = std::move(discarded_.front());
  discarded_.pop_front();
  lock.unlock();
  if (auto destroyed = workshop_.destroy(oldest); destroyed.has_error()) {
    spdlog::warn("network namespace {} stays until the next start: {}", oldest.id, destroyed.error().message);
  }
}

bool Pool::settle(milliseconds deadline) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, deadline, [&] { return !has_work() && !working_; });
}

Result<void> Pool::drain() {
  std::unique_lock lock(mutex_);
  for (Shelf& shelf : shelves_) {
    shelf.wanted = 0;
  }
  changed_.wait(lock, [&] { return !working_; });
  for (Shelf& shelf : shelves_) {
    std::move(shelf.ready.begin(), shelf.ready.end(), std::back_inserter(discarded_));
    shelf.ready.clear();
  }
  while (!discarded_.empty()) {
    if (auto destroyed = workshop_.destroy(discarded_.front()); destroyed.has_error()) {
      return destroyed;
    }
    discarded_.pop_front();
  }
  return {};
}

Pool::Shelf* Pool::shelf_of(NetworkKind kind) {
  const auto found =
      std::find_if(shelves_.begin(), shelves_.end(), [&](const Shelf& each) { return each.kind == kind; });
  return found == shelves_.end() ? nullptr : &*found;
}

Pool::Shelf* Pool::shelf_to_fill() {
  const auto found = std::find_if(shelves_.begin(), shelves_.end(),
                                  [](const Shelf& each) { return each.ready.size() < each.wanted; });
  return found == shelves_.end() ? nullptr : &*found;
}

bool Pool::has_work() const {
  return !discarded_.empty() || std::any_of(shelves_.begin(), shelves_.end(), [](const Shelf& each) {
    return each.ready.size() < each.wanted;
  });
}

Pool::Clock::time_point Pool::work_due() const {
  return std::max(retry_at_, std::min(last_taken_ + quiet_time, work_since_ + longest_wait));
}

void Pool::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!has_work()) {
      changed_.notify_all();
      changed_.wait(lock, [&] { return stopping_ || has_work(); });
      work_since_ = Clock::now();
    } else if (Clock::now() < work_due()) {
      changed_.wait_until(lock, work_due());
    } else {
      work_once(lock);
    }
  }
}

void Pool::work_once(std::unique_lock<std::mutex>& lock) {
  working_ = true;
  Result<void> done;
  Shelf* shelf = shelf_to_fill();
  // What is ready comes first, unless there is some and much waits to be taken down.
  if (shelf != nullptr && (discarded_.empty() || shelf->ready.size() < ready_ / 2)) {
    lock.unlock();
    auto made = workshop_.make(shelf->kind);
    lock.lock();
    if (made.has_value()) {
      shelf->ready.push_back(std::move(*made));
    } else {
      done = made.error();
    }
  } else {
    NetworkRecord record = std::move(discarded_.front());
    discarded_.pop_front();
    lock.unlock();
    done = workshop_.destroy(record);
    lock.lock();
    if (done.has_error()) {
      discarded_.push_back(std::move(record));
    }
  }
  working_ = false;
  if (done.has_error()) {
    pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
    retry_at_ = Clock::now() + pause_;
    spdlog::warn("networks wait {} ms: {}", pause_.count(), done.error().message);
  } else {
    pause_ = milliseconds{0};
  }
  changed_.notify_all();
}

}  // namespace troupe::runtime
