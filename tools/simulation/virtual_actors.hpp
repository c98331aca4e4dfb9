#pragma once

/// Actors in virtual time: one thread, a clock that stands still until it is
/// moved, and an order of messages that a seed decides. Nothing here knows what
/// the actors do.
///
/// No thread is started: an actor runs only inside step(), settle(), advance()
/// and ask(). A detached actor would escape all this, so none may be spawned here.

#include "actors/core/time.hpp"

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace troupe::simulation {

class VirtualActors {
 public:
  VirtualActors();
  /// Ends the actors that were spawned or tracked here.
  virtual ~VirtualActors();
  VirtualActors(const VirtualActors&) = delete;
  VirtualActors& operator=(const VirtualActors&) = delete;

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

  /// Handles messages until none is left; returns how many. After `limit` of them
  /// it calls trouble(): the actors talk without end.
  std::size_t settle(std::size_t limit = 1'000'000);

  /// Moves time on. Each timer fires at its own instant, with everything it
  /// causes handled before the next. Returns how many fired.
  std::size_t advance(std::chrono::milliseconds by);

  /// When the next timer fires, as now() tells time.
  [[nodiscard]] std::optional<core::Time> next_timer() const;
  /// Sets the clock to `to`, unless that is past, and fires the timers that are due
  /// then: their messages wait to be handled. For whoever steps from one to the next.
  std::size_t fire_timers(core::Time to);

  /// Delivers one message to this actor only; false when it has none.
  template <class Handle>
  bool step(const Handle& handle) {
    return scheduler_->prioritize(handle) && scheduler_->try_run_once();
  }

  /// Delivers one message to whichever actor is next; false when none has one.
  bool step();

  /// Who was given a message last.
  struct Handled {
    const char* name = "";
    caf::actor_id id = 0;
  };
  [[nodiscard]] const Handled& last_handled() const { return last_handled_; }

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

 protected:
  /// What should not be; a test fails on it. Says so on the log by default.
  virtual void trouble(const std::string& what);
  /// Ends everything; called by the destructors of all classes in the line, so that
  /// trouble() is the most derived one's. Harmless when repeated.
  void close();

 private:
  void run_next();

  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* scheduler_ = nullptr;
  std::unique_ptr<caf::scoped_actor> asker_;
  std::vector<caf::strong_actor_ptr> tracked_;
  std::mt19937_64 dice_{0};
  bool shuffled_ = false;
  Handled last_handled_;
  std::string last_error_;
};

}  // namespace troupe::simulation
