#pragma once

/// Calls the API of a virtual cluster as a client would: by the operation's name and
/// a JSON request, through the real operation table.

#include "api/operations/operation_table.hpp"
#include "tools/simulation/virtual_cluster.hpp"

#include <string>

namespace troupe::tools::simulate {

class Caller {
 public:
  Caller(simulation::VirtualCluster& world, const std::string& account);

  /// The response's JSON, or the refusal. Virtual time passes until it is there.
  core::Result<std::string> call(const std::string& operation, const std::string& request);

 private:
  simulation::VirtualCluster& world_;
  api::operations::OperationTable table_;
  api::operations::Call as_;
};

}  // namespace troupe::tools::simulate
