/// Keeps memory and files the same: a change is written first, then counted,
/// then seen.

#include "runtime/images/image_index.hpp"

#include "runtime/images/sha256.hpp"
#include "runtime/process/files.hpp"

#include <spdlog/spdlog.h>

#include <unistd.h>
#include <cerrno>
#include <filesystem>

namespace troupe::runtime {

Result<std::unique_ptr<ImageIndex>> ImageIndex::open(const std::string& directory,
                                                     const std::string& generation) {
  auto counter = Generation::open(generation);
  if (!counter) return counter.error();
  std::unique_ptr<ImageIndex> index(new ImageIndex(directory, std::move(*counter)));
  index->seen_generation_ = index->generation_->value();
  index->load();
  return index;
}

std::string ImageIndex::file_of(const std::string& reference) const {
  return directory_ + "/" + digest_hex(sha256_digest(reference)) + ".json";
}

void ImageIndex::load() {
  by_reference_.clear();
  by_digest_.clear();
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const auto path = entry.path().string();
    if (!path.ends_with(".json")) continue;
    auto text = read_file(path);
    if (!text) continue;  // Removed while we looked.
    auto stored = parse_image(*text);
    if (!stored) {
      spdlog::warn("image store skips {}: {}", path, stored.error().message);
      continue;
    }
    insert(std::make_shared<const StoredImage>(std::move(*stored)));
  }
  if (error) spdlog::warn("image store cannot read {}: {}", directory_, error.message());
}

void ImageIndex::refresh() {
  const auto now = generation_->value();
  if (now == seen_generation_) return;
  seen_generation_ = now;
  load();
}

void ImageIndex::insert(StoredImagePtr stored) {
  const auto& image = stored->image;
  drop(image.reference);
  by_digest_.emplace(image.digest, stored);
  by_reference_.emplace(image.reference, std::move(stored));
}

void ImageIndex::drop(const std::string& reference) {
  const auto found = by_reference_.find(reference);
  if (found == by_reference_.end()) return;
  const auto [first, last] = by_digest_.equal_range(found->second->image.digest);
  for (auto it = first; it != last; ++it) {
    if (it->second == found->second) {
      by_digest_.erase(it);
      break;
    }
  }
  by_reference_.erase(found);
}

StoredImagePtr ImageIndex::find(const std::string& reference) {
  const std::scoped_lock lock(mutex_);
  refresh();
  const auto found = by_reference_.find(reference);
  return found == by_reference_.end() ? nullptr : found->second;
}

StoredImagePtr ImageIndex::find_digest(const std::string& digest, const std::string& name) {
  const std::scoped_lock lock(mutex_);
  refresh();
  const auto [first, last] = by_digest_.equal_range(digest);
  for (auto it = first; it != last; ++it) {
    const auto& reference = it->second->image.reference;
    const bool named = reference.starts_with(name) && reference.size() > name.size() &&
                       (reference[name.size()] == ':' || reference[name.size()] == '@');
    if (name.empty() || named) return it->second;
  }
  return nullptr;
}

std::vector<StoredImagePtr> ImageIndex::all() {
  const std::scoped_lock lock(mutex_);
  refresh();
  std::vector<StoredImagePtr> images;
  for (const auto& [reference, stored] : by_reference_) images.push_back(stored);
  return images;
}

Result<void> ImageIndex::put(StoredImage stored) {
  const std::scoped_lock lock(mutex_);
  refresh();
  const auto path = file_of(stored.image.reference);
  if (auto written = write_file_atomically(path, serialize_image(stored), Durability::synced, 0600);
      !written) {
    return written.error();
  }
  insert(std::make_shared<const StoredImage>(std::move(stored)));
  if (auto counted = generation_->advance(); !counted) return counted.error();
  seen_generation_ = generation_->value();
  return {};
}

Result<void> ImageIndex::erase(const std::string& reference) {
  const std::scoped_lock lock(mutex_);
  refresh();
  const auto path = file_of(reference);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return errno_failure("cannot remove " + path, errno);
  drop(reference);
  if (auto counted = generation_->advance(); !counted) return counted.error();
  seen_generation_ = generation_->value();
  return {};
}

std::set<std::string> ImageIndex::layers_in_use() {
  std::set<std::string> layers;
  for (const auto& stored : all()) layers.insert(stored->image.layers.begin(), stored->image.layers.end());
  return layers;
}

std::set<std::string> ImageIndex::documents_in_use() {
  std::set<std::string> documents;
  for (const auto& stored : all()) documents.insert(stored->documents.begin(), stored->documents.end());
  return documents;
}

}  // namespace troupe::runtime
