/// What belongs to an engine alone: own addresses, crashes of ours at any moment,
/// its restart, and what others do to its containers.

#include "runtime/docker/output_frames.hpp"
#include "tests/contract/killed_process.hpp"
#include "tests/docker/world.hpp"

#include <gmock/gmock.h>

#include <unistd.h>
#include <csignal>

namespace troupe::testing {
namespace {

using runtime::ContainerState;
using runtime::FailureKind;
using runtime::NetworkKind;
using ::testing::HasSubstr;

TEST_F(DockerTest, ATaskMayHaveAnAddressOfItsOwn) {
  auto sandbox = world_.sandbox_spec("net");
  sandbox.networks = {{"task", NetworkKind::address, {}}};
  const auto made = world_.runtime().create_sandbox(sandbox);
  ASSERT_TRUE(made) << made.error().message;
  const auto& network = made->networks.front();
  EXPECT_FALSE(network.address.empty());
  EXPECT_FALSE(network.gateway.empty());
  EXPECT_FALSE(network.mac.empty());
  EXPECT_EQ(network.subnet.substr(0, 7), network.address.substr(0, 7));
  auto spec = world_.shell("c", "ip -4 addr show eth0 | grep -c " + network.address + "/; cat /etc/hosts");
  spec.sandbox = "net";
  spec.network = "task";
  const auto ended = world_.run(spec);
  EXPECT_THAT(ended.out, HasSubstr("1\n"));
  EXPECT_THAT(ended.out, HasSubstr(network.address));
}

TEST_F(DockerTest, WhatAnEngineCannotDoForOneTaskIsRefused) {
  auto spec = world_.sandbox_spec("isolated");
  spec.user_namespace = true;
  auto refused = world_.runtime().create_sandbox(spec);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, runtime::FailureKind::invalid);
  EXPECT_EQ(refused.error().message, "the docker runtime does not support a user namespace for each task");
  spec.user_namespace = false;
  spec.storage_bytes = 1U << 30U;
  refused = world_.runtime().create_sandbox(spec);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the docker runtime does not support a limit of a task's storage");
}

TEST_F(DockerTest, MetadataIsReachedAtItsAddress) {
  ASSERT_TRUE(world_.runtime().serve_metadata(19080));
  auto sandbox = world_.sandbox_spec("net");
  sandbox.networks = {{"b", NetworkKind::bridge, {}}};
  ASSERT_TRUE(world_.runtime().create_sandbox(sandbox));
  ASSERT_TRUE(
      world_.runtime().create(world_.shell("server", "while :; do echo served | nc -l -p 19080; done")));
  ASSERT_TRUE(world_.runtime().start("server"));
  auto spec = world_.shell("c", "until nc 169.254.170.2 80 < /dev/null | grep served; do sleep 0.1; done");
  spec.sandbox = "net";
  spec.network = "b";
  EXPECT_EQ(world_.run(spec).out, "served\n");
  EXPECT_TRUE(world_.runtime().serve_metadata(0));
}

TEST_F(DockerTest, AKillAtAnyMomentLeavesNothingHalfMade) {
  ASSERT_TRUE(world_.runtime().remove_sandbox("s"));
  for (const int delay_ms : {5, 60, 150, 300, 600}) {
    world_.close();
    killed_at(
        delay_ms, [&] { return world_.try_open(); },
        [&](runtime::ContainerRuntime& runtime) {
          auto sandbox = world_.sandbox_spec();
          sandbox.networks.push_back({"b", NetworkKind::bridge, {{80, 0}}});
          static_cast<void>(runtime.create_sandbox(sandbox));
          static_cast<void>(runtime.create(world_.shell("c", "sleep 600")));
          static_cast<void>(runtime.start("c"));
        });
    world_.open();
    for (const auto& container : *world_.runtime().list()) {
      EXPECT_EQ(container.state, ContainerState::running) << delay_ms;
    }
    EXPECT_TRUE(world_.runtime().remove_sandbox("s"));
    const auto left = EngineProcess::instance().api().get("/containers/json?all=1");
    EXPECT_TRUE(left->get_array().empty()) << delay_ms << boost::json::serialize(*left);
  }
}

TEST_F(DockerTest, WhatOthersRemoveHasEnded) {
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 600")));
  ASSERT_TRUE(world_.runtime().start("c"));
  ASSERT_TRUE(EngineProcess::instance().api().remove("/containers/troupe-c?force=1"));
  const auto exit = world_.wait("c");
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->exit_code, 137);
  EXPECT_EQ(world_.reports("c"), 1);
}

TEST_F(DockerTest, AnEngineThatRestartsIsFollowedAgain) {
  if (EngineProcess::is_podman()) {
    GTEST_SKIP() << "Podman's containers do not end with its service";
  }
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "trap 'exit 3' TERM; while :; do sleep 0.05; done")));
  ASSERT_TRUE(world_.runtime().start("c"));
  EngineProcess::instance().restart();
  const auto exit = world_.wait("c");
  ASSERT_TRUE(exit) << "dockerd ends its containers with itself";
  EXPECT_NE(exit->exit_code, 0);  // 3, or 137 when it had no time.
  const auto again = world_.runtime().start("c");
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_TRUE(world_.runtime().signal("c", SIGKILL));
  EXPECT_TRUE(eventually([&] { return world_.reports("c") == 2; }));
}

TEST(DockerAdapter, WithoutAnEngineItSaysSo) {
  const auto opened = runtime::open_docker_runtime({"/tmp/troupe-nowhere", "/tmp/troupe-no.sock", "troupe"});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, FailureKind::unavailable);
  EXPECT_EQ(opened.error().message,
            "cannot reach /tmp/troupe-no.sock of the container engine: No such file or directory");
}

TEST(OutputFrames, KeepTheLastBytesOfFramesThatComeInPieces) {
  runtime::docker::OutputFrames output(5);
  const std::string first{
      "\x01\0\0\0\0\0\0\x03"
      "abc",
      11};
  const std::string second{
      "\x02\0\0\0\0\0\0\x04"
      "defg",
      12};
  for (const char letter : first + second) {
    output.take({&letter, 1});
  }
  EXPECT_EQ(output.text(), "cdefg");
}

}  // namespace
}  // namespace troupe::testing
