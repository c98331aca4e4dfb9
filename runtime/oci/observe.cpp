/// Looking into a running container: what it uses, and commands beside it.

#include "runtime/oci/adapter.hpp"

#include <sstream>

namespace troupe::runtime::oci {
namespace {

/// Adds what all interfaces but the loopback of a process's network namespace carried.
void add_network(int pid, Stats& stats) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/net/dev");
  std::istringstream lines(text ? *text : "");
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    const std::size_t name = line.find_first_not_of(' ');
    if (colon == std::string::npos || line.substr(name, colon - name) == "lo") {
      continue;
    }
    std::istringstream numbers(line.substr(colon + 1));
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t skipped = 0;
    numbers >> received;
    for (int i = 0; i < 7; ++i) {
      numbers >> skipped;
    }
    numbers >> sent;
    stats.network_rx_bytes += received;
    stats.network_tx_bytes += sent;
  }
}

}  // namespace

Result<Stats> Adapter::stats(const std::string& id) {
  const auto record = find(id);
  if (!record) {
    return record.error();
  }
  Stats stats = cgroups_.stats(record->cgroup_path);
  if (!record->exit && is_alive(record->process)) {
    add_network(record->process.pid, stats);
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
