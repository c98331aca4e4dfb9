/// Who issues, who hands out.

#include "tools/task_roles.hpp"

#include "api/operations/role_keys.hpp"
#include "api/wire/codec/timestamp.hpp"

namespace troupe::tools {
namespace {

api::metadata::Credentials told(const core::RoleCredentials& issued) {
  return {issued.role_arn, issued.access_key, issued.secret_key, issued.session_token,
          api::wire::iso_seconds(issued.expires)};
}

}  // namespace

api::agent_gateway::IssueCredentials credentials_issuer(std::shared_ptr<const api::operations::Access> access,
                                                        core::Realm realm, std::chrono::seconds lifetime) {
  return [access = std::move(access), realm = std::move(realm), lifetime](const core::Task& task,
                                                                          core::TaskRole role) {
    return api::operations::role_credentials(access->keys(), realm, task, role, access->now(), lifetime);
  };
}

void offer_credentials(node::NodeOptions& node, api::agent_gateway::IssueCredentials issue,
                       std::shared_ptr<api::metadata::CredentialsBook> book) {
  constexpr auto own = core::TaskRole::TaskApplication;
  node.credentials_path = [issue = std::move(issue), book](const core::Task& task) {
    const auto issued = issue(task, own);
    if (!issued) return std::string{};
    auto now = [issue, kept = std::make_shared<const core::Task>(task)] { return told(*issue(*kept, own)); };
    book->keep(task.id, own, issued->id, std::move(now));
    return book->path_of(task.id);
  };
  node.task_ended = [book = std::move(book)](const core::TaskId& task) { book->forget(task); };
}

}  // namespace troupe::tools
