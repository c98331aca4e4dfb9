/// The file system's side of unpacking. What an entry causes is its own fault
/// (FailureKind::failed), unless the disk is full.

#include "runtime/images/layer_tree.hpp"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace troupe::runtime {
namespace {

constexpr const char* kOpaque = "trusted.overlay.opaque";

Failure entry_failure(const std::string& what, const TreePath& path, int error_number) {
  auto failure = errno_failure("cannot " + what + " " + path.shown() + " of a layer", error_number);
  if (failure.kind != FailureKind::no_space) failure.kind = FailureKind::failed;
  return failure;
}

Failure root_is_a_directory() {
  return {FailureKind::failed, "a layer's root is not a directory"};
}

// Reaches a child of an open directory for calls that have no `…at` form.
std::string magic_path(int parent, const std::string& name) {
  return "/proc/self/fd/" + std::to_string(parent) + "/" + name;
}

bool is_whiteout(const struct stat& found) {
  return S_ISCHR(found.st_mode) && found.st_rdev == makedev(0, 0);
}

// A file system without extended attributes loses them, as with Docker; the
// kernel decides which ones a type of file may have.
bool may_be_lost(int error_number) {
  return error_number == ENOTSUP || error_number == EPERM;
}

}  // namespace

std::string TreePath::shown() const {
  constexpr std::size_t kLimit = 200;
  std::string text = parent.empty() ? name : parent + "/" + name;
  if (text.size() > kLimit) text = text.substr(0, kLimit) + "…";
  for (auto& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return "\"" + text + "\"";
}

Result<TreePath> parse_tree_path(std::string_view text) {
  std::vector<std::string_view> parts;
  auto rest = text;
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    if (part == "..") {
      if (parts.empty()) {
        const TreePath shown{.parent = {}, .name = std::string(text)};
        return Failure{FailureKind::failed, "a layer's entry " + shown.shown() + " leaves its root"};
      }
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  }
  TreePath path{.parent = {}, .name = "."};
  if (parts.empty()) return path;
  path.name = parts.back();
  parts.pop_back();
  for (const auto part : parts) {
    if (!path.parent.empty()) path.parent += '/';
    path.parent += part;
  }
  return path;
}

Result<LayerTree> LayerTree::open(const std::string& directory) {
  LayerTree tree;
  tree.root_ = Descriptor(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!tree.root_.valid()) return errno_failure("cannot open " + directory, errno);
  return tree;
}

Result<int> LayerTree::parent_of(const TreePath& path) {
  if (path.parent.empty()) return root_.get();
  if (cached_.valid() && cached_parent_ == path.parent) return cached_.get();
  auto opened = open_in_root(root_.get(), path.parent, O_PATH | O_DIRECTORY);
  if (!opened && opened.error().kind == FailureKind::no_space) return opened.error();
  if (!opened) opened = make_parents(path);
  if (!opened) return opened.error();
  cached_ = std::move(*opened);
  cached_parent_ = path.parent;
  return cached_.get();
}

Result<Descriptor> LayerTree::make_parents(const TreePath& path) {
  Descriptor last;
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.parent.find('/', end + 1);
    const auto prefix = path.parent.substr(0, end);
    auto opened = open_in_root(root_.get(), prefix, O_PATH | O_DIRECTORY);
    if (!opened) {
      const auto slash = prefix.rfind('/');
      const TreePath directory{.parent = slash == std::string::npos ? "" : prefix.substr(0, slash),
                               .name = slash == std::string::npos ? prefix : prefix.substr(slash + 1)};
      const int above = last.valid() ? last.get() : root_.get();
      auto found = look(above, directory);
      if (!found) return found.error();
      if (*found == Found::whiteout && unlinkat(above, directory.name.c_str(), 0) != 0) {
        return entry_failure("replace", directory, errno);
      }
      if (mkdirat(above, directory.name.c_str(), 0755) != 0) return entry_failure("make", directory, errno);
      if (*found == Found::whiteout) {
        if (auto opaque = add_opaque(prefix); !opaque) return opaque.error();
      }
      opened = open_in_root(root_.get(), prefix, O_PATH | O_DIRECTORY);
      if (!opened) return opened.error();
    }
    last = std::move(*opened);
  }
  return last;
}

Result<LayerTree::Found> LayerTree::look(int parent, const TreePath& path) {
  struct stat found {};
  if (fstatat(parent, path.name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return Found::nothing;
    return entry_failure("look at", path, errno);
  }
  if (S_ISDIR(found.st_mode)) return Found::directory;
  return is_whiteout(found) ? Found::whiteout : Found::other;
}

Result<LayerTree::Found> LayerTree::make_way(int parent, const TreePath& path) {
  if (path.is_root()) return root_is_a_directory();
  auto found = look(parent, path);
  if (!found || *found == Found::nothing) return found;
  if (*found == Found::directory) {
    // The cached parent may be in what goes away; the caller's `parent` is above it.
    if (auto removed = remove_tree(magic_path(parent, path.name)); !removed) return removed.error();
  } else if (unlinkat(parent, path.name.c_str(), 0) != 0) {
    return entry_failure("replace", path, errno);
  }
  return found;
}

Result<void> LayerTree::add_directory(const TreePath& path, const Attributes& attributes) {
  auto parent = parent_of(path);
  if (!parent) return parent.error();
  auto found = look(*parent, path);
  if (!found) return found.error();
  if (*found != Found::directory) {
    if (found = make_way(*parent, path); !found) return found.error();
    if (mkdirat(*parent, path.name.c_str(), 0700) != 0) return entry_failure("make", path, errno);
  }
  const char* name = path.name.c_str();
  const auto here = magic_path(*parent, path.name);
  if (*found == Found::whiteout && lsetxattr(here.c_str(), kOpaque, "y", 1, 0) != 0) {
    return entry_failure("mark", path, errno);
  }
  if (fchownat(*parent, name, attributes.owner, attributes.group, AT_SYMLINK_NOFOLLOW) != 0 ||
      fchmodat(*parent, name, attributes.mode, 0) != 0) {
    return entry_failure("set the owner of", path, errno);
  }
  for (const auto& [key, value] : attributes.xattrs) {
    if (lsetxattr(here.c_str(), key.c_str(), value.data(), value.size(), 0) != 0 && !may_be_lost(errno)) {
      return entry_failure("set an attribute of", path, errno);
    }
  }
  directory_times_[path.parent.empty() ? path.name : path.parent + "/" + path.name] = attributes.modified;
  if (*found != Found::directory && *found != Found::nothing) cached_.close();
  return {};
}

Result<Descriptor> LayerTree::add_file(const TreePath& path) {
  auto parent = parent_of(path);
  if (!parent) return parent.error();
  auto found = make_way(*parent, path);
  if (!found) return found.error();
  Descriptor file(
      openat(*parent, path.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.valid()) return entry_failure("create", path, errno);
  if (*found != Found::nothing) cached_.close();
  return file;
}

Result<void> LayerTree::finish_file(const Descriptor& file, const TreePath& path,
                                    const Attributes& attributes) const {
  // In this order: a change of owner clears capabilities and setuid.
  if (fchown(file.get(), attributes.owner, attributes.group) != 0) {
    return entry_failure("set the owner of", path, errno);
  }
  for (const auto& [key, value] : attributes.xattrs) {
    if (fsetxattr(file.get(), key.c_str(), value.data(), value.size(), 0) != 0 && !may_be_lost(errno)) {
      return entry_failure("set an attribute of", path, errno);
    }
  }
  const timespec times[2] = {attributes.modified, attributes.modified};
  if (fchmod(file.get(), attributes.mode) != 0 || futimens(file.get(), times) != 0) {
    return entry_failure("set the mode of", path, errno);
  }
  return {};
}

Result<void> LayerTree::add_symlink(const TreePath& path, const std::string& target,
                                    const Attributes& attributes) {
  auto parent = parent_of(path);
  if (!parent) return parent.error();
  auto found = make_way(*parent, path);
  if (!found) return found.error();
  const char* name = path.name.c_str();
  const timespec times[2] = {attributes.modified, attributes.modified};
  if (symlinkat(target.c_str(), *parent, name) != 0 ||
      fchownat(*parent, name, attributes.owner, attributes.group, AT_SYMLINK_NOFOLLOW) != 0 ||
      utimensat(*parent, name, times, AT_SYMLINK_NOFOLLOW) != 0) {
    return entry_failure("create", path, errno);
  }
  if (*found != Found::nothing) cached_.close();
  return {};
}

Result<void> LayerTree::add_hard_link(const TreePath& path, const TreePath& target) {
  // Its own descriptor: looking for the link's place may replace the cached one.
  auto from = target.parent.empty() ? open_in_root(root_.get(), ".", O_PATH | O_DIRECTORY)
                                    : open_in_root(root_.get(), target.parent, O_PATH | O_DIRECTORY);
  if (!from)
    return Failure{FailureKind::failed, "a layer links to " + target.shown() + ", which it does not have"};
  auto there = look(from->get(), target);
  if (!there) return there.error();
  if (*there != Found::other) {
    return Failure{FailureKind::failed, "a layer links to " + target.shown() + ", which is no file of it"};
  }
  auto parent = parent_of(path);
  if (!parent) return parent.error();
  struct stat ours {};
  struct stat theirs {};
  if (fstatat(*parent, path.name.c_str(), &ours, AT_SYMLINK_NOFOLLOW) == 0 &&
      fstatat(from->get(), target.name.c_str(), &theirs, AT_SYMLINK_NOFOLLOW) == 0 &&
      ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino) {
    return {};  // Already the same file; removing it first could remove the last name.
  }
  auto found = make_way(*parent, path);
  if (!found) return found.error();
  if (linkat(from->get(), target.name.c_str(), *parent, path.name.c_str(), 0) != 0) {
    return entry_failure("link", path, errno);
  }
  if (*found != Found::nothing) cached_.close();
  return {};
}

Result<void> LayerTree::add_node(const TreePath& path, mode_t type, dev_t device,
                                 const Attributes& attributes) {
  auto parent = parent_of(path);
  if (!parent) return parent.error();
  auto found = make_way(*parent, path);
  if (!found) return found.error();
  const char* name = path.name.c_str();
  const timespec times[2] = {attributes.modified, attributes.modified};
  if (mknodat(*parent, name, type | 0600U, device) != 0 ||
      fchownat(*parent, name, attributes.owner, attributes.group, AT_SYMLINK_NOFOLLOW) != 0 ||
      fchmodat(*parent, name, attributes.mode, 0) != 0 ||
      utimensat(*parent, name, times, AT_SYMLINK_NOFOLLOW) != 0) {
    return entry_failure("create", path, errno);
  }
  if (*found != Found::nothing) cached_.close();
  return {};
}

Result<void> LayerTree::add_whiteout(const TreePath& path) {
  auto parent = parent_of(path);
  if (!parent) return parent.error();
  auto found = look(*parent, path);
  if (!found) return found.error();
  if (*found == Found::directory)
    return add_opaque(path.parent.empty() ? path.name : path.parent + "/" + path.name);
  if (*found != Found::nothing) return {};
  if (mknodat(*parent, path.name.c_str(), S_IFCHR, makedev(0, 0)) != 0) {
    return entry_failure("hide", path, errno);
  }
  return {};
}

Result<void> LayerTree::add_opaque(const std::string& directory) {
  const TreePath inside{.parent = directory, .name = "."};
  auto parent = parent_of(inside);
  if (!parent) return parent.error();
  if (lsetxattr(magic_path(*parent, ".").c_str(), kOpaque, "y", 1, 0) != 0) {
    return entry_failure("mark", inside, errno);
  }
  return {};
}

Result<void> LayerTree::finish() {
  for (const auto& [path, modified] : directory_times_) {
    auto directory = open_in_root(root_.get(), path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!directory) continue;  // A later entry took its place.
    const timespec times[2] = {modified, modified};
    if (futimens(directory->get(), times) != 0) return errno_failure("cannot set a directory's time", errno);
  }
  return {};
}

}  // namespace troupe::runtime
