/// The last look at each container.

#include "api/metadata/last_readings.hpp"

#include <algorithm>

namespace troupe::api::metadata {
namespace {

constexpr std::chrono::seconds span_min{1};

}  // namespace

ContainerReading LastReadings::complete(const std::string& container, ContainerStats now) {
  const std::lock_guard lock{mutex_};
  ContainerReading read{std::move(now), std::nullopt};
  const auto known = last_.find(container);
  if (known == last_.end()) {
    if (last_.size() >= containers_max_) {
      last_.erase(std::ranges::min_element(last_, {}, [](const auto& one) { return one.second.read_at; }));
    }
    last_.emplace(container, read.now);
    return read;
  }
  // A container that was started anew has used less than before.
  if (known->second.cpu_ns <= read.now.cpu_ns) read.before = known->second;
  if (!read.before || read.now.read_at - known->second.read_at >= span_min) known->second = read.now;
  return read;
}

}  // namespace troupe::api::metadata
