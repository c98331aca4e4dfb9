/// Layers as directories: what a tar may carry, and what it may not reach.

#include "runtime/images/layer_unpack.hpp"

#include "runtime/images/sha256.hpp"
#include "tests/images/make_image.hpp"
#include "tests/images/scratch.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <filesystem>

namespace troupe::testing {
namespace {

using runtime::FailureKind;
using runtime::LayerLimits;

std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(30);
}

std::string xattr(const std::string& path, const char* name) {
  char value[256];
  const auto size = lgetxattr(path.c_str(), name, value, sizeof value);
  return size < 0 ? "none" : std::string(value, static_cast<std::size_t>(size));
}

class LayerUnpackTest : public ::testing::Test {
 protected:
  Scratch scratch_;
  std::string outside_ = scratch_.make("outside");
  std::string root_ = scratch_.make("root");

  runtime::Result<runtime::UnpackedLayer> unpack_bytes(const std::string& tar, LayerLimits limits = {}) {
    const auto blob = scratch_.path("blob");
    EXPECT_TRUE(runtime::write_file_atomically(blob, tar));
    return runtime::unpack_layer(blob, root_, runtime::sha256_digest(tar), limits, soon());
  }

  runtime::Result<runtime::UnpackedLayer> unpack(const std::vector<Entry>& entries, LayerLimits limits = {}) {
    return unpack_bytes(make_tar(entries), limits);
  }

  void must_unpack(const std::vector<Entry>& entries) {
    const auto done = unpack(entries);
    ASSERT_TRUE(done) << done.error().message;
  }

  [[nodiscard]] struct stat look(const std::string& name) const {
    struct stat found {};
    EXPECT_EQ(lstat((root_ + "/" + name).c_str(), &found), 0) << name;
    return found;
  }

  [[nodiscard]] bool has(const std::string& name) const {
    struct stat found {};
    return lstat((root_ + "/" + name).c_str(), &found) == 0;
  }

  [[nodiscard]] std::string content(const std::string& name) const {
    auto text = runtime::read_file(root_ + "/" + name);
    return text ? *text : text.error().message;
  }

  [[nodiscard]] bool is_whiteout(const std::string& name) const {
    const auto found = look(name);
    return S_ISCHR(found.st_mode) && found.st_rdev == makedev(0, 0);
  }

  void expect_nothing_outside() const {
    EXPECT_TRUE(std::filesystem::is_empty(outside_));
    EXPECT_FALSE(std::filesystem::exists(scratch_.path("escaped")));
  }
};

TEST_F(LayerUnpackTest, EveryKindOfEntryKeepsWhatItCarries) {
  auto owned = file("bin/su", "program", 04755);
  owned.owner = 12;
  owned.group = 34;
  auto sticky = directory("tmp", 01777);
  Entry fifo{.path = "pipe", .type = Entry::Type::fifo, .mode = 0640};
  Entry null{.path = "dev/null",
             .type = Entry::Type::character_device,
             .mode = 0666,
             .device_major = 1,
             .device_minor = 3};
  Entry disk{.path = "dev/loop", .type = Entry::Type::block_device, .mode = 0660, .device_major = 7};
  must_unpack({directory("bin", 0711), owned, sticky, symlink("link", "/etc/passwd"),
               hard_link("bin/su2", "bin/su"), fifo, null, disk, file("ünï/cödé", "utf-8")});
  EXPECT_EQ(look("bin").st_mode & 07777U, 0711U);
  EXPECT_EQ(look("bin").st_mtime, 1'000'000'000);
  const auto program = look("bin/su");
  EXPECT_EQ(program.st_mode & 07777U, 04755U);
  EXPECT_EQ(program.st_uid, 12U);
  EXPECT_EQ(program.st_gid, 34U);
  EXPECT_EQ(program.st_mtime, 1'000'000'000);
  EXPECT_EQ(program.st_ino, look("bin/su2").st_ino);
  EXPECT_EQ(look("tmp").st_mode & 07777U, 01777U);
  EXPECT_EQ(std::filesystem::read_symlink(root_ + "/link"), "/etc/passwd");
  EXPECT_TRUE(S_ISFIFO(look("pipe").st_mode));
  EXPECT_EQ(look("pipe").st_mode & 07777U, 0640U);
  EXPECT_EQ(look("dev/null").st_rdev, makedev(1, 3));
  EXPECT_EQ(look("dev/null").st_mode & 07777U, 0666U);
  EXPECT_TRUE(S_ISBLK(look("dev/loop").st_mode));
  EXPECT_EQ(content("ünï/cödé"), "utf-8");
}

TEST_F(LayerUnpackTest, CapabilitiesAreKeptAndWordsToOverlayfsAreNot) {
  // VFS_CAP_REVISION_2, cap_net_bind_service permitted and effective.
  const std::string capability(
      "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
  auto ping = file("ping", "x", 0755);
  ping.owner = 5;
  ping.xattrs = {
      {"security.capability", capability}, {"user.note", "n"}, {"trusted.overlay.redirect", "/etc"}};
  auto folder = directory("folder");
  folder.xattrs = {{"trusted.overlay.opaque", "y"}, {"user.overlay.opaque", "y"}, {"user.note", "d"}};
  must_unpack({ping, folder});
  EXPECT_EQ(xattr(root_ + "/ping", "security.capability"), capability);
  EXPECT_EQ(xattr(root_ + "/ping", "user.note"), "n");
  EXPECT_EQ(xattr(root_ + "/ping", "trusted.overlay.redirect"), "none");
  EXPECT_EQ(xattr(root_ + "/folder", "user.note"), "d");
  EXPECT_EQ(xattr(root_ + "/folder", "trusted.overlay.opaque"), "none");
  EXPECT_EQ(xattr(root_ + "/folder", "user.overlay.opaque"), "none");
}

TEST_F(LayerUnpackTest, WhiteoutsBecomeDevicesAndOpaqueAttributes) {
  must_unpack({file("etc/.wh.passwd", ""), file("var/lib/.wh..wh..opq", ""),
               file("x/.wh..wh.plnk/1.2", "aufs"), file(".wh.top", "")});
  EXPECT_TRUE(is_whiteout("etc/passwd"));
  EXPECT_TRUE(is_whiteout("top"));
  EXPECT_FALSE(has("etc/.wh.passwd"));
  EXPECT_EQ(xattr(root_ + "/var/lib", "trusted.overlay.opaque"), "y");
  EXPECT_EQ(xattr(root_ + "/var", "trusted.overlay.opaque"), "none");
}

TEST_F(LayerUnpackTest, AWhiteoutHidesOnlyWhatIsBelowItsLayer) {
  must_unpack({file("before", "own"), file(".wh.before", ""), file(".wh.after", ""), file("after", "own"),
               directory("kept"), file("kept/a", "own"), file(".wh.kept", ""), file(".wh.late", ""),
               directory("late"), file(".wh.deep", ""), file("deep/er/file", "own")});
  EXPECT_EQ(content("before"), "own");
  EXPECT_EQ(content("after"), "own");
  EXPECT_EQ(content("kept/a"), "own");
  EXPECT_EQ(xattr(root_ + "/kept", "trusted.overlay.opaque"), "y");
  EXPECT_EQ(xattr(root_ + "/late", "trusted.overlay.opaque"), "y");
  EXPECT_EQ(content("deep/er/file"), "own");
  EXPECT_EQ(xattr(root_ + "/deep", "trusted.overlay.opaque"), "y");
}

TEST_F(LayerUnpackTest, LaterEntriesReplaceEarlierOnes) {
  must_unpack({file("a", "1"), file("a", "2"), directory("d"), file("d/x", "x"), directory("d", 0700),
               symlink("s", "a"), file("s", "file"), directory("t"), file("t/deep/y", "y"),
               file("t", "now a file"), file("u", "file"), directory("u"), file("u/z", "z"),
               hard_link("a", "a")});
  EXPECT_EQ(content("a"), "2");
  EXPECT_EQ(content("d/x"), "x");
  EXPECT_EQ(look("d").st_mode & 07777U, 0700U);
  EXPECT_EQ(content("s"), "file");
  EXPECT_EQ(content("t"), "now a file");
  EXPECT_EQ(content("u/z"), "z");
}

TEST_F(LayerUnpackTest, AReplacedDirectoryIsNoLongerWrittenTo) {
  must_unpack({directory("real"), file("way/one", "1"), directory("other"), file("way", ""),
               symlink("way", "other"), file("way/two", "2")});
  EXPECT_EQ(content("other/two"), "2");
  EXPECT_FALSE(has("other/one"));
}

TEST_F(LayerUnpackTest, PathsThatClimbAreRefused) {
  for (const auto* path : {"../escaped", "a/../../escaped", "./../escaped", "/../escaped", ".."}) {
    const auto done = unpack({file(path, "x")});
    ASSERT_FALSE(done) << path;
    EXPECT_EQ(done.error().kind, FailureKind::failed);
    EXPECT_NE(done.error().message.find("leaves its root"), std::string::npos) << done.error().message;
  }
  const auto link = unpack({hard_link("x", "../../../etc/passwd")});
  ASSERT_FALSE(link);
  EXPECT_NE(link.error().message.find("leaves its root"), std::string::npos);
  expect_nothing_outside();
}

TEST_F(LayerUnpackTest, AbsolutePathsAreBelowTheRoot) {
  must_unpack({file("/escaped", "in"), file("//a/./b/../c", "in"), hard_link("/hard", "/escaped")});
  EXPECT_EQ(content("escaped"), "in");
  EXPECT_EQ(content("a/c"), "in");
  EXPECT_EQ(look("hard").st_ino, look("escaped").st_ino);
  expect_nothing_outside();
}

TEST_F(LayerUnpackTest, LinksAsParentsStayBelowTheRoot) {
  // The same path exists inside and outside: only the inside one may be touched.
  must_unpack({directory(outside_), symlink("absolute", outside_), file("absolute/one", "1"),
               symlink("climbing", "../../../../../../../.." + outside_), file("climbing/two", "2"),
               symlink("chain", "absolute"), directory("chain/three"),
               hard_link("chain/four", "absolute/one"), symlink("chain/five", "x"), file("chain/.wh.six", ""),
               file("climbing/.wh..wh..opq", ""),
               Entry{.path = "climbing/seven", .type = Entry::Type::character_device, .device_major = 1}});
  const auto inside = outside_.substr(1) + "/";
  for (const auto* name : {"one", "two", "three", "four", "five", "six", "seven"})
    EXPECT_TRUE(has(inside + name)) << name;
  expect_nothing_outside();
  EXPECT_EQ(xattr(outside_, "trusted.overlay.opaque"), "none");
}

TEST_F(LayerUnpackTest, LinksOutsideAreNeverFollowedAsTargets) {
  const auto secret = scratch_.path("secret");
  ASSERT_TRUE(runtime::write_file_atomically(secret, "secret", runtime::Durability::cached, 0600));
  must_unpack(
      {symlink("link", secret), file("link", "own"), symlink("folder", outside_), directory("folder", 0777)});
  EXPECT_EQ(content("link"), "own");
  EXPECT_EQ(*runtime::read_file(secret), "secret");
  struct stat found {};
  ASSERT_EQ(stat(outside_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777U, 0755U);
  const auto linked = unpack({symlink("way", scratch_.path("")), hard_link("stolen", "way/secret")});
  ASSERT_FALSE(linked);
  EXPECT_EQ(linked.error().kind, FailureKind::failed);
  EXPECT_FALSE(has("stolen"));
  expect_nothing_outside();
}

TEST_F(LayerUnpackTest, ALinkToALinkDoesNotReachItsTarget) {
  const auto secret = scratch_.path("secret");
  ASSERT_TRUE(runtime::write_file_atomically(secret, "secret"));
  must_unpack({symlink("link", secret), hard_link("hard", "link")});
  EXPECT_TRUE(S_ISLNK(look("hard").st_mode));
}

TEST_F(LayerUnpackTest, EntriesThatCannotBeAreRefused) {
  const std::vector<std::vector<Entry>> cases{
      {file(".", "root as a file")},
      {symlink("./", "elsewhere")},
      {hard_link("x", "missing")},
      {directory("d"), hard_link("x", "d")},
      {file("f", ""), file("f/below", "")},
      {symlink("dangling", "nowhere"), file("dangling/x", "")},
      {symlink("loop", "loop"), file("loop/x", "")},
      {file(".wh..", "")},
      {file("a/.wh...", "")},
      {file(".wh.", "")},
      {file(std::string(300, 'n'), "")},
  };
  for (const auto& entries : cases) {
    const auto done = unpack(entries);
    ASSERT_FALSE(done) << entries.back().path;
    EXPECT_EQ(done.error().kind, FailureKind::failed) << done.error().message;
    ASSERT_TRUE(runtime::remove_tree(root_));
    ASSERT_TRUE(runtime::make_directories(root_));
  }
}

TEST_F(LayerUnpackTest, BytesThatAreNoTarAreRefused) {
  const auto tar = make_tar({file("a", std::string(5000, 'a'))});
  for (const auto& bytes : {std::string("no tar at all, but long enough to look at"), tar.substr(0, 3000),
                            std::string("\x1f\x8b\x08 broken gzip"), std::string(2000, '\xff')}) {
    const auto done = unpack_bytes(bytes);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, FailureKind::failed) << done.error().message;
    EXPECT_EQ(done.error().message.find('\n'), std::string::npos);
  }
}

TEST_F(LayerUnpackTest, AnEmptyLayerIsALayer) {
  must_unpack({});
  EXPECT_TRUE(std::filesystem::is_empty(root_));
}

TEST_F(LayerUnpackTest, TheDigestCoversWhatFollowsTheLastEntry) {
  const auto tar = make_tar({file("a", "1")});
  const auto blob = scratch_.path("blob");
  ASSERT_TRUE(runtime::write_file_atomically(blob, tar + std::string(4096, '\0') + "trailer"));
  const auto done = runtime::unpack_layer(blob, root_, runtime::sha256_digest(tar), {}, soon());
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("but the image says"), std::string::npos);
}

TEST_F(LayerUnpackTest, LimitsAndDeadlinesHold) {
  const std::string large(2 << 20, '\0');
  const auto bomb = compress(make_tar({file("zeros", large)}), Compression::gzip);
  ASSERT_LT(bomb.size(), 20'000U);
  const auto blob = scratch_.path("bomb");
  ASSERT_TRUE(runtime::write_file_atomically(blob, bomb));
  const auto too_large = runtime::unpack_layer(blob, root_, "sha256:x", {.unpacked_bytes = 1 << 20}, soon());
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error().kind, FailureKind::no_space);
  const auto late = runtime::unpack_layer(blob, root_, "sha256:x", {}, std::chrono::steady_clock::now());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, FailureKind::unavailable);
  const auto crowd = unpack({directory("a"), directory("b"), directory("c")}, {.entries = 2});
  ASSERT_FALSE(crowd);
  EXPECT_EQ(crowd.error().kind, FailureKind::no_space);
}

}  // namespace
}  // namespace troupe::testing
