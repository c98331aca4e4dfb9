/// What concerns the host as a whole: the way to the metadata, and leaving.

#include "runtime/oci/adapter.hpp"

namespace troupe::runtime::oci {

Result<void> Adapter::serve_metadata(std::uint16_t port) {
  if (networks_.has_error()) {
    return networks_.error();
  }
  return (*networks_)->serve_metadata(port);
}

Result<void> Adapter::dismantle() {
  const auto all = list_sandboxes();
  for (const Sandbox& sandbox : *all) {
    if (auto removed = remove_sandbox(sandbox.id); removed.has_error()) {
      return removed;
    }
  }
  cgroups_.remove_if_empty("/" + options_.cgroup_parent);
  return networks_.has_error() ? Result<void>{} : (*networks_)->dismantle();
}

}  // namespace troupe::runtime::oci
