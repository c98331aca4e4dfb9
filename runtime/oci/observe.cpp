/// Looking into a running container: what it uses, and commands beside it.

#include "runtime/oci/adapter.hpp"
#include "runtime/oci/process_stats.hpp"

namespace troupe::runtime::oci {

Result<Stats> Adapter::stats(const std::string& id) {
  const auto record = find(id);
  if (!record) {
    return record.error();
  }
  Stats stats = cgroups_.stats(record->cgroup_path);
  if (!record->exit && is_alive(record->process)) {
    stats.interfaces = interfaces_of(record->process.pid);
  }
  return stats;
}

Result<ExecResult> Adapter::exec(const std::string& id, const ExecRequest& request) {
  const auto record = find(id);
  if (!record) {
    return record.error();
  }
  if (record->exit || record->phase != Phase::started) {
    return Failure{FailureKind::conflict, "container " + id + " is not running"};
  }
  if (request.command.empty()) {
    return Failure{FailureKind::invalid, "no command specified"};
  }
  return launcher_.exec(id, request);
}

}  // namespace troupe::runtime::oci
