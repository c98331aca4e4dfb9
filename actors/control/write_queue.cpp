/// The writes of one owner.

#include "actors/control/write_queue.hpp"

#include <algorithm>
#include <iterator>

namespace troupe::control {

void WriteQueue::add(std::vector<RecordWrite> records, std::vector<core::Event> events, Done done) {
  // Keys differ within one decision: only what waited before is looked through.
  const auto waited = static_cast<std::ptrdiff_t>(next_.records.size());
  for (auto& write : records) {
    const auto end = next_.records.begin() + waited;
    const auto same = std::find_if(next_.records.begin(), end,
                                   [&](const RecordWrite& waiting) { return waiting.key == write.key; });
    if (same == end) {
      next_.records.push_back(std::move(write));
    } else {
      same->value = std::move(write.value);
    }
  }
  std::move(events.begin(), events.end(), std::back_inserter(next_.events));
  waiting_.push_back(std::move(done));
}

void WriteQueue::after(Done done) {
  if (!waiting_.empty()) {
    waiting_.push_back(std::move(done));
  } else if (under_way_) {
    committing_.push_back(std::move(done));
  } else {
    done(true);
  }
}

std::shared_ptr<const Batch> WriteQueue::take() {
  if (under_way_ || waiting_.empty()) return nullptr;
  under_way_ = true;
  committing_ = std::exchange(waiting_, {});
  return std::make_shared<const Batch>(std::exchange(next_, {}));
}

void WriteQueue::succeed() {
  under_way_ = false;
  for (const auto& done : std::exchange(committing_, {})) done(true);
}

void WriteQueue::fail() {
  under_way_ = false;
  next_ = {};
  auto all = std::exchange(committing_, {});
  for (auto& done : std::exchange(waiting_, {})) all.push_back(std::move(done));
  for (const auto& done : all) done(false);
}

}  // namespace troupe::control
