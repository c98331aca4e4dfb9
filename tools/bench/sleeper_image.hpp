#pragma once

/// The image that is started again and again: busybox alone, asleep.

#include "runtime/container_runtime.hpp"

#include <string>

namespace troupe::tools::bench {

/// A docker archive at `path` with busybox-static as /bin/sleep. Its containers
/// are stopped by SIGKILL: a first process has no default reaction to SIGTERM.
/// not_found: there is no busybox on this host.
runtime::Result<void> make_sleeper_image(const std::string& path);

/// Loads an archive into the image store of a data directory; answers the image
/// and its layer directories, topmost first.
struct LoadedImage {
  std::string reference;
  std::vector<std::string> layers;
};
runtime::Result<LoadedImage> load_image(const std::string& data, const std::string& archive);

}  // namespace troupe::tools::bench
