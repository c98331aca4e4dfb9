#pragma once

/// One pull on its way: skopeo copies the image into a staging directory, its
/// documents are checked, its layers unpacked. Ending this object removes the
/// staging directory and lets go of the layers, so it lives until the image is
/// in the index.

#include "runtime/images/image_document.hpp"
#include "runtime/images/image_index.hpp"
#include "runtime/images/layer_store.hpp"
#include "runtime/images/skopeo.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::runtime {

class ImageFetch {
 public:
  ImageFetch(const StorePaths& paths, LayerStore& layers, const Skopeo& skopeo, const LayerLimits& limits);
  ImageFetch(const ImageFetch&) = delete;
  ImageFetch& operator=(const ImageFetch&) = delete;
  ~ImageFetch();

  /// @param digest  What the source's name means, when the registry said so
  ///                before; empty: the digest of the copied manifest.
  /// @return  Everything but the time; nothing when a shared blob was removed
  ///          meanwhile and the whole is to be done again.
  Result<std::optional<StoredImage>> run(const Source& source, const std::string& digest);

  /// The layers this pull has touched, to be cleaned when it failed.
  [[nodiscard]] const std::vector<std::string>& layers() const { return pinned_; }

 private:
  /// Nothing when it is not here.
  Result<std::optional<std::string>> read_document(const std::string& digest) const;
  Result<bool> unpack(StoredImage& stored, const std::vector<std::string>& blobs, Deadline deadline);

  const StorePaths& paths_;
  LayerStore& layers_;
  const Skopeo& skopeo_;
  LayerLimits limits_;
  std::string scratch_;
  std::vector<std::string> pinned_;
};

}  // namespace troupe::runtime
