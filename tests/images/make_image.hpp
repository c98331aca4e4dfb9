#pragma once

/// Makes small images for tests and demonstrations: OCI layouts written by
/// hand, so that a test can also make what no builder would (entries that
/// leave the root, wrong digests). Needs no network and no container tool.
///
/// Everything throws std::runtime_error with a reason: a test that cannot make
/// its input has nothing to go on with.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace troupe::testing {

/// One entry of a layer's tar. Paths go in as they are.
struct Entry {
  enum class Type : std::uint8_t {
    file,
    directory,
    symlink,
    hard_link,
    character_device,
    block_device,
    fifo
  };
  std::string path{};
  Type type = Type::file;
  std::string content{};  ///< Of a file; where a link points to.
  unsigned mode = 0644;
  uid_t owner = 0;
  gid_t group = 0;
  unsigned device_major = 0;
  unsigned device_minor = 0;
  std::map<std::string, std::string> xattrs{};
};

Entry file(std::string path, std::string content, unsigned mode = 0644);
Entry directory(std::string path, unsigned mode = 0755);
Entry symlink(std::string path, std::string target);
Entry hard_link(std::string path, std::string target);

enum class Compression : std::uint8_t { none, gzip, zstd, xz };

struct Layer {
  std::vector<Entry> entries{};
  Compression compression = Compression::gzip;
  std::string diff_id{};  ///< Empty: the true one.
};

struct ImageDescription {
  std::vector<Layer> layers{};
  std::vector<std::string> entrypoint{};
  std::vector<std::string> command{};
  std::vector<std::string> environment{};  ///< "NAME=value"
  std::string working_directory{};
  std::string user{};
  std::string stop_signal{};
  std::vector<std::string> volumes{};
  std::vector<std::string> exposed_ports{};  ///< "80/tcp"
  std::string tag = "latest";
  std::string architecture{};  ///< As Go spells it; empty: this machine's.
};

struct MadeImage {
  std::string reference{};  ///< "oci:DIRECTORY:TAG"
  std::string digest{};     ///< Of its manifest.
  std::vector<std::string> diff_ids{};
};

/// An uncompressed tar (pax) of these entries, the same bytes for the same entries.
std::string make_tar(const std::vector<Entry>& entries);
std::string compress(const std::string& bytes, Compression compression);

/// Adds an image to the OCI layout in `directory`, which is made when missing;
/// an image with the same tag is replaced.
MadeImage make_image(const std::string& directory, const ImageDescription& description);

/// Gives one tag to images of several architectures that are in the layout
/// already. Returns the digest of the index.
std::string make_multi_platform(const std::string& directory, const std::string& tag,
                                const std::map<std::string, MadeImage>& by_architecture);

/// "amd64" or "arm64".
std::string this_architecture();

/// The entries of a root file system with busybox-static: every applet in /bin,
/// users root and nobody, and the directories a container expects.
std::vector<Entry> busybox_entries();

/// An image of busybox with `description`'s own layers above it. PATH is set
/// when the environment has none, and the command is a shell when there is
/// neither command nor entrypoint.
MadeImage make_busybox_image(const std::string& directory, ImageDescription description = {});

}  // namespace troupe::testing
