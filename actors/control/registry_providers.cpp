/// Capacity providers of the account, and the services in its namespaces.

#include "actors/control/registry.hpp"
#include "actors/core/store.hpp"

namespace troupe::control {

caf::result<Answer> Registry::perform_provider(const core::CapacityProviderCommand& command) {
  if (const auto* ask = std::get_if<core::CreateCapacityProvider>(&command)) {
    return write_provider(core::decide(*providers_, *ask, stage().stamp()));
  }
  if (const auto* ask = std::get_if<core::UpdateCapacityProvider>(&command)) {
    return write_provider(core::decide(*providers_, *ask));
  }
  if (const auto* ask = std::get_if<core::DeleteCapacityProvider>(&command)) {
    return write_provider(core::decide(*providers_, *ask, providers_in_use(), stage().realm));
  }
  if (const auto* ask = std::get_if<core::DescribeCapacityProviders>(&command)) {
    auto found = core::describe(*providers_, *ask, stage().realm);
    return answer(found ? core::Outcome{core::Reply{std::move(*found)}} : core::Outcome{found.error()});
  }
  return list(std::get<core::ListServicesByNamespace>(command));
}

/// Others may have been written meanwhile: only this one is replaced.
caf::result<Answer> Registry::write_provider(const core::Result<core::CapacityProvider>& decided) {
  if (!decided) return answer(decided.error());
  const auto record = std::make_shared<const core::CapacityProvider>(*decided);
  auto promise = make_response_promise<Answer>();
  write({{core::capacity_provider_key(record->name), core::store(*record)}}, {},
        [this, record, promise](bool durable) mutable {
          if (!durable) {
            promise.deliver(broken("journal"));
            return;
          }
          auto next = *providers_;
          next[record->name] = record;
          providers_ = std::make_shared<const core::Providers>(std::move(next));
          provider_book_->write(providers_);
          promise.deliver(answer(core::Reply{core::CapacityProviderReply{record}}));
        });
  return promise;
}

std::set<std::string> Registry::providers_in_use() const {
  std::set<std::string> used;
  for (const auto& [cluster_name, cluster] : clusters_) {
    if (cluster.status != core::ClusterStatus::ACTIVE) continue;
    used.insert(cluster.capacity_providers.begin(), cluster.capacity_providers.end());
  }
  return used;
}

void Registry::take_namespace(const ServiceNamespaceChanged& change) {
  const auto arn = core::service_arn(stage().realm, change.cluster, change.service);
  for (auto& [name, services] : namespaces_) services.erase(arn);
  if (!change.namespace_name.empty()) namespaces_[change.namespace_name].insert(arn);
}

caf::result<Answer> Registry::list(const core::ListServicesByNamespace& query) const {
  const auto found = namespaces_.find(query.namespace_);
  if (found == namespaces_.end()) {
    return answer(core::Error{core::ErrorCode::namespace_not_found, "Namespace not found."});
  }
  core::ListReply reply;
  const auto& services = found->second;
  for (auto it = services.upper_bound(query.page.after); it != services.end(); ++it) {
    if (reply.items.size() == query.page.limit) {
      reply.next = reply.items.back();
      break;
    }
    reply.items.push_back(*it);
  }
  return answer(core::Reply{std::move(reply)});
}

}  // namespace troupe::control
