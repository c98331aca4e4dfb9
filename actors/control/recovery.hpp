#pragma once

/// Reads everything back from the journal at the start.

#include "actors/control/event_stream.hpp"
#include "actors/control/registry.hpp"
#include "runtime/journal.hpp"

#include <memory>

namespace troupe::control {

struct Recovered {
  std::shared_ptr<RecoveredWorld> world;
  RecoveredEvents events;
};

/// Every record as it was when the last batch was durable. A record that cannot be read is a
/// failure of the whole: nothing is silently lost.
runtime::Result<Recovered> recover(const runtime::Journal& journal, const core::Realm& realm);

/// The same of one cluster alone, or of a part of it.
runtime::Result<std::shared_ptr<const RecoveredCluster>> read_cluster(const runtime::Journal& journal,
                                                                      const ReadCluster& ask);

}  // namespace troupe::control
