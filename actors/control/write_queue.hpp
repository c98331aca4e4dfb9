#pragma once

/// The writes of one owner on their way to the journal. At most one batch is
/// under way; what is decided meanwhile gathers into the next one.

#include "actors/messages.hpp"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace troupe::control {

/// Told once whether the decision is durable.
using Done = std::function<void(bool durable)>;

class WriteQueue {
 public:
  /// Adds one decision. A later write of the same key replaces an earlier one
  /// that is not yet under way.
  void add(std::vector<RecordWrite> records, std::vector<core::Event> events, Done done);

  /// Calls `done` when everything added so far is durable: at once when it is.
  void after(Done done);

  /// The next batch to send; null while one is under way or nothing waits.
  std::shared_ptr<const Batch> take();

  /// The batch that was under way is durable: calls its `done`s.
  void succeed();

  /// It is not: everything decided since is void too. Calls every `done`.
  void fail();

 private:
  Batch next_;
  std::vector<Done> waiting_;
  std::vector<Done> committing_;
  bool under_way_ = false;
};

}  // namespace troupe::control
