#pragma once

/// Which images the store has: one small JSON file per reference, all of them
/// also in memory. Looking one up touches neither disk nor lock of a file.

#include "runtime/container_runtime.hpp"
#include "runtime/images/file_lock.hpp"
#include "runtime/images/reference.hpp"
#include "runtime/result.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::runtime {

/// An image and what only the store needs to know of it.
struct StoredImage {
  Image image;
  std::vector<std::string> documents;  ///< Digests of its manifest and configuration blobs.
  /// A newer image took its name; it stays for the containers that use it.
  bool replaced = false;
};
using StoredImagePtr = std::shared_ptr<const StoredImage>;

class ImageIndex {
 public:
  /// Reads the files of a directory; unreadable ones are left out and logged.
  static Result<std::unique_ptr<ImageIndex>> open(const std::string& directory,
                                                  const std::string& generation);

  /// Each of these first takes in what other processes have changed.
  [[nodiscard]] StoredImagePtr find(const std::string& reference);
  /// An image with this digest; `name` (registry/repository) narrows it when not empty.
  [[nodiscard]] StoredImagePtr find_digest(const std::string& digest, const std::string& name = {});
  [[nodiscard]] std::vector<StoredImagePtr> all();

  /// The two changes; the caller holds the store's lock of changes.
  Result<void> put(StoredImage stored);
  Result<void> erase(const std::string& reference);

  /// The layers of all images, and their documents.
  [[nodiscard]] std::set<std::string> layers_in_use();
  [[nodiscard]] std::set<std::string> documents_in_use();

 private:
  ImageIndex(std::string directory, std::unique_ptr<Generation> generation)
      : directory_(std::move(directory)), generation_(std::move(generation)) {}
  void refresh();
  void load();
  void insert(StoredImagePtr stored);
  void drop(const std::string& reference);
  [[nodiscard]] std::string file_of(const std::string& reference) const;

  std::string directory_;
  std::unique_ptr<Generation> generation_;
  std::mutex mutex_;
  std::uint64_t seen_generation_ = 0;
  std::map<std::string, StoredImagePtr> by_reference_;
  std::multimap<std::string, StoredImagePtr> by_digest_;
};

/// The text of a reference's file, and back.
std::string serialize_image(const StoredImage& stored);
Result<StoredImage> parse_image(std::string_view text);

}  // namespace troupe::runtime
