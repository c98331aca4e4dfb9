#pragma once

/// Turns a layer blob into the directory overlayfs stacks, in one pass: the
/// bytes are decompressed, hashed against the layer's diff id and written.

#include "runtime/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace troupe::runtime {

/// Bounds of one layer. They stop archives made to fill a disk, not real images.
struct LayerLimits {
  std::uint64_t unpacked_bytes = 64ULL << 30U;  ///< Of the tar, and of the files' sizes together.
  std::uint64_t entries = 1'000'000;
};

struct UnpackedLayer {
  std::uint64_t size_bytes = 0;  ///< Of its files, hard links counted once.
  std::uint64_t entries = 0;
};

/// Unpacks `blob` into `directory`, which is empty and exists. Whiteouts become
/// overlayfs's (a character device 0:0, trusted.overlay.opaque); of extended
/// attributes security.capability and user.* are kept, those that would speak
/// to overlayfs itself never are.
///
/// @return  failed: not a tar, an entry that leaves the root, or bytes that are
///          not those of `diff_id`. no_space: the disk is full or a limit is
///          passed. unavailable: `deadline` is over. After a failure the
///          directory has undefined content and is the caller's to remove.
///
/// Source: OCI image-spec, layer.md ("Whiteouts", "Changeset").
Result<UnpackedLayer> unpack_layer(const std::string& blob, const std::string& directory,
                                   const std::string& diff_id, const LayerLimits& limits,
                                   std::chrono::steady_clock::time_point deadline);

/// Only reads and hashes: whether the blob is the one that makes `diff_id`.
Result<void> verify_layer(const std::string& blob, const std::string& diff_id, const LayerLimits& limits,
                          std::chrono::steady_clock::time_point deadline);

}  // namespace troupe::runtime
