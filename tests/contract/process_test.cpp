/// Who a container's process is and what it may do.

#include "contract_world.hpp"
#include "tests/contract/process_status.hpp"
#include "tests/images/make_image.hpp"

#include <gmock/gmock.h>

#include <bit>

namespace troupe::testing {
namespace {

using runtime::FailureKind;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// As many as Linux has had since 5.9.
constexpr int kCapabilities = 41;

TEST_F(ContractTest, EntrypointAndCommandFollowDockersRule) {
  const auto reference = world_.image("ep", [](ImageDescription& image) {
    image.entrypoint = {"/bin/echo", "entry"};
    image.command = {"image-command"};
  });
  auto spec = world_.shell("c1", "");
  spec.image = reference;
  spec.command.reset();
  EXPECT_EQ(world_.run(spec).out, "entry image-command\n");
  spec.id = "c2";
  spec.command = {"mine"};
  EXPECT_EQ(world_.run(spec).out, "entry mine\n");
  spec.id = "c3";
  spec.command.reset();
  spec.entrypoint = {"/bin/echo", "other"};
  EXPECT_EQ(world_.run(spec).out, "other\n");
}

TEST_F(ContractTest, AUserOtherThanRootHasNoCapabilities) {
  auto spec = world_.shell("c", kStatus);
  spec.user = "12345:12345";
  spec.no_new_privileges = true;
  const std::string status = world_.run(spec).out;
  EXPECT_EQ(capability_mask(status, "CapEff"), 0U);
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1\n"));
}

TEST_F(ContractTest, ATerminalIsOne) {
  auto spec = world_.shell("c", "test -t 1 && echo terminal; echo $TERM");
  spec.terminal = true;
  EXPECT_EQ(world_.run(spec).out, "terminal\r\nxterm\r\n");
}

TEST_F(ContractTest, EnvironmentDirectoryAndUserComeFromImageOrSpec) {
  const auto reference = world_.image("env", [](ImageDescription& image) {
    image.layers = {{{file("etc/passwd", "root:x:0:0::/root:/bin/sh\nann:x:1000:1001::/home/ann:/bin/sh\n"),
                      file("etc/group", "root:x:0:\nann:x:1001:\nextra:x:77:bob\n")}}};
    image.environment = {"PATH=/bin", "FROM=image", "BOTH=image"};
    image.working_directory = "/made/for/me";
    image.user = "ann";
  });
  auto spec =
      world_.shell("c1", "id -u; id -g; pwd; echo $FROM $BOTH $MINE $HOME $PATH; hostname; echo $HOSTNAME");
  spec.image = reference;
  spec.environment = {"BOTH=spec", "MINE=1"};
  spec.hostname = "stage";
  EXPECT_EQ(world_.run(spec).out, "1000\n1001\n/made/for/me\nimage spec 1 /home/ann /bin\nstage\nstage\n");
  spec.id = "c2";
  spec.user = "0:extra";
  spec.working_directory = "/tmp";
  EXPECT_THAT(world_.run(spec).out, StartsWith("0\n77\n/tmp\n"));
  spec.id = "c3";
  spec.user = "nobody-knows";
  EXPECT_THAT(world_.run(spec).err, HasSubstr("unable to find user nobody-knows"));
}

TEST_F(ContractTest, AMissingProgramIsToldInDockersWords) {
  const auto refusal = [&](const std::string& id, const std::string& program) {
    auto spec = world_.shell(id, "");
    spec.command = {program};
    auto created = world_.runtime().create(spec);
    if (!created) return created.error();
    const auto started = world_.runtime().start(id);
    return started ? runtime::Failure{} : started.error();
  };
  const auto absolute = refusal("c1", "/nope");
  EXPECT_EQ(absolute.kind, FailureKind::invalid);
  EXPECT_EQ(absolute.message, "exec: \"/nope\": stat /nope: no such file or directory");
  EXPECT_EQ(refusal("c2", "nope").message, "exec: \"nope\": executable file not found in $PATH");
}

TEST_F(ContractTest, RightsAreDockers) {
  constexpr std::uint64_t kDockersFourteen = 0xa80425fbU;
  const std::string status = world_.run(world_.shell("c1", kStatus)).out;
  EXPECT_EQ(capability_mask(status, "CapEff") & ~kDockersFourteen, 0U);
  EXPECT_THAT(status, HasSubstr("Seccomp:\t2\n"));
  auto spec = world_.shell("c2", kStatus);
  spec.add_capabilities = {"NET_ADMIN"};
  spec.drop_capabilities = {"ALL"};
  EXPECT_EQ(capability_mask(world_.run(spec).out, "CapEff"), 1U << 12U);
}

TEST_F(ContractTest, PrivilegedMayMount) {
  // A host that does not have every capability cannot give them, and engines try.
  if (std::popcount(capability_mask(text_of("/proc/self/status"), "CapBnd")) < kCapabilities) {
    GTEST_SKIP() << "this host lacks a capability";
  }
  auto spec = world_.shell("c", "mount -t tmpfs none /tmp && echo mounted");
  spec.privileged = true;
  const auto privileged = world_.run(spec);
  EXPECT_THAT(privileged.out, HasSubstr("mounted\n")) << privileged.err;
}

TEST_F(ContractTest, UlimitsSysctlsDevicesAndInitAreHonoured) {
  auto spec =
      world_.shell("c",
                   "ulimit -Sn; ulimit -Hn; cat /proc/sys/kernel/shmmni; head -c 1 /dev/mine | wc -c; "
                   "cat /proc/1/cmdline | tr '\\0' ' '");
  spec.rlimits = {{"nofile", 100, 200}};
  spec.sysctls = {{"kernel.shmmni", "123"}};
  spec.devices = {{"/dev/zero", "/dev/mine", "r"}};
  spec.init_process = true;
  const auto ended = world_.run(spec);
  EXPECT_THAT(ended.out, StartsWith("100\n200\n123\n1\n")) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("init -- /bin/sh"));
}

}  // namespace
}  // namespace troupe::testing
