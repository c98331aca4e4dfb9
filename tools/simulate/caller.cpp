/// What the front actor does over HTTP, in virtual time.

#include "tools/simulate/caller.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace troupe::tools::simulate {

Caller::Caller(simulation::VirtualCluster& world, const std::string& account) : world_(world) {
  core::Realm realm;
  realm.account = account;
  as_.caller.arn = "arn:aws:iam::" + account + ":root";
  as_.place = std::make_shared<const core::Realm>(std::move(realm));
}

core::Result<std::string> Caller::call(const std::string& operation, const std::string& request) {
  const auto row = table_.find(operation);
  if (!row) return row.error();
  const auto plan = (*row)->begin(as_, request);
  if (!plan) return plan.error();
  api::operations::Answers answers;
  for (const auto& question : plan->questions) {
    answers.push_back(std::visit(
        [this](const auto& asked) {
          if constexpr (std::is_same_v<std::decay_t<decltype(asked)>, AskCluster>) {
            return answer(world_.ask(*asked.command, asked.cluster));
          } else {
            return answer(world_.ask(*asked.command));
          }
        },
        question));
  }
  return plan->finish(answers);
}

}  // namespace troupe::tools::simulate
