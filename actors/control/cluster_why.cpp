/// Why a task or a service stands where it does: the cluster knows which and what
/// it needs, the scheduler what each instance says to that.

#include "actors/control/cluster.hpp"

namespace troupe::control {

core::Result<core::PlacementQuestion> Cluster::question_of(const core::ExplainPlacement& ask) const {
  const auto& realm = stage().realm;
  if (!ask.service.empty()) {
    const auto service = service_named(ask.service);
    if (!service) return service.error();
    return core::question_about(realm, *services_.at(*service), tasks_.of_service(*service), stage().stamp());
  }
  const auto id = core::find_task_id(realm, cluster_name_, ask.task);
  if (!id) return id.error();
  const auto task = *id ? tasks_.find(**id) : nullptr;
  if (!task) return core::invalid_parameter("The referenced task was not found.");
  return core::question_about(realm, *task);
}

caf::result<Answer> Cluster::explain(const core::ExplainPlacement& ask) {
  auto question = question_of(ask);
  if (!question) return answer(question.error());
  auto promise = owe<Answer>();
  auto wanted = std::make_shared<const core::PlacementRequest>(std::move(question->request));
  request(scheduler_, caf::infinite, ExplainPlaces{std::move(wanted)})
      .then(
          [promise, known = std::move(question->known)](const PlacesExplained& found) mutable {
            known.explanation = *found.explanation;
            promise.deliver(answer(core::Reply{std::move(known)}));
          },
          [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
  return promise;
}

}  // namespace troupe::control
