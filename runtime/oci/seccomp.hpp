#pragma once

/// The filter of system calls. Debian ships the profile of the containers
/// project (package golang-github-containers-common); it says which rules hold
/// for which capabilities and machines. Here it is resolved into the form of the
/// OCI specification, and narrowed where Docker's own default is narrower:
/// namespaces, mounts, bpf and keyrings only with CAP_SYS_ADMIN or not at all.

#include "runtime/result.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::runtime::oci {

class SeccompProfile {
 public:
  /// not_found when the file is missing, invalid when it is not a profile.
  static Result<SeccompProfile> load(const std::string& path = "/usr/share/containers/seccomp.json");
  static Result<SeccompProfile> parse(const std::string& text);

  /// `linux.seccomp` of config.json for a process with these capabilities, on this machine.
  [[nodiscard]] boost::json::object resolve(const std::vector<std::string>& capabilities) const;

 private:
  boost::json::object profile_;
};

/// Compiled filters. Compiling one costs crun 13 ms, more than the rest of
/// create together; crun leaves the result in its state, and takes it back
/// through the annotation `run.oci.seccomp_bpf_data`. Thread-safe.
class CompiledFilters {
 public:
  /// The filter in base64 for this profile; empty when it is not known yet.
  std::string find(const std::string& profile_text);
  /// Remembers what crun compiled; a missing or odd file is no harm.
  void learn(const std::string& profile_text, const std::string& compiled_path);

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> filters_;
};

}  // namespace troupe::runtime::oci
