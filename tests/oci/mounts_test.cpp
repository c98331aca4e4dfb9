/// What a container sees of files: its root, volumes, binds, tmpfs.

#include "tests/images/make_image.hpp"
#include "tests/oci/world.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <filesystem>
#include <fstream>

namespace troupe::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST_F(OciTest, TheRootIsWritableUnlessWishedOtherwise) {
  auto spec = world_.shell("c1", "echo x > /new && cat /new");
  EXPECT_EQ(world_.run(spec).out, "x\n");
  spec.id = "c2";  // Another container of the same image sees nothing of it.
  spec.command = {"/bin/sh", "-c",
                  "cat /new || touch /etc/other || echo refused; touch /dev/shm/fine && echo shm"};
  spec.read_only_root = true;
  EXPECT_EQ(world_.run(spec).out, "refused\nshm\n");
}

TEST_F(OciTest, BindMountsHonourReadOnlyAndMakeMissingDirectories) {
  const std::string there = world_.directory() + "/there";
  const std::string missing = world_.directory() + "/missing/deep";
  fs::create_directories(there);
  std::ofstream(there + "/file") << "host\n";
  auto spec =
      world_.shell("c", "cat /a/file; touch /a/x || echo refused; echo made > /b/y; cat /a/inner/file");
  spec.mounts = {
      {there, false, "/a/inner", false}, {there, false, "/a", true}, {missing, false, "/b", false}};
  fs::create_directories(there + "/inner");
  EXPECT_EQ(world_.run(spec).out, "host\nrefused\nhost\n");
  EXPECT_EQ(text_of(missing + "/y"), "made\n");
}

TEST_F(OciTest, TmpfsHasSizeAndOptions) {
  auto spec = world_.shell("c1", "grep ' /t ' /proc/mounts; stat -c %a /t");
  spec.tmpfs = {{"/t", 1 << 20, {"mode=1700", "exec"}}};
  const auto ended = world_.run(spec);
  EXPECT_THAT(ended.out, HasSubstr("tmpfs /t tmpfs rw,nosuid,nodev,relatime,size=1024k,mode=1700"));
  EXPECT_THAT(ended.out, HasSubstr("1700\n"));
  spec.id = "c2";
  spec.tmpfs = {{"/t", 1 << 20, {"lowerdir=/etc"}}};
  EXPECT_EQ(world_.run(spec).err, "invalid tmpfs option \"lowerdir=/etc\"");
}

TEST_F(OciTest, SharedMemoryHasItsSize) {
  auto spec = world_.shell("c", "df -k /dev/shm | tail -1 | awk '{print $2}'");
  spec.shm_size_bytes = 8 << 20;
  EXPECT_EQ(world_.run(spec).out, "8192\n");
}

TEST_F(OciTest, ANamedVolumeIsFilledFromTheImageAndKept) {
  const auto reference = world_.image("volume", [](ImageDescription& image) {
    image.layers = {
        {{directory("data", 0750), file("data/seed", "from image\n", 0640), directory("data/sub")}},
        {{directory("data", 0750), file("data/second", "layer\n")}}};
    image.layers[0].entries[0].owner = 33;
    image.layers[0].entries[1].owner = 33;
    image.layers[1].entries[0].owner = 33;
  });
  auto spec = world_.shell(
      "c1",
      "cat /data/seed /data/second; stat -c '%u %a' /data /data/seed; echo new > /data/new; rm /data/seed");
  spec.image = reference;
  spec.mounts = {{"vol", true, "/data", false}};
  EXPECT_EQ(world_.run(spec).out, "from image\nlayer\n33 750\n33 640\n");
  spec.id = "c2";
  spec.command = {"/bin/sh", "-c", "cat /data/new; test -e /data/seed || echo gone"};
  EXPECT_EQ(world_.run(spec).out, "new\ngone\n");
  fs::remove_all(world_.directory() + "/data/volumes/vol");
}

TEST_F(OciTest, VolumesOfTheSandboxEndWithIt) {
  auto sandbox = world_.sandbox_spec("other");
  sandbox.volumes = {"mine"};
  ASSERT_TRUE(world_.runtime().create_sandbox(sandbox));
  auto spec = world_.shell("c", "echo x > /v/x");
  spec.sandbox = "other";
  spec.mounts = {{"mine", true, "/v", false}};
  EXPECT_EQ(world_.run(spec).exit.exit_code, 0);
  EXPECT_TRUE(fs::exists(world_.directory() + "/data/volumes/mine/x"));
  EXPECT_TRUE(world_.runtime().remove_sandbox("other"));
  EXPECT_FALSE(fs::exists(world_.directory() + "/data/volumes/mine"));
  EXPECT_TRUE(world_.runtime().remove_sandbox("other"));
}

TEST_F(OciTest, ImageVolumesAndBindsAreHandedOn) {
  const auto reference = world_.image("declares", [](ImageDescription& image) {
    image.layers = {{{directory("shared"), file("shared/seed", "seed\n")}}};
    image.volumes = {"/shared"};
  });
  fs::create_directories(world_.directory() + "/bound");
  auto first = world_.shell("c1", "echo written >> /shared/seed; echo b > /bound/b");
  first.image = reference;
  first.mounts = {{world_.directory() + "/bound", false, "/bound", false}};
  EXPECT_EQ(world_.run(first).exit.exit_code, 0);
  EXPECT_TRUE(world_.runtime().remove("c1") || true);

  auto again = first;
  again.id = "c2";
  EXPECT_EQ(world_.run(again).exit.exit_code, 0);
  auto second = world_.shell("c3", "cat /shared/seed /bound/b; touch /shared/x || echo refused");
  second.volumes_from = {{"c2", true}};
  EXPECT_EQ(world_.run(second).out, "seed\nwritten\nb\nrefused\n");
  second.id = "c4";
  second.volumes_from = {{"unknown", true}};
  EXPECT_EQ(world_.run(second).exit.exit_code, -1);
}

TEST_F(OciTest, LinksInTheImageDoNotLeadVolumesOrUsersOutside) {
  const auto reference = world_.image("evil", [](ImageDescription& image) {
    image.layers = {{{symlink("data", "/etc"), symlink("etc/passwd", "/../../../../etc/hostname")}}, {{}}};
  });
  auto spec = world_.shell("c", "ls /data | wc -l");
  spec.image = reference;
  spec.mounts = {{"vol", true, "/data", false}};
  static_cast<void>(world_.run(spec));
  // "/data" is the image's own /etc, never the host's.
  EXPECT_FALSE(fs::exists(world_.directory() + "/data/volumes/vol/shadow"));
  fs::remove_all(world_.directory() + "/data/volumes/vol");
}

TEST_F(OciTest, HostsResolvConfAndHostnameAreOurs) {
  auto spec = world_.shell("c", "cat /etc/hosts /etc/resolv.conf /etc/hostname");
  spec.hostname = "named";
  spec.extra_hosts = {{"db", "10.1.2.3"}};
  spec.dns = {{"10.9.8.7"}, {"example.test", "b.test"}};
  const auto ended = world_.run(spec);
  EXPECT_THAT(ended.out, HasSubstr("10.1.2.3\tdb\n"));
  EXPECT_THAT(ended.out, HasSubstr("nameserver 10.9.8.7\nsearch example.test b.test\n"));
  EXPECT_THAT(ended.out, HasSubstr("named\n"));
}

}  // namespace
}  // namespace troupe::testing
