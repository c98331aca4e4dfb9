#pragma once

/// The subcommands of `troupe`, each added by the file that does it.

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}
namespace troupe::config {
struct Options;
}

namespace troupe::tools {

/// Set by the subcommand that was chosen; its result is the exit status.
using Chosen = std::function<int()>;

void add_agent_command(CLI::App& app, Chosen& chosen);
void add_bench_command(CLI::App& app, Chosen& chosen);
void add_daemon_commands(CLI::App& app, Chosen& chosen);  ///< dev, server
void add_env_command(CLI::App& app, Chosen& chosen);
void add_events_command(CLI::App& app, Chosen& chosen);
void add_hosts_commands(CLI::App& app, Chosen& chosen);  ///< hosts, deregister
void add_image_command(CLI::App& app, Chosen& chosen);
void add_interrupt_command(CLI::App& app, Chosen& chosen);
void add_join_commands(CLI::App& app, Chosen& chosen);  ///< join-token, join
void add_logs_command(CLI::App& app, Chosen& chosen);
void add_simulate_command(CLI::App& app, Chosen& chosen);
void add_metrics_token_command(CLI::App& app, Chosen& chosen);
void add_top_command(CLI::App& app, Chosen& chosen);
void add_why_command(CLI::App& app, Chosen& chosen);
void add_clean_command(CLI::App& app, Chosen& chosen);

/// The options of a host, for the commands that start one.
void add_node_options(CLI::App& command, config::Options& options);

/// One line on standard error; the exit status of a failure.
int fail(const std::string& what);

}  // namespace troupe::tools
