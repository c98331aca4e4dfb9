#pragma once

/// The records of clusters, from the journal's bytes: of all at the start, of one
/// when its actor died.

#include "actors/control/cluster.hpp"
#include "runtime/journal.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::control {

/// Scans one kind of record; `take` reads one and says what is wrong with it.
template <class Take>
runtime::Result<void> read_all(const runtime::Journal& journal, std::string_view prefix, const Take& take) {
  std::optional<std::string> problem;
  auto scanned = journal.scan(prefix, [&](std::string_view key, std::string_view value) {
    problem = take(key, value);
    if (problem) *problem = "record " + std::string{key} + " cannot be read: " + *problem;
    return !problem;
  });
  if (!scanned) return scanned;
  if (problem) return runtime::Failure{runtime::FailureKind::failed, *problem};
  return {};
}

using RecoveredClusters = std::map<std::string, std::shared_ptr<RecoveredCluster>>;

/// By name. Definitions that tasks and revisions run must be in `catalog`. A record
/// that cannot be read is a failure of the whole.
runtime::Result<RecoveredClusters> read_clusters(const runtime::Journal& journal,
                                                 const core::Catalog& catalog);

}  // namespace troupe::control
