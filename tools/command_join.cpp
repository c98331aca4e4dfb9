/// `troupe join-token` lets hosts in; `troupe join` makes a host's key of a token, for an
/// agent that is not ours: Amazon's reads it from the environment.

#include "tools/commands.hpp"
#include "tools/connection.hpp"

#include <simdjson.h>
#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace troupe::tools {
namespace {

struct TokenArguments {
  std::string cluster = "default";
  std::string data = "/var/lib/troupe";
  std::int32_t lifetime = 3600;
};

struct JoinArguments {
  std::string server;
  std::string token;
};

/// The string member `name` of a JSON object; empty when it has none.
std::string member(const std::string& json, const char* name) {
  simdjson::dom::parser parser;
  std::string_view text;
  return parser.parse(json)[name].get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

int print_token(const TokenArguments& given) {
  const auto server = find_server(given.data);
  if (!server.problem.empty()) return fail(server.problem);
  const auto token = issue_join_token(server, given.cluster, given.lifetime);
  if (!token.problem.empty()) return fail(token.problem);
  std::cout << token.body << std::endl;
  std::cerr << "On each host, within " << given.lifetime << " s, its container agent:\n"
            << "  TROUPE_JOIN_TOKEN=TOKEN troupe agent --server " << server.url << " --cluster "
            << given.cluster << "\nor, for Amazon's:\n  eval \"$(troupe join --server " << server.url
            << " --token TOKEN)\"" << std::endl;
  return 0;
}

int print_key(const JoinArguments& given) {
  const auto joined = join_cluster(given.server, given.token);
  if (!joined.problem.empty()) return fail(joined.problem);
  std::cout << "export ECS_BACKEND_HOST=" << given.server << "\n"
            << "export ECS_CLUSTER=" << joined.cluster << "\n"
            << "export AWS_DEFAULT_REGION=" << joined.region << "\n"
            << "export AWS_ACCESS_KEY_ID=" << joined.access_key << "\n"
            << "export AWS_SECRET_ACCESS_KEY=" << joined.secret_key << std::endl;
  return 0;
}

}  // namespace

Called issue_join_token(const Connection& server, const std::string& cluster, int lifetime_seconds) {
  std::string body = R"({"cluster":)";
  api::http::append_json_string(body, cluster);
  body += R"(,"lifetimeInSeconds":)" + std::to_string(lifetime_seconds) + "}";
  auto answer = call(server, "Troupe.IssueJoinToken", body);
  if (answer.problem.empty()) answer.body = member(answer.body, "token");
  return answer;
}

Joined join_cluster(const std::string& server_url, const std::string& token) {
  const auto endpoint = api::http::Endpoint::parse(server_url);
  if (!endpoint) return {{}, {}, {}, {}, {}, "'" + server_url + "' is not a server's address"};
  Connection server;
  server.url = server_url;
  server.endpoint = *endpoint;
  std::string body = R"({"token":)";
  api::http::append_json_string(body, token);
  const auto answer = call_unsigned(server, "Troupe.JoinCluster", body + "}");
  if (!answer.problem.empty()) return {{}, {}, {}, {}, {}, answer.problem};
  Joined joined{member(answer.body, "cluster"),         member(answer.body, "region"),
                member(answer.body, "account"),         member(answer.body, "accessKeyId"),
                member(answer.body, "secretAccessKey"), {}};
  if (joined.secret_key.empty()) joined.problem = server_url + " answered no key; is it a Troupe server?";
  return joined;
}

void add_join_commands(CLI::App& app, Chosen& chosen) {
  const auto asked = std::make_shared<TokenArguments>();
  auto* token = app.add_subcommand("join-token", "A token with which hosts join a cluster");
  token->add_option("--cluster", asked->cluster, "Name of the cluster")->capture_default_str();
  token->add_option("--lifetime", asked->lifetime, "Seconds that it admits hosts")->capture_default_str();
  token->add_option("--data", asked->data, "Data directory of the server")
      ->envname("TROUPE_DATA")
      ->capture_default_str();
  token->callback([&chosen, asked] { chosen = [asked] { return print_token(*asked); }; });

  const auto given = std::make_shared<JoinArguments>();
  auto* join = app.add_subcommand("join", "A host's own key, as environment of Amazon's container agent");
  join->add_option("--server", given->server, "http://HOST:PORT")->required();
  join->add_option("--token", given->token, "From troupe join-token")
      ->envname("TROUPE_JOIN_TOKEN")
      ->required();
  join->callback([&chosen, given] { chosen = [given] { return print_key(*given); }; });
}

}  // namespace troupe::tools
