/// Sandboxes with a user namespace of their own and with limited storage.

#include "tests/oci/isolation.hpp"
#include "runtime/oci/user_ids.hpp"
#include "runtime/process/files.hpp"
#include "tests/images/make_image.hpp"

#include <gmock/gmock.h>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>

namespace troupe::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;
using runtime::FailureKind;
using runtime::NamespaceMode;
using runtime::NetworkKind;

constexpr std::uint64_t kMiB = 1U << 20U;

TEST(UserIds, RangesAreLowestFirstAndNobodyElses) {
  const auto first = runtime::oci::choose_ids(0, {});
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, 0x1000'0000U);
  EXPECT_EQ(*runtime::oci::choose_ids(0, {*first}), *first + 65'536);
  EXPECT_EQ(*runtime::oci::choose_ids(0, {*first + 65'536}), *first);
  std::set<std::uint32_t> taken;
  while (const auto next = runtime::oci::choose_ids(3, taken)) {
    taken.insert(*next);
  }
  EXPECT_EQ(taken.size(), 1536U);
  EXPECT_EQ(runtime::oci::choose_ids(3, taken).error().kind, FailureKind::no_space);
  EXPECT_GE(*taken.begin(), *runtime::oci::choose_ids(2, {}) + 1536 * 65'536);
  EXPECT_EQ(*taken.rbegin() + 65'536, *runtime::oci::choose_ids(4, {}));
  EXPECT_EQ(*runtime::oci::choose_ids(15, {}) + 1536 * 65'536, 0x7000'0000U);
}

TEST_F(Isolation, RootInsideIsNobodyOutside) {
  make("s", Users::own);
  auto spec = container("c",
                        "id -u; id -g; stat -c '%u %g %n' / /bin/busybox /etc/hosts /etc/resolv.conf; "
                        "touch /new; stat -c '%u %n' /new; cat /etc/hostname > /dev/null; "
                        "echo x > /dev/null; ls /sys/class/net; echo through > /dev/stdout; "
                        "grep -c . /proc/self/mounts > /dev/null && echo ready; exec sleep 600");
  start(spec);
  ASSERT_TRUE(eventually([&] { return world_.logs("c").out.find("ready") != std::string::npos; }))
      << world_.logs("c").out << world_.logs("c").err;
  EXPECT_EQ(world_.logs("c").out,
            "0\n0\n0 0 /\n0 0 /bin/busybox\n0 0 /etc/hosts\n0 0 /etc/resolv.conf\n0 /new\n"
            "eth0\nlo\nthrough\nready\n");
  const auto status = world_.runtime().status("c");
  ASSERT_TRUE(status);
  const std::uint32_t first = first_id("c");
  EXPECT_GE(first, 0x1000'0000U);
  const std::string proc = "/proc/" + std::to_string(status->pid);
  EXPECT_THAT(text_of(proc + "/status"), HasSubstr("\nUid:\t" + std::to_string(first) + "\t"));
  EXPECT_THAT(text_of(proc + "/status"), HasSubstr("\nGid:\t" + std::to_string(first) + "\t"));
  struct stat made {};
  ASSERT_EQ(stat((data() + "/containers/c/upper/new").c_str(), &made), 0);
  EXPECT_EQ(made.st_uid, first);
}

TEST_F(Isolation, UsersOfTheImageKeepTheirFiles) {
  const auto reference = world_.image("owners", [](ImageDescription& image) {
    image.layers = {{{directory("srv", 0750), file("srv/page", "hello\n", 0640)}}, {{file("top", "x\n")}}};
    image.layers[0].entries[0].owner = 33;
    image.layers[0].entries[1].owner = 33;
  });
  make("s", Users::own);
  auto spec = container("c", "cat /srv/page; stat -c %u /srv/page /top; echo more >> /srv/page; id -u");
  spec.image = reference;
  spec.user = "33";
  EXPECT_EQ(world_.run(spec).out, "hello\n33\n0\n33\n");
  struct stat copied {};
  ASSERT_EQ(stat((data() + "/containers/c/upper/srv/page").c_str(), &copied), 0);
  EXPECT_GE(copied.st_uid, 0x1000'0000U) << "a changed file is the user's in this namespace";
  EXPECT_EQ(copied.st_uid % 65'536, 33U);
  spec.id = "other";
  EXPECT_EQ(world_.run(spec).out, "hello\n33\n0\n33\n") << "the layers were not touched";
}

TEST_F(Isolation, NoTwoLivingSandboxesShareAUser) {
  make("a", Users::own);
  make("b", Users::own);
  start(container("ca", "exec sleep 600", "a"));
  start(container("cb", "exec sleep 600", "b"));
  const auto first = first_id("ca");
  const auto second = first_id("cb");
  EXPECT_GE(first > second ? first - second : second - first, 65'536U);
  world_.close();
  world_.open();
  make("c", Users::own);
  start(container("cc", "exec sleep 600", "c"));
  const auto third = first_id("cc");
  EXPECT_NE(third, first);
  EXPECT_NE(third, second);
  // A range is free once its sandbox is released, and only once.
  ASSERT_TRUE(world_.runtime().signal("ca", SIGKILL));
  ASSERT_TRUE(world_.wait("ca"));
  ASSERT_TRUE(world_.runtime().release_sandbox("a"));
  make("d", Users::own);
  start(container("cd", "exec sleep 600", "d"));
  EXPECT_EQ(first_id("cd"), first);
  world_.close();
  world_.open();
  ASSERT_TRUE(world_.runtime().remove_sandbox("a"));
  make("e", Users::own);
  start(container("ce", "exec sleep 600", "e"));
  const std::set<std::uint32_t> living{second, third, first, first_id("ce")};
  EXPECT_EQ(living.size(), 4U);
}

TEST_F(Isolation, ANamedVolumeHasTheSameOwnersInEverySandbox) {
  const auto reference = world_.image("volume", [](ImageDescription& image) {
    image.layers = {{{directory("data", 0750), file("data/seed", "seed\n", 0640)}}};
    image.layers[0].entries[0].owner = 33;
    image.layers[0].entries[1].owner = 33;
  });
  make("s", Users::own);
  make("t", Users::own);
  auto spec = container("c", "stat -c '%u %n' /data /data/seed; echo a > /data/a; chown 7 /data/a");
  spec.image = reference;
  spec.mounts = {{"vol", true, "/data", false}};
  EXPECT_EQ(world_.run(spec).out, "33 /data\n33 /data/seed\n");
  struct stat on_disk {};
  ASSERT_EQ(stat((data() + "/volumes/vol/a").c_str(), &on_disk), 0);
  EXPECT_EQ(on_disk.st_uid, 7U);
  auto second = container("d", "cat /data/seed; stat -c %u /data/a; echo b >> /data/a; cat /data/a", "t");
  second.mounts = spec.mounts;
  EXPECT_EQ(world_.run(second).out, "seed\n7\na\nb\n");
  fs::remove_all(data() + "/volumes/vol");
}

TEST_F(Isolation, AVolumeIsHandedOnWithItsOwners) {
  const auto reference = world_.image("anonymous", [](ImageDescription& image) {
    image.volumes = {"/data"};
    image.layers = {{{directory("data", 0755), file("data/seed", "seed\n")}}};
  });
  for (const auto storage : {0U, 64U}) {
    const std::string id = "s" + std::to_string(storage);
    make(id, Users::own, storage * kMiB);
    auto spec = container("one" + id, "echo 1 > /data/1; chown 5 /data/1", id);
    spec.image = reference;
    ASSERT_EQ(world_.run(spec).exit.exit_code, 0);
    auto other = container("two" + id, "cat /data/seed; stat -c %u /data/1; echo 2 >> /data/1", id);
    other.volumes_from = {{"one" + id, false}};
    EXPECT_EQ(world_.run(other).out, "seed\n5\n") << storage;
  }
}

TEST_F(Isolation, ContainersOfASandboxSharePidsAndIpc) {
  make("s", Users::own, 0, true);
  auto first = container("c1", "echo hello > /dev/shm/word; exec sleep 654321");
  auto second = container(
      "c2",
      "until cat /dev/shm/word; do sleep 0.05; done; ps; kill -0 $(ps | awk '/[s]leep 6543/ {print $1}') && "
      "echo may signal; ls /proc/1/root 2>&1 | head -1");
  for (auto* each : {&first, &second}) {
    each->pid = NamespaceMode::sandbox;
    each->ipc = NamespaceMode::sandbox;
  }
  start(first);
  const auto ended = world_.run(second);
  EXPECT_THAT(ended.out, HasSubstr("hello\n")) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("sleep 654321"));
  EXPECT_THAT(ended.out, HasSubstr("may signal\n")) << ended.err;
  EXPECT_FALSE(fs::exists("/pause") &&
               fs::last_write_time("/pause") > fs::last_write_time(data() + "/oci.lock"))
      << "the pause process has no log on the host";
}

TEST_F(Isolation, CommandsStatisticsAndTheAddressWork) {
  const auto made = make("s", Users::own);
  auto spec = container("c", "echo page > /index.html; exec busybox httpd -f -p 80 -h /");
  // Where the kernel lets us, more than we have ourselves: root in the namespace may not raise it.
  rlimit ours{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &ours), 0);
  const std::uint64_t wanted =
      prctl(PR_CAPBSET_READ, CAP_SYS_RESOURCE) > 0 && ours.rlim_max < 500'000 ? ours.rlim_max + 1 : 5'000;
  spec.rlimits = {{"nofile", wanted, wanted}};
  spec.sysctls = {{"net.ipv4.tcp_keepalive_time", "77"}};
  start(spec);
  const auto done = world_.runtime().exec(
      "c", {{"/bin/sh", "-c", "id -u; ulimit -n; cat /proc/sys/net/ipv4/tcp_keepalive_time"}, 10s, 4096});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_THAT(done->output, StartsWith("0\n"));
  EXPECT_THAT(done->output, HasSubstr("\n77\n"));
  std::istringstream limits(
      text_of("/proc/" + std::to_string(world_.runtime().status("c")->pid) + "/limits"));
  std::string line;
  while (std::getline(limits, line) && !line.starts_with("Max open files")) {
  }
  EXPECT_THAT(line, HasSubstr(" " + std::to_string(wanted) + " "));
  EXPECT_EQ(world_.runtime().stats("c")->processes, 1U);
  EXPECT_EQ(world_.runtime().stats("c")->interfaces.size(), 1U);
  EXPECT_TRUE(eventually([&] { return connects(made.networks.front().address, 80); }));
}

TEST_F(Isolation, WhatWouldUndoItIsRefused) {
  auto host = world_.sandbox_spec("h");
  host.user_namespace = true;
  auto refused = world_.runtime().create_sandbox(host);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::invalid);
  EXPECT_EQ(refused.error().message,
            "cannot share the host's network namespace when user namespaces are enabled");
  host.user_namespace = false;
  host.storage_bytes = 4096;
  EXPECT_EQ(world_.runtime().create_sandbox(host).error().message,
            "the storage of a sandbox needs at least 1048576 bytes");
  make("s", Users::own);
  auto spec = container("c", "true");
  spec.privileged = true;
  EXPECT_EQ(world_.runtime().create(spec).error().message,
            "privileged mode is incompatible with user namespaces");
  spec.privileged = false;
  spec.pid = NamespaceMode::host;
  EXPECT_EQ(world_.runtime().create(spec).error().kind, FailureKind::invalid);
  spec.pid = NamespaceMode::own;
  spec.devices = {{"/dev/zero", "", "rwm"}};
  EXPECT_EQ(world_.runtime().create(spec).error().kind, FailureKind::invalid);
}

TEST_F(Isolation, AFullDiskIsThatOfItsSandboxOnly) {
  for (const Users users : {Users::the_hosts, Users::own}) {
    const std::string id = users == Users::own ? "own" : "host";
    make(id, users, 64 * kMiB);
    make(id + "-neighbour", users, 64 * kMiB);
    auto spec =
        container(id + "-c",
                  "dd if=/dev/zero of=/fill bs=1M count=48 2>/dev/null && echo 48; "
                  "dd if=/dev/zero of=/vol/fill bs=1M count=48 2>&1 | grep -o 'No space.*'; "
                  "dd if=/dev/zero of=/etc/hosts bs=1M count=8 2>&1 | grep -o 'No space.*'; rm /fill; "
                  "dd if=/dev/zero of=/again bs=1M count=32 2>/dev/null && echo again",
                  id);
    spec.mounts = {{id + "-vol", true, "/vol", false}};
    EXPECT_EQ(world_.run(spec).out, "48\nNo space left on device\nNo space left on device\nagain\n") << id;
    EXPECT_FALSE(fs::exists(data() + "/volumes/" + id + "-vol"));
    auto neighbour = container(id + "-n", "dd if=/dev/zero of=/fill bs=1M count=60 2>/dev/null && echo 60",
                               id + "-neighbour");
    EXPECT_EQ(world_.run(neighbour).out, "60\n") << id;
  }
}

TEST_F(Isolation, StorageIsTakenAsItIsWritten) {
  make("s", Users::own, 20'480 * kMiB);
  struct stat empty {};
  ASSERT_EQ(stat((data() + "/sandboxes/s/storage").c_str(), &empty), 0);
  EXPECT_GT(static_cast<std::uint64_t>(empty.st_size), 20'480 * kMiB);
  EXPECT_LT(empty.st_blocks * 512, 4 << 20);
  const auto ended = world_.run(container("c", "df -m / | tail -1 | awk '{print $4}'; stat -c %u /"));
  EXPECT_GE(std::atoi(ended.out.c_str()), 20'480) << "its tables come on top";
  EXPECT_LT(std::atoi(ended.out.c_str()), 20'480 + 64);
  // What a removed container wrote makes room for the next.
  ASSERT_EQ(
      world_.run(container("d", "dd if=/dev/zero of=/fill bs=1M count=20 2>/dev/null; sync")).exit.exit_code,
      0);
  ASSERT_TRUE(world_.runtime().remove("d"));
  EXPECT_TRUE(eventually([&] {
    struct stat now {};
    return stat((data() + "/sandboxes/s/storage").c_str(), &now) == 0 && now.st_blocks * 512 < 8 << 20;
  }));
}

}  // namespace
}  // namespace troupe::testing
