#pragma once

/// Every operation of the ECS API by name: those that Troupe has, as rows, and
/// the names of the others, which are refused in other words than a typing error.

#include "api/operations/operation.hpp"

#include <string_view>
#include <unordered_map>
#include <vector>

namespace troupe::api::operations {

/// The rows of each noun; one function per file.
namespace clusters {
std::vector<Operation> rows();
}
namespace task_definitions {
std::vector<Operation> rows();
}
namespace tasks {
std::vector<Operation> rows();
}
namespace container_instances {
std::vector<Operation> rows();
}
namespace services {
std::vector<Operation> rows();
}
namespace service_deployments {
std::vector<Operation> rows();
}
namespace task_sets {
std::vector<Operation> rows();
}
namespace attributes {
std::vector<Operation> rows();
}
namespace task_protection {
std::vector<Operation> rows();
}
namespace capacity_providers {
std::vector<Operation> rows();
}
namespace agents {
std::vector<Operation> rows();
}
/// Troupe's own.
namespace placement {
std::vector<Operation> rows();
}
namespace usage {
std::vector<Operation> rows();
}
namespace interruption {
std::vector<Operation> rows();
}
namespace hosts {
std::vector<Operation> rows();
}

/// X-Amz-Target is this, a dot and the operation's name.
inline constexpr std::string_view target_prefix = "AmazonEC2ContainerServiceV20141113";
/// The same for operations that ECS does not have.
inline constexpr std::string_view own_target_prefix = "Troupe";

class OperationTable {
 public:
  /// With the rows of all nouns.
  OperationTable();

  /// UnsupportedFeatureException for an operation of ECS that has no row here,
  /// UnknownOperationException for any other name.
  [[nodiscard]] core::Result<const Operation*> find(std::string_view name) const;

  /// The operation that an X-Amz-Target header names, ECS's or our own.
  [[nodiscard]] core::Result<const Operation*> find_target(std::string_view target) const;

  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  using Rows = std::unordered_map<std::string_view, Operation>;
  static void add(Rows& rows, std::vector<Operation> more);
  Rows rows_;
  Rows own_rows_;
};

}  // namespace troupe::api::operations
