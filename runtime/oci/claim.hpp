#pragma once

/// Mutual exclusion of operations on one container or sandbox.

#include "runtime/oci/adapter.hpp"

namespace troupe::runtime::oci {

class Adapter::Claim {
 public:
  /// Waits while another operation has the same name; each of those is bounded.
  Claim(Adapter& adapter, std::string name) : adapter_(adapter), name_(std::move(name)) {
    std::unique_lock lock(adapter_.mutex_);
    adapter_.freed_.wait(lock, [&] { return !adapter_.busy_.contains(name_); });
    adapter_.busy_.insert(name_);
  }
  ~Claim() {
    {
      const std::lock_guard lock(adapter_.mutex_);
      adapter_.busy_.erase(name_);
    }
    adapter_.freed_.notify_all();
  }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

 private:
  Adapter& adapter_;
  std::string name_;
};

}  // namespace troupe::runtime::oci
