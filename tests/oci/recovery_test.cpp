/// A new adapter on the directory of one that was killed.

#include "runtime/process/files.hpp"
#include "tests/contract/killed_process.hpp"
#include "tests/oci/world.hpp"

#include <gmock/gmock.h>

#include <unistd.h>
#include <csignal>
#include <filesystem>

namespace troupe::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
using runtime::ContainerState;

class OciRecovery : public ::testing::Test {
 protected:
  /// Runs `work` with an adapter in a process of its own and kills that process.
  void in_killed_process(const std::function<bool(runtime::ContainerRuntime&)>& work) {
    world_.close();
    testing::in_killed_process([&] { return runtime::open_oci_runtime(world_.options()); }, work);
  }

  bool start(runtime::ContainerRuntime& runtime, const std::string& id, const std::string& script) {
    return runtime.create(world_.shell(id, script)) && runtime.start(id);
  }

  World world_;
};

TEST_F(OciRecovery, AKillAtAnyMomentLeavesNothingHalfMade) {
  for (int delay_ms : {0, 3, 7, 12, 18, 25, 40, 60}) {
    world_.close();
    killed_at(
        delay_ms, [&] { return runtime::open_oci_runtime(world_.options()); },
        [&](runtime::ContainerRuntime& runtime) {
          static_cast<void>(runtime.create_sandbox(world_.sandbox_spec()));
          static_cast<void>(start(runtime, "c", "sleep 600"));
        });
    world_.open();
    for (const auto& container : *world_.runtime().list()) {
      EXPECT_EQ(container.state, ContainerState::running) << delay_ms;
      EXPECT_EQ(kill(container.pid, 0), 0);
    }
    EXPECT_TRUE(world_.runtime().remove_sandbox("s"));
    EXPECT_TRUE(fs::is_empty(world_.directory() + "/data/containers")) << delay_ms;
    EXPECT_TRUE(eventually([&] { return processes_with(world_.directory() + "/data/containers").empty(); }))
        << delay_ms;
  }
}

TEST_F(OciRecovery, AContainerWhoseConmonIsKilledEndsAndIsReported) {
  ASSERT_TRUE(world_.runtime().create_sandbox(world_.sandbox_spec()));
  ASSERT_TRUE(start(world_.runtime(), "c", "sleep 600"));
  const int pid = world_.runtime().status("c")->pid;
  const int conmon = std::stoi(text_of(world_.directory() + "/data/containers/c/conmon.pid"));
  ASSERT_EQ(kill(conmon, SIGKILL), 0);
  const auto exit = world_.wait("c");
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->exit_code, 137);
  // Gone, or a corpse that the host's init has not taken away yet.
  const std::string stat = text_of("/proc/" + std::to_string(pid) + "/stat");
  EXPECT_TRUE(stat.empty() || stat.find(") Z ") != std::string::npos) << stat;
}

TEST_F(OciRecovery, ARebootIsAnExitToo) {
  in_killed_process([&](runtime::ContainerRuntime& runtime) {
    return runtime.create_sandbox(world_.sandbox_spec()) && start(runtime, "c", "sleep 600");
  });
  // As after a reboot: the processes are gone and the boot has another number.
  const std::string path = world_.directory() + "/data/containers/c/state.json";
  std::string state = text_of(path);
  const std::size_t boot = state.find("\"boot_id\":\"") + 11;
  kill(std::stoi(text_of(world_.directory() + "/data/containers/c/conmon.pid")), SIGKILL);
  kill(std::stoi(text_of(world_.directory() + "/data/containers/c/pid")), SIGKILL);
  state.replace(boot, 8, "00000000");
  ASSERT_TRUE(runtime::write_file_atomically(path, state));
  world_.open();
  const auto status = world_.runtime().status("c");
  ASSERT_TRUE(status && status->exit);
  EXPECT_EQ(status->exit->exit_code, 255);
}

TEST_F(OciRecovery, ARestartThatACrashInterruptedIsTakenBack) {
  in_killed_process([&](runtime::ContainerRuntime& runtime) {
    return runtime.create_sandbox(world_.sandbox_spec()) &&
           start(runtime, "c", "echo x >> /runs; exit $(cat /runs | wc -l)") &&
           eventually([&] { return runtime.status("c")->exit.has_value(); });
  });
  const std::string data = world_.directory() + "/data";
  fs::rename(data + "/exits/c", data + "/containers/c/exit-of-run-1");
  world_.open();
  const auto status = world_.runtime().status("c");
  ASSERT_TRUE(status && status->exit);
  EXPECT_EQ(status->exit->exit_code, 1);
  EXPECT_FALSE(fs::exists(data + "/containers/c/exit-of-run-1"));
  ASSERT_TRUE(world_.runtime().start("c"));
  EXPECT_EQ(world_.wait("c")->exit_code, 2) << "its writable layer is there";
}

TEST_F(OciRecovery, StraysAreRemovedAtOpen) {
  world_.close();
  for (const char* stray : {"containers/half", "sandboxes/half", "state/half", "logs/half"}) {
    fs::create_directories(world_.directory() + "/data/" + stray);
  }
  ASSERT_TRUE(
      runtime::write_file_atomically(world_.directory() + "/data/containers/half/state.json", "{\"id\":"));
  world_.open();
  EXPECT_TRUE(world_.runtime().list()->empty());
}

}  // namespace
}  // namespace troupe::testing
