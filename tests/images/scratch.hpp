#pragma once

/// A directory of a test's own, and the store in it.

#include "runtime/images/image_store.hpp"
#include "runtime/process/files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace troupe::testing {

class Scratch {
 public:
  Scratch() {
    std::string pattern = "/tmp/troupe-images-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { EXPECT_TRUE(runtime::remove_tree(path_)); }

  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

  /// An empty directory below it.
  [[nodiscard]] std::string make(const std::string& name) const {
    EXPECT_TRUE(runtime::make_directories(path(name)));
    return path(name);
  }

 private:
  std::string path_;
};

/// A store that does not wait for the disk.
inline std::unique_ptr<runtime::ImageStore> open_store(const std::string& directory,
                                                       runtime::LayerLimits limits = {}) {
  runtime::ImageStoreOptions options;
  options.limits = limits;
  options.durability = runtime::Durability::cached;
  auto store = runtime::ImageStore::open(directory, std::move(options));
  EXPECT_TRUE(store) << store.error().message;
  return store ? std::move(*store) : nullptr;
}

inline runtime::PullRequest request_for(const std::string& reference,
                                        runtime::PullPolicy policy = runtime::PullPolicy::if_missing) {
  return {.reference = reference,
          .policy = policy,
          .credentials = std::nullopt,
          .deadline = std::chrono::seconds(60)};
}

}  // namespace troupe::testing
