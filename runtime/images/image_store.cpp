/// Who waits for whom, what is kept and what may go; fetching itself is in
/// image_fetch.cpp.

#include "runtime/images/image_store.hpp"

#include "runtime/images/image_fetch.hpp"
#include "runtime/images/sha256.hpp"
#include "runtime/process/files.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::runtime {
namespace {

// A shared blob may be removed under a pull, by another process even; more often than this it is a fault.
constexpr int kAttempts = 5;

Failure not_here(const std::string& reference) {
  return {FailureKind::not_found, "the image " + reference + " is not on this host"};
}

}  // namespace

ImageStore::ImageStore(StorePaths paths, ImageStoreOptions options, FileLock presence,
                       std::unique_ptr<ImageIndex> index)
    : paths_(std::move(paths)),
      options_(std::move(options)),
      presence_(std::move(presence)),
      index_(std::move(index)),
      layers_(paths_),
      skopeo_(options_.skopeo) {}

Result<std::unique_ptr<ImageStore>> ImageStore::open(const std::string& directory,
                                                     ImageStoreOptions options) {
  StorePaths paths{directory};
  // Layers hold setuid programs and devices: only root may walk in.
  if (auto made = make_directories(directory, 0700); !made) return made.error();
  for (const auto& path : {paths.images(), paths.layers(), paths.blobs() + "/sha256", paths.staging()}) {
    if (auto made = make_directories(path, 0700); !made) return made.error();
  }
  auto presence = FileLock::try_take(directory + "/presence", FileLock::Mode::exclusive);
  const bool alone = presence.has_value();
  if (!alone && presence.error().kind != FailureKind::conflict) return presence.error();
  if (!alone) presence = FileLock::take(directory + "/presence", FileLock::Mode::shared);
  if (!presence) return presence.error();
  auto index = ImageIndex::open(paths.images(), directory + "/generation");
  if (!index) return index.error();
  std::unique_ptr<ImageStore> store(
      new ImageStore(std::move(paths), std::move(options), std::move(*presence), std::move(*index)));
  if (alone) {
    store->layers_.sweep(store->index_->layers_in_use(), store->index_->documents_in_use());
    if (auto shared = store->presence_.share(); !shared) return shared.error();
  }
  return store;
}

StoredImagePtr ImageStore::lookup(const std::string& reference) {
  if (is_digest(reference)) return index_->find_digest(reference);
  const auto parsed = parse_reference(reference);
  if (!parsed) return nullptr;
  if (auto stored = index_->find(parsed->normalised())) return stored;
  return parsed->digest.empty() ? nullptr : index_->find_digest(parsed->digest, parsed->name());
}

Result<Image> ImageStore::find(const std::string& reference) {
  if (const auto stored = lookup(reference)) return stored->image;
  if (!is_digest(reference)) {
    if (auto parsed = parse_reference(reference); !parsed) return parsed.error();
  }
  return not_here(reference);
}

std::vector<Image> ImageStore::list() {
  std::vector<Image> images;
  for (const auto& stored : index_->all()) images.push_back(stored->image);
  return images;
}

Result<Image> ImageStore::pull(const PullRequest& request) {
  auto reference = parse_reference(request.reference);
  if (!reference) return reference.error();
  if (request.credentials && request.credentials->username.find(':') != std::string::npos) {
    return Failure{FailureKind::invalid, "the user name of a registry cannot contain a colon"};
  }
  if (request.policy != PullPolicy::always) {
    // One that waits for prune() is wanted again: pulling it by that name says so.
    const auto stored = lookup(request.reference);
    if (stored && !stored->replaced) return stored->image;
    if (stored && request.policy == PullPolicy::never) return stored->image;
    if (request.policy == PullPolicy::never) return not_here(reference->normalised());
  }
  return pull_once(*reference, request);
}

Result<Image> ImageStore::pull_once(const Reference& reference, const PullRequest& request) {
  // One flight for those who would be told the same: who is asking belongs to it.
  auto key = reference.normalised();
  if (request.credentials) {
    key +=
        '\n' + request.credentials->username + '\n' + sha256_digest(request.credentials->password.reveal());
  }
  std::promise<Result<Image>> promise;
  std::shared_future<Result<Image>> flight;
  bool mine = false;
  {
    const std::scoped_lock lock(mutex_);
    auto [place, inserted] = flights_.try_emplace(key);
    if (inserted) place->second = promise.get_future().share();
    flight = place->second;
    mine = inserted;
  }
  if (!mine) {
    if (flight.wait_for(request.deadline) == std::future_status::ready) return flight.get();
    return Failure{FailureKind::unavailable, "pulling " + reference.normalised() + " did not end in time"};
  }
  auto result = pull_now(reference, request);
  {
    const std::scoped_lock lock(mutex_);
    flights_.erase(key);
  }
  promise.set_value(result);
  return result;
}

Result<Image> ImageStore::pull_now(const Reference& reference, const PullRequest& request) {
  const auto started = std::chrono::steady_clock::now();
  const Source source{
      .reference = reference, .credentials = request.credentials, .deadline = started + request.deadline};
  auto digest = reference.digest;
  if (reference.transport == Transport::registry &&
      (digest.empty() || request.policy == PullPolicy::always)) {
    auto asked = skopeo_.digest(source);
    if (!asked) return asked.error();
    digest = *asked;
  }
  auto stored = already_here(source, digest);
  if (!stored) return stored.error();
  if (*stored) return (*stored)->image;
  stored = fetch(source, digest);
  if (stored) stored = add_archive_names(source, *stored);
  if (!stored) return stored.error();
  const auto& image = (*stored)->image;
  spdlog::info(
      "image store pulled {}: {}, {} layers, {} bytes, {} ms", image.reference, image.digest,
      image.layers.size(), image.size_bytes,
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started)
          .count());
  return image;
}

Result<StoredImagePtr> ImageStore::already_here(const Source& source, const std::string& digest) {
  if (digest.empty()) return StoredImagePtr();
  const auto wanted = source.reference.normalised();
  auto known = index_->find(wanted);
  if (!known || known->image.digest != digest) known = index_->find_digest(digest);
  if (!known) return StoredImagePtr();
  const auto& layers = known->image.layers;
  if (!std::all_of(layers.begin(), layers.end(), [&](const auto& layer) { return layers_.has(layer); })) {
    return StoredImagePtr();
  }
  if (known->image.reference == wanted && !known->replaced) return known;
  auto named = *known;
  named.image.reference = wanted;
  named.replaced = false;
  return commit(std::move(named));
}

Result<StoredImagePtr> ImageStore::fetch(const Source& source, const std::string& digest) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::vector<std::string> touched;
    std::optional<Failure> failure;
    {
      ImageFetch fetching(paths_, layers_, skopeo_, options_.limits);
      auto stored = fetching.run(source, digest);
      if (!stored) failure = stored.error();
      if (stored && *stored) {
        auto committed = commit(std::move(**stored));
        if (committed && *committed) return committed;
        if (!committed) failure = committed.error();
      }
      touched = fetching.layers();
    }
    if (failure) {
      clean_after_failure(failure->kind, touched);
      return *failure;
    }
  }
  return Failure{FailureKind::unavailable,
                 "the layers of " + source.reference.normalised() + " keep being removed"};
}

Result<StoredImagePtr> ImageStore::commit(StoredImage stored) {
  stored.image.pulled_at = std::chrono::system_clock::now();
  if (options_.durability == Durability::synced) {
    if (auto synced = layers_.sync(); !synced) return synced.error();
  }
  auto lock = FileLock::take(paths_.root + "/changes", FileLock::Mode::exclusive);
  if (!lock) return lock.error();
  for (const auto& layer : stored.image.layers) {
    if (!layers_.has(layer)) return StoredImagePtr();
  }
  const auto reference = stored.image.reference;
  const auto before = index_->find(reference);
  if (before && before->image.digest != stored.image.digest) {
    // Containers may run on it: it stays under its digest until prune().
    auto kept = *before;
    const auto parsed = parse_reference(reference);
    kept.image.reference = (parsed && parsed->transport == Transport::registry ? parsed->name() : reference) +
                           "@" + before->image.digest;
    kept.replaced = true;
    if (!index_->find(kept.image.reference)) {
      if (auto put = index_->put(std::move(kept)); !put) return put.error();
    }
  }
  if (auto put = index_->put(std::move(stored)); !put) return put.error();
  return index_->find(reference);
}

Result<StoredImagePtr> ImageStore::add_archive_names(const Source& source, StoredImagePtr stored) {
  if (!stored || source.reference.transport != Transport::docker_archive) return stored;
  std::vector<std::string> names{source.reference.member};
  if (names.front().empty()) {
    auto tags = skopeo_.tags(source);
    if (!tags) return tags.error();
    names = std::move(*tags);
  }
  for (const auto& name : names) {
    const auto parsed = parse_reference(name);
    if (!parsed || parsed->transport != Transport::registry) continue;  // "@0": a position, not a name.
    auto named = *stored;
    named.image.reference = parsed->normalised();
    if (auto committed = commit(std::move(named)); !committed) return committed.error();
  }
  return stored;
}

void ImageStore::clean_after_failure(FailureKind kind, const std::vector<std::string>& diff_ids) {
  const auto warn = [](const Failure& failure) { spdlog::warn("image store: {}", failure.message); };
  {
    auto changes = FileLock::take(paths_.root + "/changes", FileLock::Mode::exclusive);
    if (!changes) return warn(changes.error());
    const auto used = index_->layers_in_use();
    for (const auto& diff_id : diff_ids) {
      if (used.contains(diff_id)) continue;
      if (auto released = layers_.release(diff_id); !released) warn(released.error());
    }
  }
  if (auto removed = layers_.remove_released(); !removed) warn(removed.error());
  const std::scoped_lock lock(mutex_);
  // What was fetched before a registry went away is kept for the next attempt.
  const bool others_pull = flights_.size() > 1;
  if (kind != FailureKind::unavailable && !others_pull) layers_.sweep_blobs(index_->documents_in_use());
}

Result<Image> ImageStore::tag(const std::string& reference, const std::string& name) {
  const auto stored = lookup(reference);
  if (!stored) return not_here(reference);
  auto parsed = parse_reference(name);
  if (!parsed) return parsed.error();
  if (parsed->transport != Transport::registry || !parsed->digest.empty()) {
    return Failure{FailureKind::invalid, name + " is not a name with a tag"};
  }
  auto named = *stored;
  named.image.reference = parsed->normalised();
  named.replaced = false;
  auto committed = commit(std::move(named));
  if (!committed) return committed.error();
  if (!*committed) return not_here(reference);
  return (*committed)->image;
}

Result<void> ImageStore::remove(const std::string& reference, const InUse& in_use) {
  {
    auto lock = FileLock::take(paths_.root + "/changes", FileLock::Mode::exclusive);
    if (!lock) return lock.error();
    const auto stored = lookup(reference);
    if (!stored) return {};
    if (auto erased = erase(*stored, in_use); !erased) return erased;
  }
  return layers_.remove_released();
}

Result<void> ImageStore::prune(const InUse& in_use) {
  {
    auto lock = FileLock::take(paths_.root + "/changes", FileLock::Mode::exclusive);
    if (!lock) return lock.error();
    for (const auto& stored : index_->all()) {
      if (!stored->replaced) continue;
      auto erased = erase(*stored, in_use);
      if (!erased && erased.error().kind != FailureKind::conflict) return erased;
    }
  }
  return layers_.remove_released();
}

Result<void> ImageStore::erase(const StoredImage& stored, const InUse& in_use) {
  const auto& image = stored.image;
  const auto all = index_->all();
  const auto names = std::count_if(all.begin(), all.end(),
                                   [&](const auto& each) { return each->image.digest == image.digest; });
  if (names == 1 && in_use && in_use(image)) {
    return Failure{FailureKind::conflict, "the image " + image.reference + " is in use by a container"};
  }
  if (auto erased = index_->erase(image.reference); !erased) return erased;
  return free_unused(stored);
}

Result<void> ImageStore::free_unused(const StoredImage& stored) {
  const auto documents = index_->documents_in_use();
  for (const auto& document : stored.documents) {
    if (documents.contains(document)) continue;
    if (auto removed = remove_tree(paths_.blob(document)); !removed) return removed;
  }
  const auto layers = index_->layers_in_use();
  for (const auto& layer : stored.image.layers) {
    if (layers.contains(layer)) continue;
    if (auto released = layers_.release(layer); !released) return released;
  }
  return {};
}

Result<std::vector<std::string>> ImageStore::layer_directories(const Image& image) const {
  std::vector<std::string> directories;
  for (auto layer = image.layers.rbegin(); layer != image.layers.rend(); ++layer) {
    if (!layers_.has(*layer)) {
      return Failure{FailureKind::not_found, "a layer of " + image.reference + " is missing: " + *layer};
    }
    directories.push_back(paths_.layer_root(*layer));
  }
  return directories;
}

}  // namespace troupe::runtime
