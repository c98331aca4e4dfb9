#pragma once

/// Named volumes: directories of the host that outlive containers. A volume that
/// is empty gets what the image has at its target, as in Docker.

#include "runtime/container_runtime.hpp"
#include "runtime/process/files.hpp"

#include <functional>
#include <mutex>
#include <string>

namespace troupe::runtime::oci {

/// Opens the root of an image; called only when a volume is to be filled.
using ImageRoot = std::function<Result<Descriptor>()>;

class Volumes {
 public:
  explicit Volumes(std::string directory) : directory_(std::move(directory)) {}

  /// invalid unless it is a name as Docker has them.
  static Result<void> check_name(const std::string& name);
  /// The volume's directory, made and filled when it is new or empty.
  Result<std::string> provide(const std::string& name, const std::string& target, const ImageRoot& image);
  /// The same for a directory of our own choice (an anonymous volume).
  Result<void> provide_at(const std::string& path, const std::string& target, const ImageRoot& image);
  Result<void> remove(const std::string& name);
  /// Removes what a copy left that was cut short.
  Result<void> clean();

 private:
  std::string directory_;
  std::mutex mutex_;  ///< One copy at a time: two containers may share a new volume.
};

}  // namespace troupe::runtime::oci
