#pragma once

/// Whether a task that signed may still speak. Its key says which task it was made for and until
/// when; that the task is over only the control plane knows, and is asked on each call.

#include "api/operations/front.hpp"
#include "api/operations/issued_keys.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace troupe::api::operations {

/// Thread-safe.
class TaskGate : public std::enable_shared_from_this<TaskGate> {
 public:
  /// The caller, or what to answer instead.
  using Verdict = std::variant<Caller, http::Response>;
  using Judged = std::function<void(Verdict)>;

  /// @param operator_roles  Names of the roles whose tasks are operators (authority.hpp).
  TaskGate(core::Realm realm, std::set<std::string> operator_roles)
      : realm_(std::move(realm)), operator_roles_(std::move(operator_roles)) {}

  /// Asks through `front` and calls `then` once, from its thread. The caller gets the name that
  /// AWS gives to who acts in a role, and the rights of its role.
  ///
  /// Refused: UnrecognizedClientException when the task is STOPPED or no longer known, in the
  /// words in which AWS refuses keys that it does not know.
  /// @pre The caller is a task.
  void judge(const FrontActor& front, Caller caller, Judged then);

 private:
  void find_cluster(const FrontActor& front, Caller caller, Judged then);
  void find_task(const FrontActor& front, const std::string& cluster, Caller caller, Judged then);
  [[nodiscard]] Verdict verdict_on(Caller caller, const core::TaskPtr& task) const;
  [[nodiscard]] std::string cluster_of(const std::string& mark) const;
  void learn(const std::vector<std::string>& cluster_arns);

  core::Realm realm_;
  std::set<std::string> operator_roles_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> clusters_;  ///< Names by mark; both last.
};

}  // namespace troupe::api::operations
