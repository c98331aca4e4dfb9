/// Everything appears by a rename of something finished and goes by a rename
/// into staging, so that a kill at any moment leaves whole layers or none.

#include "runtime/images/layer_store.hpp"

#include "runtime/images/sha256.hpp"
#include "runtime/process/files.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <utility>

namespace troupe::runtime {
namespace {

constexpr std::size_t kLayerNameDigits = 32;

bool exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

Result<void> make_marker(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!file.valid()) return errno_failure("cannot create " + path, errno);
  return {};
}

// The names in a directory; none when it cannot be read.
std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

void remove_or_warn(const std::string& path) {
  if (auto removed = remove_tree(path); !removed) spdlog::warn("image store: {}", removed.error().message);
}

}  // namespace

std::string StorePaths::blob(const std::string& digest) const {
  return blobs() + "/sha256/" + digest_hex(digest);
}

std::string StorePaths::layer(const std::string& diff_id) const {
  return layers() + "/" + digest_hex(diff_id).substr(0, kLayerNameDigits);
}

/// One layer is worked on by one thread at a time.
class LayerStore::Claim {
 public:
  static std::optional<Claim> take(LayerStore& store, const std::string& diff_id, Deadline deadline) {
    std::unique_lock lock(store.mutex_);
    const bool free =
        store.freed_.wait_until(lock, deadline, [&] { return !store.claimed_.contains(diff_id); });
    if (!free) return std::nullopt;
    store.claimed_.insert(diff_id);
    return Claim(store, diff_id);
  }
  Claim(Claim&& other) noexcept : store_(std::exchange(other.store_, nullptr)), diff_id_(other.diff_id_) {}
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  Claim& operator=(Claim&&) = delete;
  ~Claim() {
    if (store_ == nullptr) return;
    const std::scoped_lock lock(store_->mutex_);
    store_->claimed_.erase(diff_id_);
    store_->freed_.notify_all();
  }

 private:
  Claim(LayerStore& store, std::string diff_id) : store_(&store), diff_id_(std::move(diff_id)) {}
  LayerStore* store_;
  std::string diff_id_;
};

// The record is one line: the whole diff id and the size in bytes.
std::optional<std::uint64_t> LayerStore::recorded_size(const std::string& diff_id) const {
  auto text = read_file(paths_.layer(diff_id) + "/record");
  if (!text || !text->starts_with(diff_id + " ")) return std::nullopt;
  std::uint64_t size = 0;
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data() + diff_id.size() + 1, end, size);
  if (parsed.ec != std::errc() || parsed.ptr == end || *parsed.ptr != '\n') return std::nullopt;
  return size;
}

bool LayerStore::has(const std::string& diff_id) const {
  return recorded_size(diff_id).has_value();
}

Result<std::optional<std::uint64_t>> LayerStore::ensure(const Wanted& wanted) {
  const auto claim = Claim::take(*this, wanted.diff_id, wanted.deadline);
  if (!claim) return Failure{FailureKind::unavailable, "another pull of a shared layer did not end in time"};
  const auto size = recorded_size(wanted.diff_id);
  const auto marker = paths_.layer(wanted.diff_id) + "/blobs/" + digest_hex(wanted.blob);
  if (size && exists(marker)) return size;
  if (!exists(paths_.blob(wanted.blob))) return std::optional<std::uint64_t>();
  if (!size) return unpack(wanted);
  const auto verified =
      verify_layer(paths_.blob(wanted.blob), wanted.diff_id, wanted.limits, wanted.deadline);
  if (!verified) return verified.error();
  if (auto settled = settle_blob(wanted); !settled) return settled.error();
  return size;
}

Result<std::optional<std::uint64_t>> LayerStore::unpack(const Wanted& wanted) {
  const auto fresh = wanted.scratch + "/layer";
  if (auto removed = remove_tree(fresh); !removed) return removed.error();
  for (const auto* part : {"/fs", "/blobs"}) {
    if (auto made = make_directories(fresh + part); !made) return made.error();
  }
  auto done =
      unpack_layer(paths_.blob(wanted.blob), fresh + "/fs", wanted.diff_id, wanted.limits, wanted.deadline);
  if (!done) {
    remove_or_warn(fresh);
    return done.error();
  }
  const auto record = wanted.diff_id + " " + std::to_string(done->size_bytes) + "\n";
  if (auto written = write_file_atomically(fresh + "/record", record); !written) return written.error();
  const auto place = paths_.layer(wanted.diff_id);
  if (rename(fresh.c_str(), place.c_str()) != 0) {
    const int error = errno;
    remove_or_warn(fresh);
    // Another process was faster, or a layer with the same first digits is here.
    if (!has(wanted.diff_id)) return errno_failure("cannot place a layer at " + place, error);
  }
  if (auto settled = settle_blob(wanted); !settled) return settled.error();
  return std::optional(done->size_bytes);
}

Result<void> LayerStore::settle_blob(const Wanted& wanted) {
  const auto marker = paths_.layer(wanted.diff_id) + "/blobs/" + digest_hex(wanted.blob);
  if (auto marked = make_marker(marker); !marked) return marked;
  const auto blob = paths_.blob(wanted.blob);
  const auto stand_in = wanted.scratch + "/blob";
  struct stat found {};
  if (stat(blob.c_str(), &found) != 0) return {};
  const Descriptor file(open(stand_in.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.valid() || ftruncate(file.get(), found.st_size) != 0 ||
      rename(stand_in.c_str(), blob.c_str()) != 0) {
    return errno_failure("cannot replace " + blob, errno);
  }
  return {};
}

void LayerStore::pin(const std::vector<std::string>& diff_ids) {
  const std::scoped_lock lock(mutex_);
  pinned_.insert(diff_ids.begin(), diff_ids.end());
}

void LayerStore::unpin(const std::vector<std::string>& diff_ids) {
  const std::scoped_lock lock(mutex_);
  for (const auto& diff_id : diff_ids) {
    if (const auto found = pinned_.find(diff_id); found != pinned_.end()) pinned_.erase(found);
  }
}

Result<void> LayerStore::release(const std::string& diff_id) {
  const auto claim = Claim::take(*this, diff_id, std::chrono::steady_clock::now());
  if (!claim) return {};  // A pull works on it, so it is wanted.
  {
    const std::scoped_lock lock(mutex_);
    if (pinned_.contains(diff_id)) return {};
  }
  const auto layer = paths_.layer(diff_id);
  // The stand-ins first: without its layer a stand-in would pass for a blob.
  for (const auto& blob : names_in(layer + "/blobs")) unlink((paths_.blobs() + "/sha256/" + blob).c_str());
  static std::atomic<unsigned> serial{0};
  const auto aside =
      paths_.staging() + "/removed-" + std::to_string(getpid()) + "-" + std::to_string(serial++);
  if (rename(layer.c_str(), aside.c_str()) != 0) {
    return errno == ENOENT ? Result<void>() : errno_failure("cannot remove the layer " + layer, errno);
  }
  const std::scoped_lock lock(mutex_);
  released_.push_back(aside);
  return {};
}

Result<void> LayerStore::remove_released() {
  std::vector<std::string> trees;
  {
    const std::scoped_lock lock(mutex_);
    trees.swap(released_);
  }
  Result<void> result;
  for (const auto& tree : trees) {
    if (auto removed = remove_tree(tree); !removed) result = removed;
  }
  return result;
}

Result<void> LayerStore::sync() {
  const Descriptor directory(open(paths_.layers().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid() || syncfs(directory.get()) != 0)
    return errno_failure("cannot sync " + paths_.layers(), errno);
  return {};
}

void LayerStore::sweep(const std::set<std::string>& layers, const std::set<std::string>& documents) {
  for (const auto& name : names_in(paths_.staging())) remove_or_warn(paths_.staging() + "/" + name);
  std::set<std::string> kept;
  for (const auto& diff_id : layers) kept.insert(paths_.layer(diff_id));
  for (const auto& name : names_in(paths_.layers())) {
    const auto layer = paths_.layers() + "/" + name;
    if (kept.contains(layer)) continue;
    for (const auto& blob : names_in(layer + "/blobs")) remove_or_warn(paths_.blobs() + "/sha256/" + blob);
    remove_or_warn(layer);
  }
  sweep_blobs(documents);
}

void LayerStore::sweep_blobs(const std::set<std::string>& documents) {
  std::set<std::string> kept;
  for (const auto& digest : documents) kept.insert(digest_hex(digest));
  for (const auto& name : names_in(paths_.layers())) {
    for (auto& blob : names_in(paths_.layers() + "/" + name + "/blobs")) kept.insert(std::move(blob));
  }
  for (const auto& name : names_in(paths_.blobs() + "/sha256")) {
    if (!kept.contains(name)) remove_or_warn(paths_.blobs() + "/sha256/" + name);
  }
}

}  // namespace troupe::runtime
