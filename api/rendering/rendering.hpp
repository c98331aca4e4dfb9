#pragma once

/// Records of the core as ECS shows them: the one place that knows which member
/// of a `Task`, `Cluster` or `ContainerInstance` comes from which fact. The API's
/// answers, the events and the task metadata are all made of what is here.
///
/// Pure functions; whatever a record does not know stays absent.
/// Source: ECS API Reference, "Data Types".

#include "actors/core/ids.hpp"
#include "actors/core/records/cluster.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/task.hpp"
#include "api/wire/clusters.hpp"
#include "api/wire/container_instances.hpp"
#include "api/wire/tasks.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace troupe::api::rendering {

/// Members that a caller gets only when asked for. `tags` stays `[]` otherwise.
struct TaskDetail {
  bool tags = false;
};

struct ClusterDetail {
  bool attachments = false;
  bool configuration = false;
  bool settings = false;
  bool statistics = false;
  bool tags = false;
};

struct InstanceDetail {
  bool tags = false;
  bool health = false;
};

/// `cpu` and `memory` are the task's own sizes where its definition or overrides
/// give them, else the sums that its instance reserves.
wire::Task task(const core::Realm& realm, const core::Task& record, TaskDetail detail);

wire::Cluster cluster(const core::Realm& realm, const core::Cluster& record,
                      const core::ClusterCounts& counts, const ClusterDetail& detail);

wire::ContainerInstance instance(const core::Realm& realm, const core::ContainerInstance& record,
                                 InstanceDetail detail);

/// The definition of the task's container `name`; null when there is none.
const core::ContainerDefinition* definition_of(const core::Task& record, std::string_view name);

/// The value of an attachment's detail; empty when it has none of that name.
std::string attachment_detail(const core::Attachment& attachment, std::string_view name);

/// Whether a list that a caller may leave out holds `item`.
template <class Item>
bool includes(const std::optional<std::vector<Item>>& list, Item item) {
  return list && std::find(list->begin(), list->end(), item) != list->end();
}

/// An absent member for empty text.
std::optional<std::string> given(const std::string& text);

}  // namespace troupe::api::rendering
