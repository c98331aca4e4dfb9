/// Which images containers need: read from the records on disk, so that it is also
/// known of containers that another process runs.

#include "runtime/oci/layout.hpp"
#include "runtime/oci/oci_runtime.hpp"
#include "runtime/oci/records.hpp"
#include "runtime/process/files.hpp"

#include <unistd.h>
#include <algorithm>
#include <filesystem>

namespace troupe::runtime {

bool image_in_use(const std::string& data_directory, const std::string& digest) {
  const oci::Layout layout(data_directory);
  std::error_code none_yet;
  const std::filesystem::directory_iterator all(layout.containers(), none_yet);
  return std::any_of(begin(all), end(all), [&](const auto& entry) {
    const auto text = read_file(entry.path().string() + "/state.json");
    const auto record = text ? oci::container_from_json(*text) : Result<oci::ContainerRecord>(text.error());
    // One that was released keeps its record, and has no root file system any more.
    return record && record->image_digest == digest && access((entry.path() / "rootfs").c_str(), F_OK) == 0;
  });
}

}  // namespace troupe::runtime
