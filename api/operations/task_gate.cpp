/// Two questions, the first of which is asked once for each cluster: which cluster is meant,
/// and what has become of the task.

#include "api/operations/task_gate.hpp"

#include "actors/core/task_roles.hpp"
#include "api/operations/task_lookup.hpp"

#include <caf/send.hpp>

#include <limits>

namespace troupe::api::operations {
namespace {

http::Response task_is_over() {
  return http::error_response(
      {"UnrecognizedClientException", "The security token included in the request is invalid."});
}

}  // namespace

void TaskGate::judge(const FrontActor& front, Caller caller, Judged then) {
  const auto cluster = cluster_of(caller.principal.cluster_mark);
  if (cluster.empty()) return find_cluster(front, std::move(caller), std::move(then));
  find_task(front, cluster, std::move(caller), std::move(then));
}

void TaskGate::find_cluster(const FrontActor& front, Caller caller, Judged then) {
  auto plan = std::make_shared<Plan>();
  plan->questions.push_back(
      ask_registry(core::ListClusters{{.after = {}, .limit = std::numeric_limits<std::size_t>::max()}}));
  plan->finish = [gate = shared_from_this()](const Answers& answers) -> Response {
    const auto clusters = reply_of<core::ListReply>(answers.front());
    if (!clusters) return clusters.error();
    gate->learn((*clusters)->items);
    return std::string{};
  };
  auto go_on = [gate = shared_from_this(), front, caller = std::move(caller),
                then = std::move(then)](http::Response response) {
    const auto cluster = gate->cluster_of(caller.principal.cluster_mark);
    if (!cluster.empty()) return gate->find_task(front, cluster, caller, then);
    then(response.status == 200 ? task_is_over() : std::move(response));
  };
  caf::anon_send(front, StartCall{"TaskRole", std::move(plan), std::move(go_on)});
}

void TaskGate::find_task(const FrontActor& front, const std::string& cluster, Caller caller, Judged then) {
  const auto task = caller.principal.task;
  look_up_task(front, cluster, task,
               [gate = shared_from_this(), caller = std::move(caller),
                then = std::move(then)](const std::optional<core::TaskPtr>& found) {
                 if (!found) return then(http::error_response(http::server_exception()));
                 then(gate->verdict_on(caller, *found));
               });
}

TaskGate::Verdict TaskGate::verdict_on(Caller caller, const core::TaskPtr& task) const {
  if (!task || task->last_status == core::TaskStatus::STOPPED) return task_is_over();
  const auto arn = core::role_arn_of(realm_, *task, caller.role);
  const std::string role{core::role_name(arn)};
  caller.arn = "arn:" + realm_.partition + ":sts::" + realm_.account + ":assumed-role/" + role + "/" +
               core::to_string(task->id);
  caller.is_operator = caller.role == core::TaskRole::TaskApplication && operator_roles_.count(role) != 0;
  return caller;
}

std::string TaskGate::cluster_of(const std::string& mark) const {
  const std::lock_guard lock{mutex_};
  const auto known = clusters_.find(mark);
  return known == clusters_.end() ? std::string{} : known->second;
}

void TaskGate::learn(const std::vector<std::string>& cluster_arns) {
  const std::lock_guard lock{mutex_};
  for (const auto& arn : cluster_arns) {
    const auto cluster = core::parse_ref(realm_, "cluster", arn);
    if (cluster) clusters_.insert_or_assign(KeyIssuer::mark_of(cluster->name), cluster->name);
  }
}

}  // namespace troupe::api::operations
