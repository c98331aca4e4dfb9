#pragma once

/// The base of actors that own a record: decide, make durable, then act.

#include "actors/control/write_queue.hpp"
#include "actors/player.hpp"
#include "actors/stage.hpp"

namespace troupe::control {

/// Decisions may run ahead of the disk, effects may not. An owner applies a
/// decision to its working state at once, and does everything that others can
/// see in the `told` of write(). When the journal fails, refused() is called; by
/// default the owner ends, and its supervisor starts it again from its last
/// durable record.
template <class Interface>
class Owner : public Player<Interface> {
 public:
  Owner(caf::actor_config& config, StagePtr stage) : Player<Interface>(config), stage_(std::move(stage)) {}

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

  virtual void refused(const caf::error& why) { this->quit(why); }

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
