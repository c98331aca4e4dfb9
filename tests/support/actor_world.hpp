#pragma once

/// A world of actors for tests: one thread, virtual time, and an order of
/// messages that a seed decides. Nothing here knows what the actors do; it is
/// fit for tests of anyone's actors against Troupe's (see README).
///
/// No thread is started: an actor runs only inside settle(), advance(), ask()
/// and step(). Time stands still until advance() moves it. A detached actor
/// would escape all this, so none may be spawned here.

#include "actors/core/time.hpp"

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace troupe::testing {

class ActorWorld {
 public:
  ActorWorld();
  /// Ends the actors that were spawned or tracked here, and fails the test when
  /// another one is left.
  ~ActorWorld();
  ActorWorld(const ActorWorld&) = delete;
  ActorWorld& operator=(const ActorWorld&) = delete;

  [[nodiscard]] caf::actor_system& system() { return *system_; }

  /// Spawns a class-based actor that ends with this world.
  template <class Actor, class... Args>
  auto spawn(Args&&... args) {
    return track(system_->spawn<Actor>(std::forward<Args>(args)...));
  }

  /// Ends `handle` with this world.
  template <class Handle>
  Handle track(Handle handle) {
    tracked_.push_back(caf::actor_cast<caf::strong_actor_ptr>(handle));
    return handle;
  }

  /// Handles messages until none is left; returns how many. Fails the test
  /// after `limit` of them: the actors talk without end.
  std::size_t settle(std::size_t limit = 1'000'000);

  /// Moves time on. Each timer fires at its own instant, with everything it
  /// causes handled before the next. Returns how many fired.
  std::size_t advance(std::chrono::milliseconds by);

  /// Delivers one message to this actor only; false when it has none.
  template <class Handle>
  bool step(const Handle& handle) {
    return scheduler_->prioritize(handle) && scheduler_->try_run_once();
  }

  /// Delivers one message to whichever actor is next; false when none has one.
  bool step();

  /// The actor of this name that has a message waiting, to do it harm: nobody
  /// outside has its handle. Null when there is none.
  [[nodiscard]] caf::strong_actor_ptr busy(const std::string& name) const;

  /// Ends an actor as an exception would: with an error, in the midst of things.
  void kill(const caf::strong_actor_ptr& actor) {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(actor), caf::exit_reason::kill);
  }

  /// From now on the next actor to run is drawn from this seed. The same seed
  /// gives the same order. Print it when a test fails.
  void shuffle(std::uint64_t seed) {
    dice_.seed(seed);
    shuffled_ = true;
  }

  /// Sends a request, settles, and returns the answer, or nothing when the
  /// answer is an error or there is none (yet).
  template <class Answer, class Handle, class... Args>
  std::optional<Answer> ask(const Handle& to, Args&&... args) {
    auto pending = (*asker_)->request(to, caf::infinite, std::forward<Args>(args)...);
    settle();
    std::optional<Answer> result;
    if ((*asker_)->mailbox().empty()) return result;
    pending.receive([&](Answer& answer) { result.emplace(std::move(answer)); },
                    [&](caf::error& error) { last_error_ = system_->render(error); });
    return result;
  }
  /// The text of the error that the last failed ask() got.
  [[nodiscard]] const std::string& last_error() const { return last_error_; }

  /// Puts a message into the mailbox of `to` as if `from` had sent it.
  template <class From, class To, class... Args>
  void inject(const From& from, const To& to, Args&&... args) {
    caf::send_as(from, to, std::forward<Args>(args)...);
  }

  /// Puts a message into the mailbox of `to`, from nobody.
  template <class To, class... Args>
  void tell(const To& to, Args&&... args) {
    caf::anon_send(to, std::forward<Args>(args)...);
  }

  /// How many actors live, without the world's own.
  [[nodiscard]] std::size_t living() const { return system_->registry().running() - 1; }

  /// Virtual time as the actors are told it. Starts at 2026-01-01T00:00:00Z.
  [[nodiscard]] core::Time now() const;
  /// The same as a clock to inject; valid as long as this world.
  [[nodiscard]] std::function<core::Time()> clock() {
    return [this] { return now(); };
  }

 private:
  void end_tracked();
  void run_next();

  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* scheduler_ = nullptr;
  std::unique_ptr<caf::scoped_actor> asker_;
  std::vector<caf::strong_actor_ptr> tracked_;
  std::mt19937_64 dice_{0};
  bool shuffled_ = false;
  std::string last_error_;
};

/// A test with a world of its own.
class ActorTest : public ::testing::Test {
 protected:
  ActorWorld world;
};

}  // namespace troupe::testing
