#pragma once

/// The directory a layer is unpacked into, as overlayfs wants it. Every path of
/// a layer comes from a stranger: parents are opened with the kernel's
/// RESOLVE_IN_ROOT, the last component is only ever touched by `…at` calls that
/// do not follow links. Nothing outside the directory can be reached.

#include "runtime/process/files.hpp"
#include "runtime/result.hpp"

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::runtime {

/// What an entry carries beside its content.
struct Attributes {
  uid_t owner = 0;
  gid_t group = 0;
  mode_t mode = 0;  ///< Permission bits with setuid, setgid and sticky.
  timespec modified{};
  std::vector<std::pair<std::string, std::string>> xattrs;
};

/// A path inside the tree, taken apart; the root itself is {"", "."}.
struct TreePath {
  std::string parent;  ///< Relative, without "." and ".."; empty: the root.
  std::string name;

  [[nodiscard]] bool is_root() const { return name == "."; }
  /// The whole path, fit for a message.
  [[nodiscard]] std::string shown() const;
};

/// invalid when the path climbs above the root. A leading "/" counts for nothing.
Result<TreePath> parse_tree_path(std::string_view text);

class LayerTree {
 public:
  /// An empty directory that exists already.
  static Result<LayerTree> open(const std::string& directory);

  /// Each replaces what an earlier entry left there, except that a directory
  /// keeps its content when it comes again.
  Result<void> add_directory(const TreePath& path, const Attributes& attributes);
  /// An empty file to write; attributes follow with finish_file().
  Result<Descriptor> add_file(const TreePath& path);
  Result<void> finish_file(const Descriptor& file, const TreePath& path, const Attributes& attributes) const;
  Result<void> add_symlink(const TreePath& path, const std::string& target, const Attributes& attributes);
  Result<void> add_hard_link(const TreePath& path, const TreePath& target);
  /// A device or a fifo; `type` is S_IFCHR, S_IFBLK or S_IFIFO.
  Result<void> add_node(const TreePath& path, mode_t type, dev_t device, const Attributes& attributes);

  /// Hides what lower layers have there; what this layer has itself stays.
  Result<void> add_whiteout(const TreePath& path);
  /// Hides everything that lower layers have in a directory.
  Result<void> add_opaque(const std::string& directory);

  /// Sets the times of directories, which later entries would have changed.
  Result<void> finish();

 private:
  Result<int> parent_of(const TreePath& path);
  Result<Descriptor> make_parents(const TreePath& path);
  /// Removes what is at the path, and says what it was.
  enum class Found : std::uint8_t { nothing, directory, whiteout, other };
  static Result<Found> look(int parent, const TreePath& path);
  Result<Found> make_way(int parent, const TreePath& path);

  Descriptor root_;
  std::string cached_parent_;
  Descriptor cached_;
  std::map<std::string, timespec> directory_times_;
};

}  // namespace troupe::runtime
