/// What a container sees of files: its root, volumes, binds.

#include "contract_world.hpp"
#include "tests/images/make_image.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace troupe::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST_F(ContractTest, TheRootIsWritableUnlessWishedOtherwise) {
  auto spec = world_.shell("c1", "echo x > /new && cat /new");
  EXPECT_EQ(world_.run(spec).out, "x\n");
  spec.id = "c2";  // Another container of the same image sees nothing of it.
  spec.command = {"/bin/sh", "-c",
                  "cat /new || touch /etc/other || echo refused; touch /dev/shm/fine && echo shm"};
  spec.read_only_root = true;
  EXPECT_EQ(world_.run(spec).out, "refused\nshm\n");
}

TEST_F(ContractTest, BindMountsHonourReadOnlyAndMakeMissingDirectories) {
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

TEST_F(ContractTest, SharedMemoryHasItsSize) {
  auto spec = world_.shell("c", "df -k /dev/shm | tail -1 | awk '{print $2}'");
  spec.shm_size_bytes = 8 << 20;
  EXPECT_EQ(world_.run(spec).out, "8192\n");
}

TEST_F(ContractTest, ImageVolumesAndBindsAreHandedOn) {
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

TEST_F(ContractTest, HostsResolvConfAndHostnameAreOurs) {
  auto spec = world_.shell("c", "cat /etc/hosts /etc/resolv.conf /etc/hostname");
  spec.hostname = "named";
  spec.extra_hosts = {{"db", "10.1.2.3"}};
  spec.dns = {{"10.9.8.7"}, {"example.test", "b.test"}};
  const auto ended = world_.run(spec);
  EXPECT_THAT(ended.out, HasSubstr("10.1.2.3\tdb\n"));
  EXPECT_THAT(ended.out, HasSubstr("nameserver 10.9.8.7\nsearch example.test b.test\n"));
  EXPECT_THAT(ended.out, HasSubstr("named\n"));
}

TEST_F(ContractTest, TmpfsHasASizeAndAMode) {
  auto spec = world_.shell(
      "c1", "grep -c '^tmpfs /t tmpfs' /proc/mounts; stat -c %a /t; df -k /t | tail -1 | awk '{print $2}'");
  spec.tmpfs = {{"/t", 1 << 20, {"mode=1700"}}};
  EXPECT_EQ(world_.run(spec).out, "1\n1700\n1024\n");
}

TEST_F(ContractTest, AVolumeIsFilledFromTheImageAndEndsWithItsSandbox) {
  const auto reference = world_.image("volume", [](ImageDescription& image) {
    image.layers = {{{directory("data", 0750), file("data/seed", "from image\n", 0640)}}};
    image.layers[0].entries[0].owner = 33;
  });
  auto sandbox = world_.sandbox_spec("other");
  sandbox.volumes = {"mine-" + world_.unique()};
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(world_.runtime().create_sandbox(sandbox));
    auto spec =
        world_.shell("first", "cat /data/seed; stat -c '%u %a' /data; echo new > /data/new; rm /data/seed");
    spec.image = reference;
    spec.sandbox = "other";
    spec.mounts = {{sandbox.volumes.front(), true, "/data", false}};
    EXPECT_EQ(world_.run(spec).out, "from image\n33 750\n") << "round " << round;
    spec.id = "second";
    spec.command = {"/bin/sh", "-c", "cat /data/new; test -e /data/seed || echo gone"};
    EXPECT_EQ(world_.run(spec).out, "new\ngone\n");
    EXPECT_TRUE(world_.runtime().remove_sandbox("other"));
    world_.forget();
  }
}

}  // namespace
}  // namespace troupe::testing
