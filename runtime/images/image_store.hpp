#pragma once

/// The images of this host: fetched by skopeo, unpacked once per layer, found
/// by reference or digest. README.md has the layout on disk.
///
/// Several stores, in one process or several, may be open on one directory: what
/// one pulls the others find. Thread rule: every method from any thread.

#include "runtime/container_runtime.hpp"
#include "runtime/images/image_index.hpp"
#include "runtime/images/layer_store.hpp"
#include "runtime/images/layer_unpack.hpp"
#include "runtime/images/skopeo.hpp"
#include "runtime/result.hpp"

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::runtime {

struct ImageStoreOptions {
  /// Of all layers of one image together.
  LayerLimits limits;
  SkopeoOptions skopeo{.environment = registry_environment(), .insecure_registries = {}};
  /// synced: an image that was pulled survives a loss of power, too.
  Durability durability = Durability::synced;
};

/// Whether a container needs the image.
using InUse = std::function<bool(const Image&)>;

class ImageStore {
 public:
  /// Makes the directory when it is missing, and removes what a killed process
  /// left in it when no other process has it open.
  static Result<std::unique_ptr<ImageStore>> open(const std::string& directory,
                                                  ImageStoreOptions options = {});

  /// As ContainerRuntime::pull. With `if_missing` and an image that is here,
  /// this is find(). A docker archive's image is also found under the names
  /// the archive gives it.
  Result<Image> pull(const PullRequest& request);

  /// By reference, `name@sha256:…` or a bare `sha256:…`; a look into memory.
  Result<Image> find(const std::string& reference);

  [[nodiscard]] std::vector<Image> list();

  /// Gives an image that is here one more name.
  Result<Image> tag(const std::string& reference, const std::string& name);

  /// Forgets the name; the last name of an image takes its layers along, as far
  /// as no other image has them. conflict when `in_use` says so of the last name.
  Result<void> remove(const std::string& reference, const InUse& in_use);

  /// Removes images whose name went to a newer pull, unless they are in use.
  Result<void> prune(const InUse& in_use);

  /// What overlayfs stacks, topmost first; not_found when a layer is missing.
  [[nodiscard]] Result<std::vector<std::string>> layer_directories(const Image& image) const;

 private:
  ImageStore(StorePaths paths, ImageStoreOptions options, FileLock presence,
             std::unique_ptr<ImageIndex> index);

  [[nodiscard]] StoredImagePtr lookup(const std::string& reference);
  Result<Image> pull_once(const Reference& reference, const PullRequest& request);
  Result<Image> pull_now(const Reference& reference, const PullRequest& request);
  Result<StoredImagePtr> already_here(const Source& source, const std::string& digest);
  Result<StoredImagePtr> fetch(const Source& source, const std::string& digest);
  /// Nothing when a layer has gone meanwhile.
  Result<StoredImagePtr> commit(StoredImage stored);
  Result<StoredImagePtr> add_archive_names(const Source& source, StoredImagePtr stored);
  void clean_after_failure(FailureKind kind, const std::vector<std::string>& diff_ids);
  Result<void> erase(const StoredImage& stored, const InUse& in_use);
  Result<void> free_unused(const StoredImage& stored);

  StorePaths paths_;
  ImageStoreOptions options_;
  FileLock presence_;
  std::unique_ptr<ImageIndex> index_;
  LayerStore layers_;
  Skopeo skopeo_;

  std::mutex mutex_;
  std::map<std::string, std::shared_future<Result<Image>>> flights_;
};

}  // namespace troupe::runtime
