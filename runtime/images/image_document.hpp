#pragma once

/// The JSON documents of an image, read from text a registry sent: nothing in
/// them is trusted beyond its type.
///
/// Source: OCI image-spec v1.1, image-layout.md, manifest.md, config.md.

#include "runtime/container_runtime.hpp"
#include "runtime/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::runtime {

struct ImageManifest {
  std::string config;               ///< Digest.
  std::vector<std::string> layers;  ///< Digests of the blobs, lowest first.
};

struct ImageDescription {
  std::vector<std::string> diff_ids;  ///< Lowest first.
  ImageConfig config;
};

/// The digest of the one manifest of an OCI layout's index.json.
Result<std::string> parse_index(std::string_view text);
Result<ImageManifest> parse_manifest(std::string_view text);
Result<ImageDescription> parse_config(std::string_view text);

/// The names a registry or an archive gave to its images in skopeo's
/// `list-tags` output.
Result<std::vector<std::string>> parse_tags(std::string_view text);

/// The file that gives skopeo a registry's credentials.
std::string make_auth_file(const std::string& registry, const RegistryCredentials& credentials);

}  // namespace troupe::runtime
