#pragma once

/// skopeo fetches images; this is how we call it and read what it says. It
/// knows registries, tokens, mirrors, proxies, trust policies and every archive
/// format better than code of ours would.

#include "runtime/container_runtime.hpp"
#include "runtime/images/reference.hpp"
#include "runtime/process/process.hpp"
#include "runtime/result.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::runtime {

using Deadline = std::chrono::steady_clock::time_point;

struct SkopeoOptions {
  /// Added to skopeo's environment: proxies and the host's own registry logins.
  std::map<std::string, std::string> environment;
  /// "host:port" of registries that may speak plain HTTP, beside those on loopback.
  std::set<std::string> insecure_registries;
};

/// One source to ask, and as whom.
struct Source {
  Reference reference;
  std::optional<RegistryCredentials> credentials;
  Deadline deadline;
};

/// Where a copy goes: an OCI layout whose blobs are beside those of all others.
struct Destination {
  std::string layout;   ///< A directory that does not exist yet.
  std::string blobs;    ///< Shared: a blob that is here already is not fetched.
  std::string scratch;  ///< For skopeo's temporary files.
};

class Skopeo {
 public:
  explicit Skopeo(SkopeoOptions options) : options_(std::move(options)) {}

  /// The digest of what the source's name means now, a multi-platform index as
  /// it is. One request, nothing is fetched but the manifest.
  [[nodiscard]] Result<std::string> digest(const Source& source) const;

  /// Fetches the image for this machine's platform. `pinned_digest` is fetched
  /// instead of the tag when it is not empty.
  [[nodiscard]] Result<void> copy(const Source& source, const std::string& pinned_digest,
                                  const Destination& destination) const;

  /// The names of the images in a docker archive.
  [[nodiscard]] Result<std::vector<std::string>> tags(const Source& source) const;

 private:
  struct Call;
  [[nodiscard]] Result<std::string> run_skopeo(const Source& source, Call call) const;

  SkopeoOptions options_;
};

/// What skopeo's output means: its last line without time and level, and what a
/// caller can do about it.
Failure skopeo_failure(const std::string& output);

/// The variables of this process that skopeo should see: proxies, certificates, logins.
std::map<std::string, std::string> registry_environment();

}  // namespace troupe::runtime
