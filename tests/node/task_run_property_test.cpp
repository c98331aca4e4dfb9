/// Random plans, random order of answers, random faults: whatever happens, a
/// task never moves back, names only what exists, ends when everything ends, and
/// gives its sandbox back. A failure prints its seed.

#include "tests/node/run_driver.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

using namespace std::chrono_literals;

namespace troupe::node::testing {
namespace {

constexpr std::uint64_t seeds = 3'000;
constexpr int steps_max = 400;

/// A host that answers each effect some time, in an order that the dice choose.
class RandomHost {
 public:
  RandomHost(std::uint64_t seed, std::shared_ptr<const TaskPlan> plan)
      : dice_(seed), driver_(std::move(plan)) {
    apply(TaskBegun{});
  }

  void step() {
    driver_.now += core::Millis{dice_() % 40'000};
    const auto choice = dice_() % 20;
    if (choice == 0) return apply(StopAsked{});
    if (choice < 3 && !running_.empty()) return exit_one();
    if (choice == 3 && !said_.empty()) return apply(said_[dice_() % said_.size()]);  // Said again.
    if (choice < 8 && !timers_.empty()) return take(timers_);
    if (!pending_.empty()) return take(pending_);
    if (!timers_.empty()) return take(timers_);
    if (!running_.empty()) exit_one();
  }

  /// From now on the host only answers and everything ends.
  void finish() {
    apply(StopAsked{});
    for (int i = 0; i < 10 * steps_max && !(stopped() && pending_.empty()); ++i) {
      if (!pending_.empty()) {
        take(pending_);
      } else if (!running_.empty()) {
        exit_one();
      } else if (!timers_.empty()) {
        take(timers_);
      }
    }
  }

  [[nodiscard]] bool stopped() const { return driver_.run.status == core::TaskStatus::STOPPED; }
  [[nodiscard]] bool sandbox_given_back() const {
    return !sandbox_made_ || released_ || release_failures_ >= 5;
  }
  [[nodiscard]] int sandboxes() const { return sandboxes_; }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }
  [[nodiscard]] std::size_t running() const { return running_.size(); }

 private:
  [[nodiscard]] bool lucky() { return dice_() % 12 != 0; }
  runtime::Failure failure() {
    return {dice_() % 2 == 0 ? runtime::FailureKind::unavailable : runtime::FailureKind::failed, "bad luck"};
  }

  void take(std::vector<TaskEvent>& from) {
    const auto index = dice_() % from.size();
    const auto event = from[index];
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(index));
    apply(event);
  }

  void exit_one() {
    auto at = running_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(dice_() % running_.size()));
    const auto container = *at;
    running_.erase(at);
    apply(ContainerExited{container, {static_cast<int>(dice_() % 3), false, driver_.now}});
  }

  void apply(TaskEvent event) {
    const auto before = driver_.run.status;
    said_.push_back(event);
    for (const auto& effect : advance(driver_.run, event, driver_.now)) {
      std::visit([&](const auto& asked) { on(asked); }, effect);
    }
    const auto after = driver_.run.status;
    if (after < before) wrong_ = "the task moved back";
    if (after == core::TaskStatus::STOPPED && !running_.empty()) wrong_ = "STOPPED while a container runs";
  }

  void known(ContainerIndex container) {
    if (container >= driver_.run.containers.size()) wrong_ = "an unknown container";
  }

  void on(const PullImage& e) {
    pending_.push_back(lucky() ? TaskEvent{ImagePulled{e.image, "d"}}
                               : TaskEvent{ImagePullFailed{e.image, failure()}});
  }
  void on(const CreateSandbox&) {
    ++sandboxes_;
    sandbox_made_ = lucky();
    pending_.push_back(sandbox_made_ ? TaskEvent{SandboxCreated{{"s", {}, {}}}}
                                     : TaskEvent{SandboxFailed{failure()}});
  }
  void on(const CreateContainer& e) {
    known(e.container);
    if (!made_.insert(e.container).second) wrong_ = "created twice";
    if (lucky()) {
      pending_.push_back(ContainerCreated{e.container});
    } else {
      made_.erase(e.container);
      pending_.push_back(ContainerCreateFailed{e.container, failure()});
    }
  }
  void on(const LaunchContainer& e) {
    known(e.container);
    if (!made_.insert(e.container).second) wrong_ = "created twice";
    if (lucky()) return on(StartContainer{e.container});
    made_.erase(e.container);
    pending_.push_back(ContainerCreateFailed{e.container, failure()});
  }
  void on(const StartContainer& e) {
    known(e.container);
    if (made_.count(e.container) == 0) wrong_ = "started before it was created";
    if (running_.count(e.container) != 0) wrong_ = "started while it runs";
    if (!lucky()) return pending_.push_back(ContainerStartFailed{e.container, failure()});
    runtime::ContainerStatus status;
    status.started_at = driver_.now;
    running_.insert(e.container);
    pending_.push_back(ContainerStarted{e.container, status});
  }
  void on(const SignalContainer& e) {
    known(e.container);
    if (running_.count(e.container) != 0 && (e.signal == 9 || lucky())) {
      running_.erase(e.container);
      pending_.push_back(ContainerExited{e.container, {128 + e.signal, false, driver_.now}});
    }
  }
  void on(const InspectContainer& e) {
    known(e.container);
    if (running_.count(e.container) == 0) pending_.push_back(ContainerGone{e.container});
  }
  void on(const ProbeHealth& e) {
    known(e.container);
    pending_.push_back(HealthProbed{e.container, e.incarnation, lucky()});
  }
  void on(const ReleaseSandbox&) {
    if (!running_.empty()) wrong_ = "released while a container runs";
    released_ = lucky();
    if (!released_) ++release_failures_;
    pending_.push_back(released_ ? TaskEvent{SandboxReleased{}} : TaskEvent{SandboxReleaseFailed{failure()}});
  }
  void on(const SetTimer& e) { timers_.push_back(TimerRang{e.timer}); }
  void on(const Report& e) {
    if (last_ && e.report->status < last_->status) wrong_ = "a report moved back";
    if (last_ && last_->status == core::TaskStatus::STOPPED) wrong_ = "a report after STOPPED";
    last_ = e.report;
  }

  std::mt19937_64 dice_;
  std::vector<TaskEvent> pending_;
  std::vector<TaskEvent> timers_;
  std::vector<TaskEvent> said_;
  std::set<ContainerIndex> made_;
  std::set<ContainerIndex> running_;
  std::shared_ptr<const core::TaskReport> last_;
  std::string wrong_;
  int sandboxes_ = 0;
  int release_failures_ = 0;
  bool sandbox_made_ = false;
  bool released_ = false;
  RunDriver driver_;  // Last: its first event uses everything above.
};

std::shared_ptr<const TaskPlan> random_plan(std::mt19937_64& dice) {
  const auto count = 1 + dice() % 5;
  std::vector<PlannedContainer> containers;
  for (std::size_t c = 0; c < count; ++c) {
    auto one = planned("c" + std::to_string(c), c == 0 || dice() % 2 == 0);
    if (dice() % 3 == 0) one.image = "shared:1";
    if (dice() % 3 == 0) one.health = HealthSpec{};
    if (dice() % 3 == 0) one.restart = RestartSpec{{0}, 60s};
    if (dice() % 4 == 0) one.start_timeout = 30s;
    containers.push_back(std::move(one));
  }
  auto plan = plan_of(std::move(containers));
  for (std::size_t c = 1; c < count; ++c) {
    if (dice() % 2 == 0) depends(*plan, c, dice() % c, static_cast<core::ContainerCondition>(dice() % 4));
    if (dice() % 5 == 0) plan->containers[c].volume_sources = {dice() % c};
  }
  return plan;
}

TEST(TaskRunProperties, HoldForAnyOrderOfEvents) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 dice{seed};
    RandomHost host{seed, random_plan(dice)};
    for (int i = 0; i < steps_max && !host.stopped(); ++i) host.step();
    host.finish();
    ASSERT_EQ(host.wrong(), "");
    ASSERT_TRUE(host.stopped());
    ASSERT_EQ(host.running(), 0U);
    ASSERT_EQ(host.sandboxes(), 1);
    ASSERT_TRUE(host.sandbox_given_back());
  }
}

TEST(TaskRunProperties, ASeedGivesTheSameLifeEachTime) {
  const auto live = [](std::uint64_t seed) {
    std::mt19937_64 dice{seed};
    RandomHost host{seed, random_plan(dice)};
    int steps = 0;
    for (; steps < steps_max && !host.stopped(); ++steps) host.step();
    return steps;
  };
  std::set<int> lengths;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(live(seed), live(seed));
    lengths.insert(live(seed));
  }
  EXPECT_GT(lengths.size(), 5U) << "different seeds find different lives";
}

}  // namespace
}  // namespace troupe::node::testing
