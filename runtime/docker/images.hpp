#pragma once

/// Images in the engine's own store, under the names of the port. Registries are
/// asked by the engine; local files (`oci:`, `docker-archive:`) are loaded into it,
/// under a name made from the file's.
///
/// Thread rule: any thread. Two pulls of one name are the caller's to prevent.

#include "runtime/docker/engine.hpp"

#include "runtime/container_runtime.hpp"
#include "runtime/images/reference.hpp"

#include <string>
#include <vector>

namespace troupe::runtime::docker {

struct FoundImage {
  Image image;
  std::string id;  ///< The engine's.
};

class EngineImages {
 public:
  /// `directory` remembers which files the loaded images came from.
  EngineImages(const Engine& engine, std::string directory)
      : engine_(engine), directory_(std::move(directory)) {}

  Result<void> fetch(const Reference& reference, const PullRequest& request) const;
  /// By name, or by digest alone.
  [[nodiscard]] Result<FoundImage> find(const std::string& text) const;
  [[nodiscard]] Result<std::vector<Image>> list() const;
  Result<void> remove(const std::string& text) const;

 private:
  Result<void> pull(const Reference& reference, const PullRequest& request) const;
  Result<void> load(const Reference& reference, const PullRequest& request) const;
  [[nodiscard]] Result<std::string> name_of_digest(const std::string& digest) const;

  const Engine& engine_;
  std::string directory_;
};

}  // namespace troupe::runtime::docker
