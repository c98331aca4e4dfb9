/// Reads the tar with libarchive and tells the tree what to make.

#include "runtime/images/layer_unpack.hpp"

#include "runtime/images/layer_stream.hpp"
#include "runtime/images/layer_tree.hpp"

#include <archive_entry.h>

#include <unistd.h>
#include <cerrno>
#include <clocale>

namespace troupe::runtime {
namespace {

constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaqueWhiteout = ".wh..wh..opq";
constexpr std::string_view kAufsPrefix = ".wh..wh.";
constexpr mode_t kPermissionBits = 07777;

// libarchive translates the names of a pax header into the thread's character
// set; in the "C" locale it would spoil every name beyond ASCII.
class Utf8Names {
 public:
  Utf8Names() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) before_ = uselocale(locale_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() {
    if (locale_ == nullptr) return;
    uselocale(before_);
    freelocale(locale_);
  }

 private:
  locale_t locale_ = nullptr;
  locale_t before_ = nullptr;
};

la_ssize_t read_callback(archive* reader, void* stream, const void** buffer) {
  auto bytes = static_cast<LayerStream*>(stream)->read();
  if (!bytes) {
    archive_set_error(reader, EIO, "%s", bytes.error().message.c_str());
    return -1;
  }
  *buffer = bytes->data();
  return static_cast<la_ssize_t>(bytes->size());
}

bool is_kept_xattr(std::string_view name) {
  return name == "security.capability" || (name.starts_with("user.") && !name.starts_with("user.overlay."));
}

Attributes attributes_of(archive_entry* entry) {
  Attributes attributes;
  attributes.owner = static_cast<uid_t>(archive_entry_uid(entry));
  attributes.group = static_cast<gid_t>(archive_entry_gid(entry));
  attributes.mode = archive_entry_perm(entry) & kPermissionBits;
  attributes.modified = {archive_entry_mtime(entry), archive_entry_mtime_nsec(entry)};
  if (attributes.modified.tv_nsec < 0 || attributes.modified.tv_nsec > 999'999'999) {
    attributes.modified.tv_nsec = 0;
  }
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  archive_entry_xattr_reset(entry);
  while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
    if (name != nullptr && is_kept_xattr(name)) {
      attributes.xattrs.emplace_back(name, std::string(static_cast<const char*>(value), size));
    }
  }
  return attributes;
}

class Unpacking {
 public:
  Unpacking(LayerStream& stream, LayerTree tree, const LayerLimits& limits)
      : stream_(stream), tree_(std::move(tree)), limits_(limits) {}

  Result<UnpackedLayer> run();

 private:
  Failure tar_failure() const;
  Result<void> add(archive_entry* entry);
  Result<void> add_by_type(archive_entry* entry, const TreePath& path);
  Result<void> add_file(archive_entry* entry, const TreePath& path, const Attributes& attributes);
  Result<void> write_content(const Descriptor& file, const TreePath& path);

  LayerStream& stream_;
  LayerTree tree_;
  LayerLimits limits_;
  ArchiveReader reader_;
  UnpackedLayer done_;
};

Failure Unpacking::tar_failure() const {
  if (stream_.failure()) return *stream_.failure();
  return {FailureKind::failed, "a layer is not a valid tar archive: " + archive_message(reader_.get())};
}

Result<UnpackedLayer> Unpacking::run() {
  reader_.reset(archive_read_new());
  archive* reader = reader_.get();
  archive_read_support_format_tar(reader);
  archive_read_support_format_empty(reader);
  if (archive_read_open(reader, &stream_, nullptr, read_callback, nullptr) != ARCHIVE_OK)
    return tar_failure();
  while (true) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader, &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return tar_failure();
    if (++done_.entries > limits_.entries) {
      return Failure{FailureKind::no_space,
                     "a layer has more than the limit of " + std::to_string(limits_.entries) + " entries"};
    }
    if (auto added = add(entry); !added) return added.error();
  }
  if (auto finished = tree_.finish(); !finished) return finished.error();
  return done_;
}

Result<void> Unpacking::add(archive_entry* entry) {
  const char* text = archive_entry_pathname(entry);
  if (text == nullptr) return Failure{FailureKind::failed, "a layer has an entry without a readable name"};
  auto path = parse_tree_path(text);
  if (!path) return path.error();
  const std::string_view name = path->name;
  if (name == kOpaqueWhiteout) return tree_.add_opaque(path->parent);
  if (name.starts_with(kAufsPrefix)) return {};  // Bookkeeping of aufs, no content.
  if (name.starts_with(kWhiteout)) {
    const TreePath hidden{.parent = path->parent, .name = path->name.substr(kWhiteout.size())};
    if (hidden.name.empty() || hidden.name == "." || hidden.name == "..") {
      return Failure{FailureKind::failed, "a layer has the impossible whiteout " + path->shown()};
    }
    return tree_.add_whiteout(hidden);
  }
  return add_by_type(entry, *path);
}

Result<void> Unpacking::add_by_type(archive_entry* entry, const TreePath& path) {
  if (const char* target = archive_entry_hardlink(entry); target != nullptr) {
    auto linked = parse_tree_path(target);
    if (!linked) return linked.error();
    return tree_.add_hard_link(path, *linked);
  }
  const auto attributes = attributes_of(entry);
  const mode_t type = archive_entry_filetype(entry);
  switch (type) {
    case AE_IFDIR:
      return tree_.add_directory(path, attributes);
    case AE_IFREG:
      return add_file(entry, path, attributes);
    case AE_IFLNK: {
      const char* target = archive_entry_symlink(entry);
      if (target == nullptr || *target == '\0') {
        return Failure{FailureKind::failed, "a layer's link " + path.shown() + " has no target"};
      }
      return tree_.add_symlink(path, target, attributes);
    }
    case AE_IFCHR:
    case AE_IFBLK:
    case AE_IFIFO:
      return tree_.add_node(path, type, archive_entry_rdev(entry), attributes);
    default:
      return Failure{FailureKind::failed, "a layer's entry " + path.shown() + " has an unknown type"};
  }
}

Result<void> Unpacking::add_file(archive_entry* entry, const TreePath& path, const Attributes& attributes) {
  const auto size = archive_entry_size(entry);
  // Sparse files claim more than they hold, so the claim counts.
  if (size < 0 || static_cast<std::uint64_t>(size) > limits_.unpacked_bytes - done_.size_bytes) {
    return Failure{FailureKind::no_space, "a layer's files are larger than the limit of " +
                                              std::to_string(limits_.unpacked_bytes) + " bytes"};
  }
  done_.size_bytes += static_cast<std::uint64_t>(size);
  auto file = tree_.add_file(path);
  if (!file) return file.error();
  if (size > 0) {
    if (auto written = write_content(*file, path); !written) return written.error();
    if (ftruncate(file->get(), size) != 0) return errno_failure("cannot size " + path.shown(), errno);
  }
  return tree_.finish_file(*file, path, attributes);
}

Result<void> Unpacking::write_content(const Descriptor& file, const TreePath& path) {
  while (true) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(reader_.get(), &block, &size, &offset);
    if (status == ARCHIVE_EOF) return {};
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return tar_failure();
    const char* next = static_cast<const char*>(block);
    while (size > 0) {
      const ssize_t count = pwrite(file.get(), next, size, offset);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno_failure("cannot write " + path.shown() + " of a layer", errno);
      next += count;
      offset += count;
      size -= static_cast<std::size_t>(count);
    }
  }
}

Result<void> check_digest(LayerStream& stream, const std::string& diff_id) {
  auto digest = stream.finish();
  if (!digest) return digest.error();
  if (*digest == diff_id) return {};
  return Failure{FailureKind::failed, "a layer is " + *digest + ", but the image says " + diff_id};
}

}  // namespace

Result<UnpackedLayer> unpack_layer(const std::string& blob, const std::string& directory,
                                   const std::string& diff_id, const LayerLimits& limits,
                                   std::chrono::steady_clock::time_point deadline) {
  const Utf8Names names;
  auto stream = LayerStream::open(blob, limits.unpacked_bytes, deadline);
  if (!stream) return stream.error();
  auto tree = LayerTree::open(directory);
  if (!tree) return tree.error();
  auto done = Unpacking(**stream, std::move(*tree), limits).run();
  if (!done) return done;
  if (auto right = check_digest(**stream, diff_id); !right) return right.error();
  return done;
}

Result<void> verify_layer(const std::string& blob, const std::string& diff_id, const LayerLimits& limits,
                          std::chrono::steady_clock::time_point deadline) {
  auto stream = LayerStream::open(blob, limits.unpacked_bytes, deadline);
  if (!stream) return stream.error();
  return check_digest(**stream, diff_id);
}

}  // namespace troupe::runtime
