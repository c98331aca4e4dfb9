/// Who a container's process is and what it may do.

#include "tests/contract/process_status.hpp"
#include "tests/images/make_image.hpp"
#include "tests/oci/world.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using runtime::FailureKind;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(OciTest, EnvironmentDirectoryAndUserComeFromImageAndSpec) {
  const auto reference = world_.image("env", [](ImageDescription& image) {
    image.layers = {{{file("etc/passwd", "root:x:0:0::/root:/bin/sh\nann:x:1000:1001::/home/ann:/bin/sh\n"),
                      file("etc/group", "root:x:0:\nann:x:1001:\nwheel:x:10:root,ann\nextra:x:77:bob\n")}}};
    image.environment = {"PATH=/bin", "FROM=image", "BOTH=image"};
    image.working_directory = "/made/for/me";
    image.user = "ann";
  });
  auto spec = world_.shell(
      "c1", "id -u; id -g; id -G; pwd; echo $FROM $BOTH $MINE $HOME $PATH; hostname; echo $HOSTNAME");
  spec.image = reference;
  spec.environment = {"BOTH=spec", "MINE=1"};
  spec.hostname = "stage";
  EXPECT_EQ(world_.run(spec).out,
            "1000\n1001\n1001 10\n/made/for/me\nimage spec 1 /home/ann /bin\nstage\nstage\n");
  spec.id = "c2";
  spec.user = "0:extra";
  spec.working_directory = "/tmp";
  EXPECT_THAT(world_.run(spec).out, StartsWith("0\n77\n77\n/tmp\n"));
  spec.id = "c3";
  spec.user = "nobody-knows";
  EXPECT_EQ(world_.run(spec).err, "unable to find user nobody-knows: no matching entries in passwd file");
}

TEST_F(OciTest, HostsOfTasksThatBeganTogetherHaveNamesOfTheirOwn) {
  std::vector<std::string> names;
  // Ids of one millisecond, as tasks have them.
  for (const std::string id : {"019b76daf30574f897d6d497b41685d0", "019b76daf30574f8a1b2c3d4e5f60718"}) {
    auto sandbox = world_.sandbox_spec(id);
    sandbox.networks = {{"none", runtime::NetworkKind::none, {}}};
    ASSERT_TRUE(world_.runtime().create_sandbox(sandbox));
    auto spec = world_.shell(id + "-c", "hostname");
    spec.sandbox = id;
    spec.network = "none";
    names.push_back(world_.run(spec).out);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"d497b41685d0\n", "c3d4e5f60718\n"}));
}

TEST_F(OciTest, AMissingProgramIsToldInDockersWords) {
  auto spec = world_.shell("c1", "");
  spec.command = {"/nope"};
  const auto created = world_.runtime().create(spec);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, FailureKind::invalid);
  EXPECT_EQ(created.error().message, "exec: \"/nope\": stat /nope: no such file or directory");
  spec.command = {"nope"};
  EXPECT_EQ(world_.runtime().create(spec).error().message,
            "exec: \"nope\": executable file not found in $PATH");
  spec.command = {"/etc/passwd"};
  EXPECT_EQ(world_.runtime().create(spec).error().message, "exec: \"/etc/passwd\": permission denied");
  EXPECT_TRUE(world_.runtime().list()->empty());
  EXPECT_EQ(world_.run(world_.shell("c1", "echo again")).out, "again\n");  // The id is free.
}

TEST_F(OciTest, DefaultCapabilitiesAndSeccompAreInForce) {
  const std::string status = world_.run(world_.shell("c", kStatus)).out;
  // Docker's fourteen.
  EXPECT_EQ(capability_mask(status, "CapEff"), 0xa80425fbU);
  EXPECT_EQ(capability_mask(status, "CapBnd"), 0xa80425fbU);
  EXPECT_EQ(capability_mask(status, "CapInh"), 0U);
  EXPECT_THAT(status, HasSubstr("Seccomp:\t2\n"));
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t0\n"));
}

TEST_F(OciTest, TheSecondContainerHasTheSameFilter) {
  const std::string script = "unshare -U true; echo unshare $?; grep Seccomp: /proc/self/status; uname -s";
  const auto first = world_.run(world_.shell("c1", script));
  const auto second = world_.run(world_.shell("c2", script));  // With the filter crun compiled for the first.
  EXPECT_EQ(first.out, "unshare 1\nSeccomp:\t2\nLinux\n");
  EXPECT_EQ(second.out, first.out);
  EXPECT_THAT(second.err, HasSubstr("Operation not permitted"));
}

TEST_F(OciTest, CapabilitiesAreAddedAndDropped) {
  auto spec = world_.shell("c1", kStatus);
  spec.add_capabilities = {"NET_ADMIN"};
  spec.drop_capabilities = {"CAP_CHOWN"};
  EXPECT_EQ(capability_mask(world_.run(spec).out, "CapEff"), (0xa80425fbU | 1U << 12U) & ~1U);
  spec.id = "c2";
  spec.add_capabilities = {"kill"};
  spec.drop_capabilities = {"ALL"};
  EXPECT_EQ(capability_mask(world_.run(spec).out, "CapBnd"), 1U << 5U);
  spec.id = "c3";
  spec.add_capabilities = {"NOT_ONE"};
  EXPECT_EQ(world_.run(spec).err, "invalid CapAdd: unknown capability: \"NOT_ONE\"");
}

TEST_F(OciTest, PrivilegedMeansEverything) {
  auto spec =
      world_.shell("c",
                   "cat /proc/self/status; ls /dev/loop-control /dev/kmsg; touch /sys/fs/cgroup/x 2>&1; "
                   "mount -t tmpfs none /tmp && echo mounted");
  spec.privileged = true;
  const auto ended = world_.run(spec);
  EXPECT_EQ(capability_mask(ended.out, "CapEff"), capability_mask(text_of("/proc/self/status"), "CapBnd"));
  EXPECT_THAT(ended.out, HasSubstr("Seccomp:\t0\n"));
  EXPECT_THAT(ended.out, HasSubstr("/dev/kmsg\n"));
  EXPECT_THAT(ended.out, HasSubstr("mounted\n"));
}

TEST_F(OciTest, KernelFilesAreMaskedOrReadOnly) {
  const auto ended =
      world_.run(world_.shell("c",
                              "wc -c < /proc/timer_list; ls /sys/firmware | wc -l; "
                              "echo 1 2>/dev/null > /proc/sys/kernel/panic || echo refused; "
                              "mkdir $(ls -d /sys/fs/cgroup /sys/fs/cgroup/pids 2>/dev/null | tail -1)/mine "
                              "|| echo refused; ls /dev | grep -v core | sort | tr '\\n' ' '"));
  EXPECT_EQ(ended.out,
            "0\n0\nrefused\nrefused\n"
            "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero ")
      << ended.err;
}

TEST_F(OciTest, UlimitsAndSysctlsAreSet) {
  auto spec = world_.shell("c1", "ulimit -Sn; ulimit -Hn; cat /proc/sys/kernel/shmmni");
  spec.rlimits = {{"nofile", 100, 200}};
  spec.sysctls = {{"kernel.shmmni", "123"}};
  EXPECT_EQ(world_.run(spec).out, "100\n200\n123\n");
  spec.id = "c2";
  spec.rlimits = {{"nothing", 1, 2}};
  EXPECT_EQ(world_.run(spec).err, "invalid ulimit type: nothing");
  spec.id = "c3";
  spec.rlimits.clear();
  spec.sysctls = {{"kernel.hostname", "x"}};
  EXPECT_EQ(world_.runtime().create(spec).error().kind, FailureKind::invalid);
}

TEST_F(OciTest, AnInitProcessReapsAndForwards) {
  auto spec = world_.shell("c",
                           "cat /proc/1/cmdline | tr '\\0' ' '; echo; (sleep 0.1 &) ; trap 'exit 9' TERM; "
                           "echo ready; while :; do sleep 0.05; done");
  spec.init_process = true;
  ASSERT_TRUE(world_.runtime().create(spec));
  ASSERT_TRUE(world_.runtime().start("c"));
  ASSERT_TRUE(eventually([&] { return world_.logs("c").out.find("ready\n") != std::string::npos; }));
  EXPECT_THAT(world_.logs("c").out, StartsWith("/dev/init -- /bin/sh"));
  EXPECT_TRUE(world_.runtime().signal("c", SIGTERM));
  EXPECT_EQ(world_.wait("c")->exit_code, 9);
}

TEST_F(OciTest, DevicesOfTheHostAreAllowedOneByOne) {
  auto spec = world_.shell(
      "c1", "head -c 1 /dev/mine | wc -c; mknod /tmp/kmsg c 1 11; head -c 1 /tmp/kmsg || echo refused");
  spec.devices = {{"/dev/zero", "/dev/mine", "r"}};
  EXPECT_EQ(world_.run(spec).out, "1\nrefused\n");
  spec.id = "c2";
  spec.devices = {{"/dev/absent", "", "rwm"}};
  EXPECT_THAT(world_.run(spec).err, HasSubstr("\"/dev/absent\": no such file or directory"));
}

}  // namespace
}  // namespace troupe::testing
