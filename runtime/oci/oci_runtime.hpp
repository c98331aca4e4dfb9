#pragma once

/// The adapter that runs containers without a daemon: images from runtime/images,
/// networks from runtime/network, conmon and crun (or runc) for the rest.
/// README.md has the layout on disk and the rules for crashes.

#include "runtime/container_runtime.hpp"
#include "runtime/images/image_store.hpp"
#include "runtime/network/networks.hpp"

#include <memory>
#include <string>

namespace troupe::runtime {

struct OciOptions {
  /// Absolute, without ',' and ':'. Images go to DIR/images, networks to DIR/networks.
  std::string data_directory;
  /// "crun", "runc" or a path; empty: crun, or runc where there is no crun.
  std::string runtime_program;
  /// Name of the control group, at the root, that holds all sandboxes.
  std::string cgroup_parent = "troupe";
  /// Its data_directory is set from ours.
  NetworkOptions network;
  ImageStoreOptions images;
};

/// denied: not root; conflict: another process uses the directory; not_found: a
/// program is missing (the text names its Debian package).
Result<std::unique_ptr<ContainerRuntime>> open_oci_runtime(const OciOptions& options);

/// Whether a container below this data directory has its root file system from the
/// image with this digest; also while another process runs it. A container that
/// ended needs its image until its sandbox is released.
bool image_in_use(const std::string& data_directory, const std::string& digest);

}  // namespace troupe::runtime
