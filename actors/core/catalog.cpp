/// The task definitions.

#include "actors/core/catalog.hpp"

#include "actors/core/task_definition/reference.hpp"
#include "actors/core/task_definition/registration.hpp"

namespace troupe::core {
namespace {

/// Reads a reference, and refuses one into another account or region.
Result<TaskDefinitionReference> parse_here(const Realm& realm, const std::string& text) {
  auto ref = parse_task_definition_reference(text);
  if (!ref) return ref;
  if (ref->account && *ref->account != realm.account) {
    return invalid_parameter("Identifier is for " + *ref->account + ". Your accountId is " + realm.account);
  }
  if (ref->region && *ref->region != realm.region) {
    return invalid_parameter("Identifier is for region " + *ref->region + ". Your region is " + realm.region);
  }
  return ref;
}

std::string zero_padded(std::int32_t revision) {
  auto digits = std::to_string(revision);
  return std::string(10 - digits.size(), '0') + digits;
}

/// Collects the items of one page; the keys must come in order.
class PageBuilder {
 public:
  PageBuilder(const Page& page, SortOrder order) : page_(page), order_(order) {}
  /// False when the page is full.
  bool add(const std::string& key, std::string item) {
    const bool seen =
        !page_.after.empty() && (order_ == SortOrder::ASC ? key <= page_.after : key >= page_.after);
    if (seen) return true;
    if (reply_.items.size() == page_.limit) {
      reply_.next = last_;
      return false;
    }
    last_ = key;
    reply_.items.push_back(std::move(item));
    return true;
  }
  ListReply take() { return std::move(reply_); }

 private:
  const Page& page_;
  SortOrder order_;
  std::string last_;
  ListReply reply_;
};

}  // namespace

Result<TaskDefinitionPtr> Catalog::decide(const RegisterTaskDefinition& command, Time now) {
  auto normalised = validate_and_normalise({command.definition, command.tags});
  if (!normalised) return normalised.error();
  auto record = std::make_shared<TaskDefinitionRecord>();
  record->definition = std::move(*normalised);
  record->tags = command.tags;
  auto& definition = record->definition;
  auto& last = last_revisions_[*definition.family];
  if (last >= 1'000'000) {
    return Error{ErrorCode::limit_exceeded, "The maximum number of revisions of the family was reached."};
  }
  definition.revision = ++last;
  definition.taskDefinitionArn = task_definition_arn(realm_, *definition.family, last);
  definition.status = TaskDefinitionStatus::ACTIVE;
  definition.registeredAt = now;
  definition.registeredBy = command.registered_by;
  return TaskDefinitionPtr{std::move(record)};
}

Result<TaskDefinitionPtr> Catalog::decide(const DeregisterTaskDefinition& command, Time now) const {
  const auto ref = parse_here(realm_, command.task_definition);
  if (!ref) return ref.error();
  if (!ref->revision) return client_error("Revision is missing.");
  const auto known = find(ref->family, *ref->revision);
  if (!known) return client_error("The specified task definition does not exist.");
  if (known->definition.status != TaskDefinitionStatus::ACTIVE) return known;
  auto record = std::make_shared<TaskDefinitionRecord>(*known);
  record->definition.status = TaskDefinitionStatus::INACTIVE;
  record->definition.deregisteredAt = now;
  return TaskDefinitionPtr{std::move(record)};
}

void Catalog::put(const TaskDefinitionPtr& record) {
  const auto& family = *record->definition.family;
  const auto revision = *record->definition.revision;
  families_[family][revision] = record;
  auto& last = last_revisions_[family];
  last = std::max(last, revision);
}

TaskDefinitionPtr Catalog::find(const std::string& family, std::int32_t revision) const {
  const auto revisions = families_.find(family);
  if (revisions == families_.end()) return nullptr;
  const auto found = revisions->second.find(revision);
  return found == revisions->second.end() ? nullptr : found->second;
}

TaskDefinitionPtr Catalog::latest_active(const std::string& family) const {
  const auto revisions = families_.find(family);
  if (revisions == families_.end()) return nullptr;
  for (auto it = revisions->second.rbegin(); it != revisions->second.rend(); ++it) {
    if (it->second->definition.status == TaskDefinitionStatus::ACTIVE) return it->second;
  }
  return nullptr;
}

Result<TaskDefinitionPtr> Catalog::describe(const std::string& reference) const {
  const auto ref = parse_here(realm_, reference);
  if (!ref) return ref.error();
  auto found = ref->revision ? find(ref->family, *ref->revision) : latest_active(ref->family);
  if (!found) return client_error("Unable to describe task definition.");
  return found;
}

Result<TaskDefinitionPtr> Catalog::to_run(const std::string& reference) const {
  const auto ref = parse_here(realm_, reference);
  if (!ref) return ref.error();
  auto found = ref->revision ? find(ref->family, *ref->revision) : latest_active(ref->family);
  if (!found) return client_error("TaskDefinition not found.");
  if (found->definition.status != TaskDefinitionStatus::ACTIVE)
    return client_error("TaskDefinition is inactive");
  return found;
}

ListReply Catalog::list(const ListTaskDefinitions& command) const {
  PageBuilder page{command.page, command.sort};
  const auto visit_family = [&](const std::string& family, const Revisions& revisions) {
    const auto visit = [&](const TaskDefinitionPtr& record) {
      if (record->definition.status != command.status) return true;
      const auto key = family + " " + zero_padded(*record->definition.revision);
      return page.add(key, *record->definition.taskDefinitionArn);
    };
    if (command.sort == SortOrder::ASC) {
      for (auto it = revisions.begin(); it != revisions.end(); ++it) {
        if (!visit(it->second)) return false;
      }
    } else {
      for (auto it = revisions.rbegin(); it != revisions.rend(); ++it) {
        if (!visit(it->second)) return false;
      }
    }
    return true;
  };
  if (!command.family.empty()) {
    const auto family = families_.find(command.family);
    if (family != families_.end()) visit_family(family->first, family->second);
  } else if (command.sort == SortOrder::ASC) {
    for (auto it = families_.begin(); it != families_.end() && visit_family(it->first, it->second);) ++it;
  } else {
    for (auto it = families_.rbegin(); it != families_.rend() && visit_family(it->first, it->second);) ++it;
  }
  return page.take();
}

ListReply Catalog::list(const ListTaskDefinitionFamilies& command) const {
  PageBuilder page{command.page, SortOrder::ASC};
  for (auto it = families_.lower_bound(command.prefix); it != families_.end(); ++it) {
    if (!it->first.starts_with(command.prefix)) break;
    const bool active = latest_active(it->first) != nullptr;
    const bool wanted =
        command.status == FamilyStatus::ALL || (command.status == FamilyStatus::ACTIVE) == active;
    if (wanted && !page.add(it->first, it->first)) break;
  }
  return page.take();
}

}  // namespace troupe::core
