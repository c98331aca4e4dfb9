/// `troupe`: Amazon ECS on your own machines. One binary, subcommands.

#include "tools/commands.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace troupe::tools {

int fail(const std::string& what) {
  std::cerr << "troupe: " << what << std::endl;
  return 1;
}

}  // namespace troupe::tools

int main(int argc, char** argv) {
  CLI::App app{"Amazon ECS on your own machines: `troupe dev` starts a cluster of one host here."};
  app.name("troupe");
  app.set_version_flag("--version", "troupe " TROUPE_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  troupe::tools::Chosen chosen;
  troupe::tools::add_daemon_commands(app, chosen);
  troupe::tools::add_agent_command(app, chosen);
  troupe::tools::add_env_command(app, chosen);
  troupe::tools::add_image_command(app, chosen);
  troupe::tools::add_join_commands(app, chosen);
  troupe::tools::add_logs_command(app, chosen);
  troupe::tools::add_top_command(app, chosen);
  troupe::tools::add_why_command(app, chosen);
  troupe::tools::add_hosts_commands(app, chosen);
  troupe::tools::add_interrupt_command(app, chosen);
  troupe::tools::add_events_command(app, chosen);
  troupe::tools::add_metrics_token_command(app, chosen);
  troupe::tools::add_bench_command(app, chosen);
  troupe::tools::add_simulate_command(app, chosen);
  troupe::tools::add_clean_command(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem);
  }
  return chosen();
}
