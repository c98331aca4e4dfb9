/// `troupe clean`: ends what a data directory has running on this host.

#include "config/logging.hpp"
#include "tools/commands.hpp"
#include "tools/runtimes.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

namespace troupe::tools {
namespace {

struct CleanArguments {
  std::string data = "/var/lib/troupe";
  std::string docker_socket = config::Options{}.docker_socket;
};

int clean(const CleanArguments& given) {
  config::start_logging("warn");
  config::Options options;
  options.data = given.data;
  options.docker_socket = given.docker_socket;
  options.ready_networks = 0;
  std::vector<std::string> used;
  for (const auto& [name, directory] :
       {std::pair{"oci", oci_directory(given.data)}, std::pair{"docker", docker_directory(given.data)}}) {
    if (std::filesystem::exists(directory)) used.emplace_back(name);
  }
  for (const auto& name : used) {
    options.runtime = name;
    auto runtime = open_runtime(options, 0);
    if (!runtime) return fail(runtime.error().message);
    if (const auto done = (*runtime)->dismantle(); !done) return fail(done.error().message);
  }
  return 0;
}

}  // namespace

void add_clean_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<CleanArguments>();
  auto* command = app.add_subcommand(
      "clean", "End all containers and networks of a data directory; its daemon must not run");
  command->add_option("--data", given->data, "Data directory")->envname("TROUPE_DATA")->capture_default_str();
  command->add_option("--docker-socket", given->docker_socket, "Of the Engine API")
      ->envname("TROUPE_DOCKER_SOCKET")
      ->capture_default_str();
  command->callback([&chosen, given] { chosen = [given] { return clean(*given); }; });
}

}  // namespace troupe::tools
