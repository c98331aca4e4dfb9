/// Sums that go up and down.

#include "actors/core/task_tally.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

namespace troupe::core {
namespace {

using Ports = std::vector<std::uint16_t>;

void put_ports(Ports& all, const Ports& some) {
  for (const auto port : some) all.insert(std::ranges::lower_bound(all, port), port);
}

void take_out_ports(Ports& all, const Ports& some) {
  for (const auto port : some) {
    const auto found = std::ranges::lower_bound(all, port);
    assert(found != all.end() && *found == port);
    all.erase(found);
  }
}

}  // namespace

std::int32_t& TaskTally::count_of(const Task& task) {
  return task.last_status < TaskStatus::RUNNING ? pending_ : running_;
}

void TaskTally::put(const Task& task) {
  if (!holds_resources(task)) return;
  const auto& size = task.launch->size;
  used_.cpu += size.cpu;
  used_.memory += size.memory;
  used_.gpus += size.gpus;
  put_ports(used_.tcp_ports, size.tcp_ports);
  put_ports(used_.udp_ports, size.udp_ports);
  ++count_of(task);
}

void TaskTally::take_out(const Task& task) {
  if (!holds_resources(task)) return;
  const auto& size = task.launch->size;
  used_.cpu -= size.cpu;
  used_.memory -= size.memory;
  used_.gpus -= size.gpus;
  take_out_ports(used_.tcp_ports, size.tcp_ports);
  take_out_ports(used_.udp_ports, size.udp_ports);
  --count_of(task);
}

void TaskTally::show(ContainerInstance& instance) const {
  instance.used = used_;
  instance.running_tasks = running_;
  instance.pending_tasks = pending_;
}

}  // namespace troupe::core
