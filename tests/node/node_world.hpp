#pragma once

/// One host in a world of actors: the real agent, engine and runners over a
/// table of containers, and a control plane that takes notes.

#include "actors/node/cast_node.hpp"
#include "actors/timer.hpp"
#include "tests/support/actor_world.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/fake_control_plane.hpp"
#include "tests/support/fake_runtime.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

namespace troupe::node::testing {

using troupe::testing::container;
using troupe::testing::definition;
using troupe::testing::FakeRuntime;
using troupe::testing::pending_task;
using troupe::testing::running_task;
using troupe::testing::shared;
using troupe::testing::task_id;

class NodeTest : public troupe::testing::ActorTest {
 protected:
  TimerActor timer = world.spawn<Timer>();
  troupe::testing::FakeControlPlane plane{world};
  std::shared_ptr<FakeRuntime> host = std::make_shared<FakeRuntime>();
  NodeOptions options;
  std::optional<NodeHandle> node;

  /// The next look at the clock throws: whoever looks dies.
  bool break_clock = false;

  NodeTest() {
    options.host_id = "host-1";
    spdlog::set_level(spdlog::level::off);
  }
  ~NodeTest() override { halt(); }

  /// Starts the node and gives it this manifest.
  void boot(std::vector<core::TaskPtr> tasks = {}) {
    boot_silently();
    plane.manifest(world, std::move(tasks));
  }
  void boot_silently() {
    const auto clock = [this] {
      if (std::exchange(break_clock, false)) throw std::runtime_error("the clock is broken");
      return world.now();
    };
    node.emplace(spawn_node(world.system(), plane.registry, timer, host, options, clock,
                            std::make_shared<InlineExecutor>()));
    world.settle();
  }
  /// Ends the agent and all that is with it; the containers run on.
  void halt() {
    node.reset();
    world.settle();
  }

  static std::string sandbox(std::uint64_t number) { return core::to_string(task_id(number)); }
  static std::string in(std::uint64_t number, const std::string& name) {
    return sandbox(number) + "-" + name;
  }
  core::TaskStatus status(std::uint64_t number) {
    const auto report = plane.last(task_id(number));
    return report ? report->status : core::TaskStatus::PROVISIONING;
  }
};

}  // namespace troupe::node::testing
