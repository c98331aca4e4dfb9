/// `troupe hosts` and `troupe deregister`: the machines of a cluster as their operator sees them, managed
/// ones too, which are nobody's container instances.

#include "api/wire/hosts.hpp"
#include "tools/commands.hpp"
#include "tools/connection.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
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

constexpr std::size_t host_columns = 7;
using HostRow = std::array<std::string, host_columns>;

std::string plain(std::string text) {
  for (auto& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text.empty() ? "-" : text;
}

/// "…/default/0123" → "0123".
std::string id_of(const std::optional<std::string>& arn) {
  const auto text = arn.value_or("");
  return text.substr(text.rfind('/') + 1);
}

HostRow host_row(const api::wire::Host& host) {
  return {id_of(host.containerInstanceArn),
          plain(host.capacity.value_or("")),
          plain(host.status.value_or("")),
          host.agentConnected.value_or(false) ? "connected" : "disconnected",
          std::to_string(host.runningTasksCount.value_or(0)) + "+" +
              std::to_string(host.pendingTasksCount.value_or(0)),
          plain(host.availabilityZone.value_or("")),
          plain(host.ec2InstanceId.value_or(""))};
}

/// Columns are as wide as what stands in them; the last one is not padded.
void print_rows(const std::vector<HostRow>& rows) {
  std::array<std::size_t, host_columns> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < host_columns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < host_columns; ++i) {
      std::cout << row[i] << std::string(widths[i] - row[i].size() + 2, ' ');
    }
    std::cout << row.back() << "\n";
  }
}

void print_tasks(const api::wire::Host& host) {
  for (const auto& task : host.tasks.value_or(std::vector<api::wire::HostTask>{})) {
    std::cout << "  task " << id_of(task.taskArn) << "  " << plain(task.launchType.value_or("")) << "  "
              << plain(task.group.value_or("")) << "  " << plain(task.lastStatus.value_or(""));
    if (task.desiredStatus != task.lastStatus) {
      std::cout << ", to be " << plain(task.desiredStatus.value_or(""));
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
  std::vector<HostRow> rows{{"HOST", "CAPACITY", "STATUS", "AGENT", "TASKS", "ZONE", "NAME"}};
  for (const auto& host : *found->hosts) rows.push_back(host_row(host));
  print_rows(rows);
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
  std::cout << id_of(done->host->containerInstanceArn) << " is deregistered; its agent ends when it next "
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
