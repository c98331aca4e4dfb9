/// What a FARGATE task may write. Apart from the other rules of launch types, which need
/// all checks of a definition: those who only hand tasks on need none of them.

#include "actors/core/launch_type.hpp"

namespace troupe::core {
namespace {

constexpr std::int32_t storage_gib_default = 20;

}  // namespace

std::int32_t ephemeral_storage_gib(const TaskDefinition& definition,
                                   const std::optional<TaskOverride>& overrides) {
  const auto& said =
      overrides && overrides->ephemeralStorage ? overrides->ephemeralStorage : definition.ephemeralStorage;
  return said ? said->sizeInGiB.value_or(storage_gib_default) : storage_gib_default;
}

}  // namespace troupe::core
