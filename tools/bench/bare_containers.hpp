#pragma once

/// The floor: conmon and crun without anything of ours around them, started with
/// the very config.json and overlay that the daemon made for a task.

#include "runtime/oci/cgroups.hpp"
#include "runtime/oci/launcher.hpp"
#include "tools/bench/latencies.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::tools::bench {

class BareContainers {
 public:
  /// @param sample  Directory of a container that the daemon runs right now, on
  ///                the host's network; its files are copied.
  /// @param layers  Of its image, topmost first.
  /// @param at      An empty directory to work in.
  static runtime::Result<BareContainers> prepare(const std::string& sample,
                                                 const std::vector<std::string>& layers,
                                                 const std::string& at);

  /// Makes everything that stands before conmon: directories and config.json.
  runtime::Result<runtime::oci::Launch> make_bundle(const std::string& name) const;
  /// Runs `conmon` (with `crun create`) and `crun start`. @return what these two
  /// took. Thread-safe for different containers.
  runtime::Result<Nanos> start(const runtime::oci::Launch& launch) const;
  runtime::Result<void> remove(const std::string& name) const;
  /// Removes the control group of all.
  runtime::Result<void> finish() const;

 private:
  BareContainers(runtime::oci::Layout layout, runtime::oci::Cgroups cgroups, runtime::oci::Launcher launcher)
      : layout_(std::move(layout)), cgroups_(std::move(cgroups)), launcher_(std::move(launcher)) {}

  runtime::oci::Layout layout_;
  runtime::oci::Cgroups cgroups_;
  runtime::oci::Launcher launcher_;
  std::string sample_;
  std::string config_;  ///< The sample's config.json.
  std::string group_;
  std::vector<std::string> layers_;
};

}  // namespace troupe::tools::bench
