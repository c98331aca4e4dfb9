/// Agents and their instances.

#include "actors/core/agent_identity.hpp"

namespace troupe::core {

bool may_bring_hosts(const Principal& who) {
  return who.kind != PrincipalKind::task;
}

bool may_speak_for(const Principal& who, const ContainerInstance& instance) {
  if (who.kind == PrincipalKind::administrator) return true;
  return who.kind == PrincipalKind::agent && !who.access_key.empty() && who.access_key == instance.agent_key;
}

}  // namespace troupe::core
