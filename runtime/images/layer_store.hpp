#pragma once

/// Unpacked layers, each once, however many images share it, and the blobs
/// they came from.
///
/// A blob whose layer is unpacked gives its disk space back: a sparse file of
/// the same size stays in its place, which is all skopeo looks at to see that
/// it need not be fetched again. `layers/…/blobs/DIGEST` says that a blob was
/// verified to make the layer; without it nobody believes a blob.

#include "runtime/images/layer_unpack.hpp"
#include "runtime/images/skopeo.hpp"
#include "runtime/result.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::runtime {

/// Where things are below the store's directory.
struct StorePaths {
  std::string root;
  [[nodiscard]] std::string images() const { return root + "/images"; }
  [[nodiscard]] std::string layers() const { return root + "/layers"; }
  [[nodiscard]] std::string blobs() const { return root + "/blobs"; }
  [[nodiscard]] std::string blob(const std::string& digest) const;
  [[nodiscard]] std::string staging() const { return root + "/staging"; }
  /// Of 32 digits, so that many of these paths fit into a mount's options;
  /// the whole diff id is in the layer's own record.
  [[nodiscard]] std::string layer(const std::string& diff_id) const;
  [[nodiscard]] std::string layer_root(const std::string& diff_id) const { return layer(diff_id) + "/fs"; }
};

class LayerStore {
 public:
  explicit LayerStore(StorePaths paths) : paths_(std::move(paths)) {}

  struct Wanted {
    std::string diff_id;
    std::string blob;     ///< Digest.
    std::string scratch;  ///< A directory of the pull, on the same file system.
    LayerLimits limits;
    Deadline deadline;
  };
  /// The unpacked size of the layer, after unpacking it when it is new. Nothing
  /// when the blob has gone meanwhile and must be fetched again.
  Result<std::optional<std::uint64_t>> ensure(const Wanted& wanted);

  /// Whether it is unpacked and complete.
  [[nodiscard]] bool has(const std::string& diff_id) const;

  /// Pinned layers are not released; a pull pins what it is about to use.
  void pin(const std::vector<std::string>& diff_ids);
  void unpin(const std::vector<std::string>& diff_ids);

  /// Takes a layer and its blobs away, unless it is pinned. What it takes is
  /// moved aside only, which is quick; remove_released() frees the space.
  Result<void> release(const std::string& diff_id);
  Result<void> remove_released();

  /// Makes everything unpacked so far survive a loss of power.
  Result<void> sync();

  /// Removes everything that no image uses. Only when nobody else has the store open.
  void sweep(const std::set<std::string>& layers, const std::set<std::string>& documents);
  /// Removes blobs that belong to no unpacked layer: what a failed pull leaves.
  void sweep_blobs(const std::set<std::string>& documents);

 private:
  class Claim;
  Result<std::optional<std::uint64_t>> unpack(const Wanted& wanted);
  Result<void> settle_blob(const Wanted& wanted);
  [[nodiscard]] std::optional<std::uint64_t> recorded_size(const std::string& diff_id) const;

  StorePaths paths_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::set<std::string> claimed_;
  std::multiset<std::string> pinned_;
  std::vector<std::string> released_;  ///< Trees in staging.
};

}  // namespace troupe::runtime
