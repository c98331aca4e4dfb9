/// What is seen, and what is hidden. Lists are in order: that of a hash table would
/// differ from one standard library to the next.

#include "tools/simulation/watched_runtime.hpp"

#include <algorithm>

namespace troupe::simulation {

runtime::Result<std::vector<runtime::Sandbox>> WatchedRuntime::list_sandboxes() {
  auto all = under_->list_sandboxes();
  if (!all) return all;
  std::erase_if(*all, [this](const auto& one) { return one.id == hidden_sandbox; });
  return all;
}

runtime::Result<std::vector<runtime::ContainerStatus>> WatchedRuntime::list() {
  auto all = under_->list();
  if (!all) return all;
  std::erase_if(*all, [this](const auto& one) { return one.sandbox == hidden_sandbox; });
  std::ranges::sort(*all, {}, &runtime::ContainerStatus::id);
  return all;
}

runtime::Result<runtime::ContainerStatus> WatchedRuntime::start(const std::string& id) {
  auto started = under_->start(id);
  if (started) on_start(id);
  return started;
}

}  // namespace troupe::simulation
