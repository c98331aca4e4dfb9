/// DescribeTasks of one task, without words.

#include "api/operations/task_lookup.hpp"

#include <caf/send.hpp>

namespace troupe::api::operations {

void look_up_task(const FrontActor& front, const std::string& cluster, const core::TaskId& task,
                  std::function<void(std::optional<core::TaskPtr>)> reply) {
  const auto found = std::make_shared<core::TaskPtr>();
  auto plan = std::make_shared<Plan>();
  plan->questions.push_back(ask_cluster(cluster, core::DescribeTasks{{core::to_string(task)}}));
  plan->finish = [found](const Answers& answers) -> Response {
    const auto tasks = reply_of<core::TasksReply>(answers.front());
    const bool no_cluster = !tasks && tasks.error().code == core::ErrorCode::cluster_not_found;
    if (no_cluster) return std::string{};
    if (!tasks) return tasks.error();
    if (!(*tasks)->tasks.empty()) *found = (*tasks)->tasks.front();
    return std::string{};
  };
  auto answered = [found, reply = std::move(reply)](const http::Response& response) {
    if (response.status != 200) return reply(std::nullopt);
    reply(*found);
  };
  caf::anon_send(front, StartCall{"TaskLookup", std::move(plan), std::move(answered)});
}

}  // namespace troupe::api::operations
