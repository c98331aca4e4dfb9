/// Bytes of services, their revisions and their deployments.

#include "actors/core/store.hpp"

#include "actors/core/store_layout.hpp"

namespace troupe::core {

std::string store(const Service& record) {
  return with_layout(record);
}
std::string store(const ServiceRevision& record) {
  return with_layout(record);
}
std::string store(const ServiceDeployment& record) {
  return with_layout(record);
}

Result<Service> load_service(std::string_view bytes) {
  return read_layout<Service>(bytes);
}
Result<ServiceRevision> load_service_revision(std::string_view bytes) {
  return read_layout<ServiceRevision>(bytes);
}
Result<ServiceDeployment> load_service_deployment(std::string_view bytes) {
  return read_layout<ServiceDeployment>(bytes);
}

}  // namespace troupe::core
