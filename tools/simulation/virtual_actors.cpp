/// CAF's test scheduler behind a calm face.

#include "tools/simulation/virtual_actors.hpp"

#include <spdlog/spdlog.h>
#include <caf/actor_cast.hpp>
#include <caf/atom.hpp>
#include <caf/scheduled_actor.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace troupe::simulation {
namespace {

using TestClock = caf::detail::test_actor_clock;

constexpr auto epoch = core::Time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

/// The instant at which the next timer is due.
std::optional<TestClock::time_point> next_due(const TestClock& clock) {
  struct Schedule : TestClock {
    static const schedule_map& of(const TestClock& clock) { return clock.*&Schedule::schedule_; }
  };
  const auto& schedule = Schedule::of(clock);
  if (schedule.empty()) return std::nullopt;
  return schedule.begin()->first;
}

/// Timers have finer instants than records: an instant is told when it has passed.
core::Time told(TestClock::time_point instant) {
  return epoch + std::chrono::ceil<core::Millis>(instant.time_since_epoch());
}

}  // namespace

VirtualActors::VirtualActors() {
  config_.set("scheduler.policy", caf::atom("testing"));
  system_ = std::make_unique<caf::actor_system>(config_);
  scheduler_ = dynamic_cast<caf::scheduler::test_coordinator*>(&system_->scheduler());
  if (scheduler_ == nullptr) throw std::logic_error("no test scheduler");
  asker_ = std::make_unique<caf::scoped_actor>(*system_);
}

VirtualActors::~VirtualActors() {
  close();
}

void VirtualActors::close() {
  if (!system_) return;
  for (auto& actor : std::exchange(tracked_, {})) {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(actor), caf::exit_reason::user_shutdown);
  }
  settle();
  asker_.reset();
  // A cancelled timer may have been the last to hold an actor.
  for (int round = 0; round < 2; ++round) {
    scheduler_->clock().cancel_all();
    settle();
  }
  if (system_->registry().running() != 0) trouble("actors are left over");
  system_->await_actors_before_shutdown(false);
  system_.reset();
}

void VirtualActors::trouble(const std::string& what) {
  spdlog::error("simulation: {}", what);
}

std::size_t VirtualActors::settle(std::size_t limit) {
  auto& jobs = scheduler_->jobs;
  std::size_t handled = 0;
  for (; !jobs.empty(); ++handled) {
    if (handled == limit) {
      trouble("the actors do not settle");
      break;
    }
    run_next();
  }
  return handled;
}

bool VirtualActors::step() {
  if (scheduler_->jobs.empty()) return false;
  run_next();
  return true;
}

caf::strong_actor_ptr VirtualActors::busy(const std::string& name) const {
  for (auto* job : scheduler_->jobs) {
    auto* actor = dynamic_cast<caf::scheduled_actor*>(job);
    if (actor != nullptr && name == actor->name()) return caf::actor_cast<caf::strong_actor_ptr>(actor);
  }
  return nullptr;
}

void VirtualActors::run_next() {
  auto& jobs = scheduler_->jobs;
  if (shuffled_) std::swap(jobs[0], jobs[dice_() % jobs.size()]);
  const auto* actor = dynamic_cast<caf::scheduled_actor*>(jobs[0]);
  last_handled_ = actor != nullptr ? Handled{actor->name(), actor->id()} : Handled{};
  scheduler_->run_once();
}

std::size_t VirtualActors::advance(std::chrono::milliseconds by) {
  auto& clock = scheduler_->clock();
  const auto end = clock.now() + by;
  std::size_t fired = 0;
  settle();
  for (auto due = next_due(clock); due && *due <= end; due = next_due(clock)) {
    fired += scheduler_->advance_time(*due > clock.now() ? *due - clock.now() : caf::timespan{0});
    settle();
  }
  scheduler_->advance_time(end - clock.now());
  settle();
  return fired;
}

std::optional<core::Time> VirtualActors::next_timer() const {
  const auto due = next_due(scheduler_->clock());
  return due ? std::optional{std::max(now(), told(*due))} : std::nullopt;
}

std::size_t VirtualActors::fire_timers(core::Time to) {
  return scheduler_->advance_time(std::max(caf::timespan{to - now()}, caf::timespan{0}));
}

core::Time VirtualActors::now() const {
  const auto since = scheduler_->clock().now().time_since_epoch();
  return epoch + std::chrono::duration_cast<core::Millis>(since);
}

}  // namespace troupe::simulation
