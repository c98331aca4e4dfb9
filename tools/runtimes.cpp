/// The table of container runtimes.

#include "tools/runtimes.hpp"

#include "runtime/docker/docker_runtime.hpp"
#include "runtime/oci/oci_runtime.hpp"
#include "runtime/simulated/simulated_runtime.hpp"

#include <array>

namespace troupe::tools {
namespace {

OpenedRuntime open_oci(const config::Options& options, unsigned /*node*/) {
  runtime::OciOptions oci;
  oci.data_directory = oci_directory(options.data);
  oci.runtime_program = options.oci_runtime;
  oci.network.address_space = options.address_space;
  oci.network.ready = options.ready_networks;
  auto opened = runtime::open_oci_runtime(oci);
  if (!opened) return opened.error();
  return std::shared_ptr<runtime::ContainerRuntime>{std::move(*opened)};
}

OpenedRuntime open_docker(const config::Options& options, unsigned /*node*/) {
  runtime::DockerOptions docker;
  docker.data_directory = docker_directory(options.data);
  docker.socket = options.docker_socket;
  auto opened = runtime::open_docker_runtime(docker);
  if (!opened) return opened.error();
  return std::shared_ptr<runtime::ContainerRuntime>{std::move(*opened)};
}

OpenedRuntime open_simulated(const config::Options& /*options*/, unsigned /*node*/) {
  return std::shared_ptr<runtime::ContainerRuntime>{std::make_shared<runtime::SimulatedRuntime>()};
}

struct RuntimeRow {
  const char* name;
  OpenedRuntime (*open)(const config::Options&, unsigned);
};

constexpr std::array<RuntimeRow, 3> table{
    {{"oci", open_oci}, {"docker", open_docker}, {"simulated", open_simulated}}};

}  // namespace

std::string oci_directory(const std::string& data_directory) {
  return data_directory + "/oci";
}

std::string docker_directory(const std::string& data_directory) {
  return data_directory + "/docker";
}

OpenedRuntime open_runtime(const config::Options& options, unsigned node) {
  for (const auto& row : table) {
    if (options.runtime == row.name) return row.open(options, node);
  }
  return runtime::Failure{runtime::FailureKind::invalid, "there is no container runtime " + options.runtime};
}

}  // namespace troupe::tools
