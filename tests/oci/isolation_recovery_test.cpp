/// What a kill leaves of sandboxes that are set further apart, and what they cost.

#include "tests/contract/killed_process.hpp"
#include "tests/oci/isolation.hpp"

#include <gmock/gmock.h>

#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>

namespace troupe::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
using runtime::ContainerState;

constexpr std::uint64_t kStorageBytes = 64U << 20U;

TEST_F(Isolation, AnAdoptedSandboxGoesOn) {
  in_killed_process([&](runtime::ContainerRuntime& runtime) {
    auto spec =
        container("c", "trap 'exit 6' TERM; echo word > /vol/word; echo ready; while :; do sleep 0.05; done");
    spec.mounts = {{"s-vol", true, "/vol", false}};
    auto ended = container("ended", "echo x >> /runs; cat /runs | wc -l");
    ended.mounts = spec.mounts;
    return runtime.create_sandbox(sandbox("s", Users::own, kStorageBytes)) && runtime.create(spec) &&
           runtime.start("c") && runtime.create(ended) && runtime.start("ended") &&
           eventually([&] { return runtime.status("ended")->exit.has_value(); }) &&
           eventually([&] { return world_.logs("c").out == "ready\n"; });
  });
  world_.open();
  ASSERT_EQ(world_.runtime().status("c")->state, ContainerState::running);
  EXPECT_EQ(world_.runtime().exec("c", {{"/bin/sh", "-c", "cat /vol/word; id -u"}, 10s, 4096})->output,
            "word\n0\n");
  EXPECT_EQ(world_.runtime().stats("c")->interfaces.size(), 1U);
  // The same disk, not a second one from the same file.
  auto beside = container("beside", "cat /vol/word; echo more >> /vol/word");
  beside.mounts = {{"s-vol", true, "/vol", false}};
  const auto ran = world_.run(beside);
  EXPECT_EQ(ran.out, "word\n") << ran.err;
  EXPECT_EQ(world_.runtime().exec("c", {{"cat", "/vol/word"}, 10s, 4096})->output, "word\nmore\n");
  EXPECT_EQ(first_id("c"), 0x1000'0000U + (first_id("c") - 0x1000'0000U) / 65'536 * 65'536);
  // A container starts again in place, on what it wrote before.
  world_.forget();
  ASSERT_TRUE(world_.runtime().start("ended"));
  ASSERT_TRUE(world_.wait("ended"));
  EXPECT_EQ(world_.logs("ended").out, "1\n2\n");
  ASSERT_TRUE(world_.runtime().signal("c", SIGTERM));
  EXPECT_EQ(world_.wait("c")->exit_code, 6);
}

TEST_F(Isolation, ADiskWithoutAUserIsFoundAgain) {
  in_killed_process([&](runtime::ContainerRuntime& runtime) {
    return runtime.create_sandbox(sandbox("s", Users::own, kStorageBytes)) &&
           runtime.create(container("c", "echo x >> /runs; cat /runs | wc -l")) && runtime.start("c") &&
           eventually([&] { return runtime.status("c")->exit.has_value(); });
  });
  EXPECT_TRUE(eventually([&] { return loop_devices_of(world_.directory()).empty(); }))
      << "nobody has it, so the kernel let go of it";
  world_.open();
  ASSERT_TRUE(world_.runtime().start("c"));
  ASSERT_TRUE(world_.wait("c"));
  EXPECT_EQ(world_.logs("c").out, "1\n2\n");
  EXPECT_EQ(loop_devices_of(world_.directory()).size(), 1U);
}

TEST_F(Isolation, AReleasedSandboxHoldsNothing) {
  make("s", Users::own, kStorageBytes);
  EXPECT_EQ(world_.run(container("c", "echo x > /x; exit 3")).exit.exit_code, 3);
  ASSERT_TRUE(world_.runtime().release_sandbox("s"));
  EXPECT_TRUE(eventually([&] { return loop_devices_of(world_.directory()).empty(); }));
  EXPECT_FALSE(fs::exists(data() + "/sandboxes/s/storage"));
  EXPECT_FALSE(fs::exists(data() + "/sandboxes/s/user"));
  EXPECT_THAT(text_of("/proc/self/mountinfo"), ::testing::Not(HasSubstr(data() + "/sandboxes")));
  EXPECT_EQ(world_.runtime().status("c")->exit->exit_code, 3);
  ASSERT_TRUE(world_.runtime().release_sandbox("s")) << "may be repeated";
  world_.close();
  world_.open();
  EXPECT_EQ(world_.runtime().status("c")->exit->exit_code, 3);
  EXPECT_EQ(world_.runtime().start("c").error().kind, runtime::FailureKind::not_found);
}

TEST_F(Isolation, AKillAtAnyMomentLeavesNothingHalfMade) {
  for (int delay_ms : {0, 5, 10, 15, 20, 25, 30, 40, 50, 65, 80, 100}) {
    world_.close();
    killed_at(
        delay_ms, [&] { return world_.try_open(); },
        [&](runtime::ContainerRuntime& runtime) {
          static_cast<void>(runtime.create_sandbox(sandbox("s", Users::own, kStorageBytes)));
          static_cast<void>(runtime.create(container("c", "sleep 600")));
          static_cast<void>(runtime.start("c"));
        });
    world_.open();
    for (const auto& left : *world_.runtime().list()) {
      EXPECT_EQ(left.state, ContainerState::running) << delay_ms;
      EXPECT_EQ(kill(left.pid, 0), 0);
    }
    EXPECT_TRUE(world_.runtime().remove_sandbox("s"));
    for (const char* folder : {"/containers", "/sandboxes"}) {
      EXPECT_TRUE(fs::is_empty(data() + folder)) << delay_ms << folder;
    }
    EXPECT_THAT(text_of("/proc/self/mountinfo"), ::testing::Not(HasSubstr(data() + "/sandboxes")))
        << delay_ms;
    EXPECT_TRUE(eventually([&] { return loop_devices_of(world_.directory()).empty(); })) << delay_ms;
    EXPECT_TRUE(eventually([&] { return processes_with(data() + "/containers").empty(); })) << delay_ms;
  }
}

/// Prints the figures; asserts only what a busy machine holds too.
TEST_F(Isolation, ItCostsLittleToStart) {
  struct Way {
    const char* name;
    Users users;
    std::uint64_t storage_bytes;
    std::vector<double> sandbox_ms = {};
    std::vector<double> all_ms = {};
  };
  std::vector<Way> ways{{"plain", Users::the_hosts, 0},
                        {"user namespace", Users::own, 0},
                        {"20 GiB storage", Users::the_hosts, 20ULL << 30U},
                        {"both", Users::own, 20ULL << 30U}};
  const auto ms_since = [](auto begin) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  };
  for (int round = 0; round < 20; ++round) {
    for (Way& way : ways) {
      const std::string id = "s" + std::to_string(round);
      const auto begin = std::chrono::steady_clock::now();
      make(id, way.users, way.storage_bytes);
      way.sandbox_ms.push_back(ms_since(begin));
      start(container("c" + std::to_string(round), "exec sleep 600", id));
      way.all_ms.push_back(ms_since(begin));
      ASSERT_TRUE(world_.runtime().remove_sandbox(id));
    }
  }
  for (Way& way : ways) {
    std::sort(way.sandbox_ms.begin(), way.sandbox_ms.end());
    std::sort(way.all_ms.begin(), way.all_ms.end());
    std::printf("%-15s create_sandbox p50 %6.1f ms max %6.1f ms, until started p50 %6.1f ms max %6.1f ms\n",
                way.name, way.sandbox_ms[10], way.sandbox_ms.back(), way.all_ms[10], way.all_ms.back());
  }
  EXPECT_LT(ways[3].all_ms[10], 3 * ways[0].all_ms[10] + 200);
}

}  // namespace
}  // namespace troupe::testing
