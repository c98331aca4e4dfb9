#pragma once

/// The base of actors that own a record: decide, make durable, then act.

#include "actors/control/write_queue.hpp"
#include "actors/player.hpp"
#include "actors/stage.hpp"

namespace troupe::control {

/// Decisions may run ahead of the disk, effects may not. An owner applies a
/// decision to its working state at once, and does everything that others can
/// see in the `told` of write(). When the journal fails, everything decided since
/// the last durable record is void: each `told` hears so, then refused() is called.
/// An owner that ends tells them too. Promises must never be left behind: one
/// holds its actor, which then would never be freed.
template <class Interface>
class Owner : public Player<Interface> {
 public:
  Owner(caf::actor_config& config, StagePtr stage) : Player<Interface>(config), stage_(std::move(stage)) {}

  void on_exit() override { writes_.fail(); }

 protected:
  [[nodiscard]] const Stage& stage() const { return *stage_; }
  [[nodiscard]] const StagePtr& stage_ptr() const { return stage_; }

  [[nodiscard]] core::Event event(core::EventBody body, const core::Stamp& stamp) const {
    return {core::Dice{stage_->chance()}.uuid(), stamp.now, std::move(body)};
  }

  void write(std::vector<RecordWrite> records, std::vector<core::Event> events, Done told) {
    writes_.add(std::move(records), std::move(events), std::move(told));
    flush();
  }

  /// Calls `told` when everything that was decided so far is durable.
  void after_writes(Done told) { writes_.after(std::move(told)); }

  /// The journal refused what was decided since the last durable record.
  virtual void refused(const caf::error& why) = 0;

 private:
  void flush() {
    auto batch = writes_.take();
    if (!batch) return;
    this->request(stage_->journal, caf::infinite, Commit{std::move(batch)})
        .then(
            [this](const Committed&) {
              writes_.succeed();
              flush();
            },
            [this](caf::error& why) {
              writes_.fail();
              refused(why);
            });
  }

  StagePtr stage_;
  WriteQueue writes_;
};

}  // namespace troupe::control
