/// `troupe clean`: ends what a data directory has running on this host.

#include "config/logging.hpp"
#include "tools/commands.hpp"
#include "tools/runtimes.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace troupe::tools {
namespace {

int clean(const std::string& data_directory) {
  config::start_logging("warn");
  config::Options options;
  options.data = data_directory;
  options.ready_networks = 0;
  auto runtime = open_runtime(options, 0);
  if (!runtime) return fail(runtime.error().message);
  const auto done = (*runtime)->dismantle();
  return done ? 0 : fail(done.error().message);
}

}  // namespace

void add_clean_command(CLI::App& app, Chosen& chosen) {
  const auto data = std::make_shared<std::string>("/var/lib/troupe");
  auto* command = app.add_subcommand(
      "clean", "End all containers and networks of a data directory; its daemon must not run");
  command->add_option("--data", *data, "Data directory")->envname("TROUPE_DATA")->capture_default_str();
  command->callback([&chosen, data] { chosen = [data] { return clean(*data); }; });
}

}  // namespace troupe::tools
