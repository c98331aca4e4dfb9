#pragma once

/// The task definitions: families and their revisions. A plain value; the
/// registry owns one.
///
/// Source: ECS API Reference, RegisterTaskDefinition, DescribeTaskDefinition,
/// DeregisterTaskDefinition, ListTaskDefinitions, ListTaskDefinitionFamilies.

#include "actors/core/commands.hpp"
#include "actors/core/stamp.hpp"

#include <map>
#include <memory>
#include <string>

namespace troupe::core {

class Catalog {
 public:
  explicit Catalog(Realm realm = {}) : realm_(std::move(realm)) {}

  /// Validates, and gives the next revision of the family. Only the number is
  /// taken; put() makes the revision known, when it is durable.
  [[nodiscard]] Result<TaskDefinitionPtr> decide(const RegisterTaskDefinition& command, Time now);
  /// The record as INACTIVE; repeating it gives the same record.
  [[nodiscard]] Result<TaskDefinitionPtr> decide(const DeregisterTaskDefinition& command, Time now) const;

  /// Adds or replaces one revision.
  void put(const TaskDefinitionPtr& record);

  /// family (its latest ACTIVE revision), family:revision or ARN.
  [[nodiscard]] Result<TaskDefinitionPtr> describe(const std::string& reference) const;
  /// The same for one that is to be run: other texts, and it must be ACTIVE.
  [[nodiscard]] Result<TaskDefinitionPtr> to_run(const std::string& reference) const;
  /// By name, for records that refer to it; null when unknown.
  [[nodiscard]] TaskDefinitionPtr find(const std::string& family, std::int32_t revision) const;

  [[nodiscard]] ListReply list(const ListTaskDefinitions& command) const;
  [[nodiscard]] ListReply list(const ListTaskDefinitionFamilies& command) const;

 private:
  using Revisions = std::map<std::int32_t, TaskDefinitionPtr>;
  [[nodiscard]] TaskDefinitionPtr latest_active(const std::string& family) const;

  Realm realm_;
  std::map<std::string, Revisions> families_;
  std::map<std::string, std::int32_t> last_revisions_;  ///< Given out, durable or not.
};

}  // namespace troupe::core
