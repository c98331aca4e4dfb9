/// What containers share, and commands that run beside them.

#include "contract_world.hpp"

#include <gmock/gmock.h>

#include <unistd.h>
#include <csignal>
#include <thread>

namespace troupe::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;
using runtime::FailureKind;
using runtime::NamespaceMode;

TEST_F(ContractTest, ASandboxMaySharePidsAndIpc) {
  auto sandbox = world_.sandbox_spec("shared");
  sandbox.share_pid_namespace = true;
  sandbox.share_ipc_namespace = true;
  const auto made = world_.runtime().create_sandbox(sandbox);
  ASSERT_TRUE(made) << made.error().message;
  auto first = world_.shell("c1", "echo hello > /dev/shm/word; exec sleep 654321");
  first.sandbox = "shared";
  first.pid = NamespaceMode::sandbox;
  first.ipc = NamespaceMode::sandbox;
  auto second = world_.shell("c2", "until cat /dev/shm/word; do sleep 0.05; done; ps; ls /proc/1/root 2>&1");
  second.sandbox = "shared";
  second.pid = NamespaceMode::sandbox;
  second.ipc = NamespaceMode::sandbox;
  ASSERT_TRUE(world_.runtime().create(first));
  ASSERT_TRUE(world_.runtime().start("c1"));
  ASSERT_TRUE(world_.runtime().create(second));
  ASSERT_TRUE(world_.runtime().start("c2"));
  ASSERT_TRUE(world_.wait("c2"));
  const std::string out = world_.logs("c2", "shared").out;
  EXPECT_THAT(out, HasSubstr("hello"));
  EXPECT_THAT(out, HasSubstr("sleep 654321"));
  EXPECT_THAT(out, HasSubstr("/pause -P"));
  EXPECT_THAT(out, Not(HasSubstr("boot")));  // The pause process shows nothing of the host.
  EXPECT_EQ(world_.runtime().list()->size(), 2U);
}

TEST_F(ContractTest, ChildrenLeftInASharedPidNamespaceEndWithTheirContainer) {
  auto sandbox = world_.sandbox_spec("shared");
  sandbox.share_pid_namespace = true;
  ASSERT_TRUE(world_.runtime().create_sandbox(sandbox));
  auto spec = world_.shell("c", "sleep 600 & exit 3");
  spec.sandbox = "shared";
  spec.pid = NamespaceMode::sandbox;
  ASSERT_TRUE(world_.runtime().create(spec));
  ASSERT_TRUE(world_.runtime().start("c"));
  EXPECT_EQ(world_.wait("c")->exit_code, 3);
  EXPECT_TRUE(eventually([&] { return world_.runtime().stats("c")->processes == 0; }));
}

TEST_F(ContractTest, TheHostsPidsAndIpcCanBeShared) {
  auto spec = world_.shell("c", "readlink /proc/self/ns/pid; readlink /proc/self/ns/ipc");
  spec.pid = NamespaceMode::host;
  spec.ipc = NamespaceMode::host;
  char pid[64] = {};
  char ipc[64] = {};
  ASSERT_GT(readlink("/proc/self/ns/pid", pid, sizeof pid - 1), 0);
  ASSERT_GT(readlink("/proc/self/ns/ipc", ipc, sizeof ipc - 1), 0);
  EXPECT_EQ(world_.run(spec).out, std::string(pid) + "\n" + ipc + "\n");
  spec.id = "c2";
  spec.pid = NamespaceMode::sandbox;
  EXPECT_EQ(world_.runtime().create(spec).error().kind, FailureKind::invalid);
}

TEST_F(ContractTest, CommandsRunBesideTheContainer) {
  auto spec = world_.shell("c", "echo $$ > /pid; exec sleep 600");
  spec.environment = {"SECRET=word"};
  spec.user = "0";
  ASSERT_TRUE(world_.runtime().create(spec));
  EXPECT_EQ(world_.runtime().exec("c", {{"true"}, 5s, 4096}).error().kind, FailureKind::conflict);
  ASSERT_TRUE(world_.runtime().start("c"));
  const auto done =
      world_.runtime().exec("c", {{"/bin/sh", "-c", "echo $SECRET; echo err >&2; exit 4"}, 10s, 4096});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->exit_code, 4);
  EXPECT_THAT(done->output, HasSubstr("word\n"));
  EXPECT_THAT(done->output, HasSubstr("err\n"));
  const auto tail = world_.runtime().exec("c", {{"/bin/sh", "-c", "seq 1 1000"}, 10s, 10});
  EXPECT_EQ(tail->output, "\n999\n1000\n");
  const auto missing = world_.runtime().exec("c", {{"/nope"}, 10s, 4096});
  ASSERT_TRUE(missing);
  EXPECT_NE(missing->exit_code, 0);
  EXPECT_EQ(world_.runtime().exec("none", {{"true"}, 5s, 4096}).error().kind, FailureKind::not_found);
}

TEST_F(ContractTest, ACommandThatTakesTooLongIsKilledWithItsChildren) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 600")));
  ASSERT_TRUE(world_.runtime().start("c"));
  const auto begin = std::chrono::steady_clock::now();
  const auto done = world_.runtime().exec("c", {{"/bin/sh", "-c", "sleep 601 & sleep 602"}, 500ms, 4096});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, FailureKind::unavailable);
  EXPECT_EQ(done.error().message, "the command did not end within 500 ms");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_TRUE(eventually([&] { return world_.runtime().stats("c")->processes <= 2; }));
  EXPECT_EQ(world_.runtime().status("c")->state, runtime::ContainerState::running);
}

TEST_F(ContractTest, ManyContainersStartAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([this, i] {
      const std::string id = "many" + std::to_string(i);
      const auto ended = world_.run(world_.shell(id, "echo " + id));
      EXPECT_EQ(ended.out, id + "\n") << ended.err;
      EXPECT_EQ(world_.reports(id), 1);
    });
  }
  for (std::thread& each : threads) {
    each.join();
  }
  EXPECT_EQ(world_.runtime().list()->size(), 12U);
}

TEST_F(ContractTest, BadRequestsAreRefused) {
  auto spec = world_.shell("../c", "true");
  EXPECT_EQ(world_.runtime().create(spec).error().kind, FailureKind::invalid);
  spec = world_.shell("c", "true");
  spec.sandbox = "none";
  EXPECT_EQ(world_.runtime().create(spec).error().kind, FailureKind::not_found);
  spec = world_.shell("c", "true");
  spec.network = "none";
  EXPECT_EQ(world_.runtime().create(spec).error().kind, FailureKind::not_found);
  spec = world_.shell("c", "true");
  spec.image = "never-pulled";
  EXPECT_EQ(world_.runtime().create(spec).error().kind, FailureKind::not_found);
  spec = world_.shell("c", "sleep 600");
  ASSERT_TRUE(world_.runtime().create(spec));
  EXPECT_EQ(world_.runtime().create(spec).error().kind, FailureKind::conflict);
  EXPECT_EQ(world_.runtime().create_sandbox(world_.sandbox_spec()).error().kind, FailureKind::conflict);
  EXPECT_EQ(world_.runtime().remove_image(spec.image).error().kind, FailureKind::conflict);
  EXPECT_EQ(world_.runtime().start("none").error().kind, FailureKind::not_found);
  ASSERT_TRUE(world_.runtime().start("c"));
  EXPECT_EQ(world_.runtime().start("c").error().kind, FailureKind::conflict);
}

TEST_F(ContractTest, TheDirectoryHasOneUser) {
  const auto second = world_.try_open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, FailureKind::conflict);
}

}  // namespace
}  // namespace troupe::testing
