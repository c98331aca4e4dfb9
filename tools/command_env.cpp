/// `troupe env`: the environment that points AWS's tools at a server.

#include "config/credentials.hpp"
#include "tools/commands.hpp"
#include "tools/connection.hpp"
#include "tools/daemon.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <memory>

namespace troupe::tools {
namespace {

int print_environment(const std::string& data_directory) {
  std::ifstream file{endpoint_file(data_directory)};
  std::string url;
  std::string region;
  if (!std::getline(file, url) || !std::getline(file, region)) {
    return fail("no server was started on " + data_directory);
  }
  const auto credentials = config::load_credentials(data_directory);
  if (!credentials.problem.empty()) return fail(credentials.problem);
  std::cout << "export AWS_ENDPOINT_URL_ECS=" << url << "\n"
            << "export AWS_ACCESS_KEY_ID=" << credentials.access_key << "\n"
            << "export AWS_SECRET_ACCESS_KEY=" << credentials.secret_key << "\n"
            << "export AWS_DEFAULT_REGION=" << region << std::endl;
  return 0;
}

}  // namespace

void add_env_command(CLI::App& app, Chosen& chosen) {
  const auto data = std::make_shared<std::string>("/var/lib/troupe");
  auto* command = app.add_subcommand("env", "Print the environment for AWS's tools: eval \"$(troupe env)\"");
  command->add_option("--data", *data, "Data directory of the server")
      ->envname("TROUPE_DATA")
      ->capture_default_str();
  command->callback([&chosen, data] { chosen = [data] { return print_environment(*data); }; });
}

}  // namespace troupe::tools
