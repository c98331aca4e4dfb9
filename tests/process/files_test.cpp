/// File operations on content that is not ours: links, mounts, deep nests.

#include "runtime/process/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace troupe::runtime {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/troupe-files-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    root_ = folder;
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string root_;
};

TEST_F(Files, AtomicWriteReplacesAndLeavesNothingBeside) {
  const std::string path = root_ + "/state";
  ASSERT_TRUE(write_file_atomically(path, "one"));
  ASSERT_TRUE(write_file_atomically(path, "two", Durability::synced, 0600));
  EXPECT_EQ(*read_file(path), "two");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), fs::directory_iterator()), 1);
}

TEST_F(Files, AFullDiskIsNoSpaceAndKeepsTheOldText) {
  ASSERT_EQ(mount("tmpfs", root_.c_str(), "tmpfs", 0, "size=64k"), 0);
  const std::string path = root_ + "/state";
  ASSERT_TRUE(write_file_atomically(path, "old"));
  const auto written = write_file_atomically(path, std::string(1 << 20, 'x'));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, FailureKind::no_space);
  EXPECT_EQ(*read_file(path), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), fs::directory_iterator()), 1);
  umount(root_.c_str());
}

TEST_F(Files, ReadingHonoursItsLimitAndProc) {
  ASSERT_TRUE(write_file_atomically(root_ + "/big", std::string(100'000, 'x')));
  EXPECT_EQ(read_file(root_ + "/big")->size(), 100'000U);
  EXPECT_EQ(read_file(root_ + "/big", 99'999).error().kind, FailureKind::invalid);
  EXPECT_FALSE(read_file("/proc/self/status")->empty());
  EXPECT_EQ(read_file(root_ + "/absent").error().kind, FailureKind::not_found);
}

TEST_F(Files, DirectoriesAreMadeAllTheWay) {
  EXPECT_TRUE(make_directories(root_ + "/a/b/c/"));
  EXPECT_TRUE(make_directories(root_ + "/a/b/c"));
  EXPECT_TRUE(fs::is_directory(root_ + "/a/b/c"));
  std::ofstream(root_ + "/file") << "x";
  EXPECT_FALSE(make_directories(root_ + "/file"));
  EXPECT_FALSE(make_directories(root_ + "/file/below"));
}

TEST_F(Files, RemovingATreeNeverFollowsLinks) {
  fs::create_directories(root_ + "/outside");
  std::ofstream(root_ + "/outside/precious") << "x";
  fs::create_directories(root_ + "/tree/a/b");
  fs::create_directory_symlink(root_ + "/outside", root_ + "/tree/a/link");
  fs::create_symlink(root_ + "/outside", root_ + "/link-itself");
  EXPECT_TRUE(remove_tree(root_ + "/tree"));
  EXPECT_TRUE(remove_tree(root_ + "/link-itself"));
  EXPECT_TRUE(remove_tree(root_ + "/absent"));
  EXPECT_FALSE(fs::exists(root_ + "/tree"));
  EXPECT_FALSE(fs::is_symlink(root_ + "/link-itself"));
  EXPECT_TRUE(fs::exists(root_ + "/outside/precious"));
}

TEST_F(Files, RemovingATreeStopsAtABindMount) {
  fs::create_directories(root_ + "/outside");
  fs::create_directories(root_ + "/tree/mounted");
  std::ofstream(root_ + "/outside/precious") << "x";
  ASSERT_EQ(mount((root_ + "/outside").c_str(), (root_ + "/tree/mounted").c_str(), nullptr, MS_BIND, nullptr),
            0);
  EXPECT_FALSE(remove_tree(root_ + "/tree"));
  EXPECT_TRUE(fs::exists(root_ + "/outside/precious"));
  umount((root_ + "/tree/mounted").c_str());
  EXPECT_TRUE(remove_tree(root_ + "/tree"));
  EXPECT_TRUE(fs::exists(root_ + "/outside/precious"));
}

TEST_F(Files, ATreeDeeperThanPathsAndDescriptorsIsRemoved) {
  fs::create_directories(root_ + "/tree");
  int at = open((root_ + "/tree").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int depth = 0; depth < 3000; ++depth) {
    ASSERT_EQ(mkdirat(at, "d", 0755), 0);
    const int below = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    close(at);
    at = below;
  }
  close(at);
  const auto removed = remove_tree(root_ + "/tree");
  EXPECT_TRUE(removed) << removed.error().message;
  EXPECT_FALSE(fs::exists(root_ + "/tree"));
}

TEST_F(Files, NothingOpenedInARootLeavesIt) {
  fs::create_directories(root_ + "/root/etc");
  std::ofstream(root_ + "/root/etc/passwd") << "inside";
  std::ofstream(root_ + "/secret") << "outside";
  fs::create_symlink("/etc/passwd", root_ + "/root/absolute");
  fs::create_symlink("../../../../secret", root_ + "/root/climb");
  const Descriptor root(open((root_ + "/root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const auto absolute = open_in_root(root.get(), "absolute", O_RDONLY);
  ASSERT_TRUE(absolute);
  char text[16] = {};
  ASSERT_GT(read(absolute->get(), text, sizeof text - 1), 0);
  EXPECT_STREQ(text, "inside");
  EXPECT_FALSE(open_in_root(root.get(), "climb", O_RDONLY));
  EXPECT_FALSE(open_in_root(root.get(), "../secret", O_RDONLY));
  EXPECT_TRUE(open_in_root(root.get(), "etc/new", O_CREAT | O_WRONLY, 0600));
}

}  // namespace
}  // namespace troupe::runtime
