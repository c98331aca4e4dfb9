/// `troupe hosts` and `troupe deregister`: the machines of a cluster as their operator sees them, managed
/// ones too, which are nobody's container instances.

#include "api/wire/hosts.hpp"
#include "tools/commands.hpp"
#include "tools/connection.hpp"
#include "tools/text_table.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace troupe::tools {
namespace {

struct HostsArguments {
  std::string host;
  std::string cluster = "default";
  std::string data = "/var/lib/troupe";
  bool json = false;
  bool force = false;
};

std::string shown(const std::optional<std::string>& text) {
  return text && !text->empty() ? printable(*text) : "-";
}

TableRow host_row(const api::wire::Host& host) {
  return {last_part(host.containerInstanceArn),
          shown(host.capacity),
          shown(host.status),
          host.agentConnected.value_or(false) ? "connected" : "disconnected",
          std::to_string(host.runningTasksCount.value_or(0)) + "+" +
              std::to_string(host.pendingTasksCount.value_or(0)),
          shown(host.availabilityZone),
          shown(host.ec2InstanceId)};
}

void print_tasks(const api::wire::Host& host) {
  for (const auto& task : host.tasks.value_or(std::vector<api::wire::HostTask>{})) {
    std::cout << "  task " << last_part(task.taskArn) << "  " << shown(task.launchType) << "  "
              << shown(task.group) << "  " << shown(task.lastStatus);
    if (task.desiredStatus != task.lastStatus) {
      std::cout << ", to be " << shown(task.desiredStatus);
    }
    std::cout << "\n";
  }
}

std::string request_naming(const HostsArguments& given) {
  std::string body = R"({"cluster":)";
  api::http::append_json_string(body, given.cluster);
  if (!given.host.empty()) {
    body += R"(,"host":)";
    api::http::append_json_string(body, given.host);
  }
  if (given.force) body += R"(,"force":true)";
  return body + "}";
}

int show_hosts(const HostsArguments& given) {
  const auto server = find_server(given.data);
  if (!server.problem.empty()) return fail(server.problem);
  const auto answer = call(server, "Troupe.DescribeHosts", request_naming(given));
  if (!answer.problem.empty()) return fail(answer.problem);
  if (given.json) {
    std::cout << answer.body << "\n";
    return 0;
  }
  const auto found = api::wire::decode<api::wire::DescribeHostsResponse>(answer.body);
  if (!found || !found->hosts) return fail("the server answered " + answer.body);
  std::vector<TableRow> rows{{"HOST", "CAPACITY", "STATUS", "AGENT", "TASKS", "ZONE", "NAME"}};
  for (const auto& host : *found->hosts) rows.push_back(host_row(host));
  for (const auto& line : table_lines(rows, rows.front().size())) std::cout << line << "\n";
  if (given.host.empty()) return 0;
  for (const auto& host : *found->hosts) print_tasks(host);
  return 0;
}

int deregister(const HostsArguments& given) {
  const auto server = find_server(given.data);
  if (!server.problem.empty()) return fail(server.problem);
  const auto answer = call(server, "Troupe.DeregisterHost", request_naming(given));
  if (!answer.problem.empty()) return fail(answer.problem);
  const auto done = api::wire::decode<api::wire::DeregisterHostResponse>(answer.body);
  if (!done || !done->host) return fail("the server answered " + answer.body);
  std::cout << last_part(done->host->containerInstanceArn) << " is deregistered; its agent ends when it next "
            << "comes, containers that still run there run on\n";
  return 0;
}

void add_shared_options(CLI::App& command, HostsArguments& given) {
  command.add_option("--cluster", given.cluster, "Name or ARN")->capture_default_str();
  command.add_option("--data", given.data, "Data directory")->envname("TROUPE_DATA")->capture_default_str();
}

}  // namespace

void add_hosts_commands(CLI::App& app, Chosen& chosen) {
  const auto shown = std::make_shared<HostsArguments>();
  auto* hosts = app.add_subcommand(
      "hosts", "The machines of a cluster, managed (Fargate) ones too: capacity, connection, tasks");
  hosts->add_option("HOST", shown->host,
                    "Id or ARN of one, with its tasks; default: all that are registered");
  hosts->add_flag("--json", shown->json, "The server's answer as it is");
  add_shared_options(*hosts, *shown);
  hosts->callback([&chosen, shown] { chosen = [shown] { return show_hosts(*shown); }; });

  const auto gone = std::make_shared<HostsArguments>();
  auto* command = app.add_subcommand("deregister",
                                     "Take a host out of its cluster for good, also a managed (Fargate) one");
  command->add_option("HOST", gone->host, "Id or ARN")->required();
  command->add_flag("--force", gone->force, "Though it has tasks: they count as lost");
  add_shared_options(*command, *gone);
  command->callback([&chosen, gone] { chosen = [gone] { return deregister(*gone); }; });
}

}  // namespace troupe::tools
