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

}  // namespace
}  // namespace troupe::testing
