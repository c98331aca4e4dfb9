#pragma once

/// Names of images, as people write them and as the store keeps them. The
/// grammar is Docker's (distribution/reference): `busybox` means
/// docker.io/library/busybox:latest, a first component with a dot, a colon or
/// an upper-case letter (or `localhost`) is a registry. Local files are
/// `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]` and `docker-archive:FILE[:NAME]`.

#include "runtime/result.hpp"

#include <string>

namespace troupe::runtime {

enum class Transport : std::uint8_t { registry, oci_layout, oci_archive, docker_archive };

/// One parsed name. Of `tag` and `digest` exactly one is set for a registry.
struct Reference {
  Transport transport = Transport::registry;
  std::string registry;    ///< "docker.io", "127.0.0.1:5000"
  std::string repository;  ///< "library/busybox"
  std::string tag;
  std::string digest;  ///< "sha256:" and 64 hex digits
  std::string path;    ///< Local files: absolute.
  std::string member;  ///< Local files: which image of several; may be empty.

  /// The one spelling under which the store keeps it.
  [[nodiscard]] std::string normalised() const;
  /// registry/repository, without tag or digest.
  [[nodiscard]] std::string name() const;
  /// What skopeo calls it. `digest` replaces the tag when it is not empty.
  [[nodiscard]] std::string skopeo_name(const std::string& pinned_digest = {}) const;
  /// A registry on this machine, which may speak plain HTTP.
  [[nodiscard]] bool on_loopback() const;
};

/// invalid, with what is wrong, when no registry could ever have it. A tag
/// beside a digest is dropped, as Docker does. A relative path of a local file
/// is made absolute from the working directory.
Result<Reference> parse_reference(const std::string& text);

/// "sha256:" and 64 lower-case hex digits.
bool is_digest(const std::string& text);

}  // namespace troupe::runtime
