/// From a source to unpacked layers. Every document is read by its digest and
/// checked against it: the blobs lie in a directory that outlives this pull.

#include "runtime/images/image_fetch.hpp"

#include "runtime/images/sha256.hpp"
#include "runtime/process/files.hpp"

#include <spdlog/spdlog.h>

#include <unistd.h>
#include <atomic>

namespace troupe::runtime {
namespace {

constexpr std::size_t kDocumentLimit = 8 << 20;

std::string unique_name() {
  static std::atomic<unsigned> serial{0};
  return "pull-" + std::to_string(getpid()) + "-" + std::to_string(serial++);
}

}  // namespace

ImageFetch::ImageFetch(const StorePaths& paths, LayerStore& layers, const Skopeo& skopeo,
                       const LayerLimits& limits)
    : paths_(paths), layers_(layers), skopeo_(skopeo), limits_(limits) {
  scratch_ = paths_.staging() + "/" + unique_name();
}

ImageFetch::~ImageFetch() {
  layers_.unpin(pinned_);
  if (auto removed = remove_tree(scratch_); !removed)
    spdlog::warn("image store: {}", removed.error().message);
}

Result<std::optional<StoredImage>> ImageFetch::run(const Source& source, const std::string& digest) {
  if (auto clear = remove_tree(scratch_); !clear) return clear.error();
  if (auto made = make_directories(scratch_, 0700); !made) return made.error();
  const Destination destination{.layout = scratch_ + "/layout", .blobs = paths_.blobs(), .scratch = scratch_};
  if (auto copied = skopeo_.copy(source, digest, destination); !copied) return copied.error();
  auto index = read_file(destination.layout + "/index.json", kDocumentLimit);
  if (!index) return index.error();
  auto manifest_digest = parse_index(*index);
  if (!manifest_digest) return manifest_digest.error();
  auto manifest_text = read_document(*manifest_digest);
  if (!manifest_text) return manifest_text.error();
  if (!*manifest_text) return std::optional<StoredImage>();
  auto manifest = parse_manifest(**manifest_text);
  if (!manifest) return manifest.error();
  auto config_text = read_document(manifest->config);
  if (!config_text) return config_text.error();
  if (!*config_text) return std::optional<StoredImage>();
  auto description = parse_config(**config_text);
  if (!description) return description.error();
  StoredImage stored;
  stored.documents = {*manifest_digest, manifest->config};
  stored.image.reference = source.reference.normalised();
  stored.image.digest = digest.empty() ? *manifest_digest : digest;
  stored.image.layers = std::move(description->diff_ids);
  stored.image.config = std::move(description->config);
  auto unpacked = unpack(stored, manifest->layers, source.deadline);
  if (!unpacked) return unpacked.error();
  if (!*unpacked) return std::optional<StoredImage>();
  return std::optional(std::move(stored));
}

Result<std::optional<std::string>> ImageFetch::read_document(const std::string& digest) const {
  const auto path = paths_.blob(digest);
  auto text = read_file(path, kDocumentLimit);
  if (!text && text.error().kind == FailureKind::not_found) return std::optional<std::string>();
  if (!text) return text.error();
  if (sha256_digest(*text) == digest) return std::optional(std::move(*text));
  // Damaged, or half of it after a loss of power: the next attempt fetches it.
  if (auto removed = remove_tree(path); !removed) return removed.error();
  return std::optional<std::string>();
}

Result<bool> ImageFetch::unpack(StoredImage& stored, const std::vector<std::string>& blobs,
                                Deadline deadline) {
  const auto& diff_ids = stored.image.layers;
  if (blobs.size() != diff_ids.size()) {
    return Failure{FailureKind::failed, "the image is malformed: it has " + std::to_string(blobs.size()) +
                                            " layers, but " + std::to_string(diff_ids.size()) + " diff ids"};
  }
  layers_.pin(diff_ids);
  pinned_.insert(pinned_.end(), diff_ids.begin(), diff_ids.end());
  auto left = limits_;
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    auto size = layers_.ensure({.diff_id = diff_ids[i],
                                .blob = blobs[i],
                                .scratch = scratch_,
                                .limits = left,
                                .deadline = deadline});
    if (!size) return size.error();
    if (!*size) return false;
    stored.image.size_bytes += **size;
    if (**size > left.unpacked_bytes) {
      return Failure{FailureKind::no_space, "the image is larger than the limit of " +
                                                std::to_string(limits_.unpacked_bytes) + " bytes"};
    }
    left.unpacked_bytes -= **size;
  }
  return true;
}

}  // namespace troupe::runtime
