#pragma once

/// The account's capacity providers as their registry last had them, for its clusters to look at:
/// they ask in the middle of a placement, when nobody's call brings them along.

#include "actors/core/capacity_providers.hpp"

#include <mutex>

namespace troupe::control {

/// Thread-safe; the registry writes, clusters read.
class ProviderBook {
 public:
  explicit ProviderBook(core::ProvidersPtr providers) : providers_(std::move(providers)) {}

  [[nodiscard]] core::ProvidersPtr read() const {
    const std::lock_guard lock{mutex_};
    return providers_;
  }
  void write(core::ProvidersPtr providers) {
    const std::lock_guard lock{mutex_};
    providers_ = std::move(providers);
  }

 private:
  mutable std::mutex mutex_;
  core::ProvidersPtr providers_;
};

}  // namespace troupe::control
