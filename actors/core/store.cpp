/// Bytes of the records that refer to no other.

#include "actors/core/store.hpp"

#include "actors/core/store_layout.hpp"

namespace troupe::core {

std::string store(const Cluster& record) {
  return with_layout(record);
}
std::string store(const TaskDefinitionRecord& record) {
  return with_layout(record);
}
std::string store(const ContainerInstance& record) {
  return with_layout(record);
}
std::string store(const ClientToken& record) {
  return with_layout(record);
}
std::string store(const CapacityProvider& record) {
  return with_layout(record);
}

Result<Cluster> load_cluster(std::string_view bytes) {
  return read_layout<Cluster>(bytes);
}
Result<TaskDefinitionRecord> load_task_definition(std::string_view bytes) {
  return read_layout<TaskDefinitionRecord>(bytes);
}
Result<ContainerInstance> load_instance(std::string_view bytes) {
  return read_layout<ContainerInstance>(bytes);
}
Result<ClientToken> load_token(std::string_view bytes) {
  return read_layout<ClientToken>(bytes);
}
Result<CapacityProvider> load_capacity_provider(std::string_view bytes) {
  return read_layout<CapacityProvider>(bytes);
}

}  // namespace troupe::core
