/// Finding and asking the server.

#include "tools/connection.hpp"

#include "config/credentials.hpp"
#include "tools/daemon.hpp"

#include <cstdlib>
#include <fstream>

namespace troupe::tools {
namespace {

std::string from_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

api::http::Request request_for(const Connection& server, const std::string& target, const std::string& body) {
  api::http::Request request;
  request.method = "POST";
  request.target = "/";
  request.body = body;
  request.headers.push_back({"Host", server.endpoint.authority()});
  request.headers.push_back({"Content-Type", "application/x-amz-json-1.1"});
  request.headers.push_back({"X-Amz-Target", target});
  return request;
}

Called send(const Connection& server, const std::string& target, const api::http::Request& request) {
  api::http::HttpClient client{server.endpoint};
  const auto response = client.exchange(request, std::chrono::seconds{30});
  if (!response) return {{}, "cannot reach " + server.url + ": " + response.error().message};
  if (response->status != 200) return {{}, target + " was refused: " + response->body};
  return {response->body, {}};
}

}  // namespace

Connection find_server(const std::string& data_directory) {
  Connection found;
  std::string region;
  std::ifstream file{endpoint_file(data_directory)};
  std::getline(file, found.url);
  std::getline(file, region);
  for (const auto* name : {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECS"}) {
    if (const auto url = from_environment(name); !url.empty()) found.url = url;
  }
  if (found.url.empty()) {
    found.problem =
        "no server was started on " + data_directory + "; give --data, or set AWS_ENDPOINT_URL_ECS";
    return found;
  }
  const auto endpoint = api::http::Endpoint::parse(found.url);
  if (!endpoint) {
    found.problem = "'" + found.url + "' is not a server's address";
    return found;
  }
  found.endpoint = *endpoint;
  if (const auto given = from_environment("AWS_DEFAULT_REGION"); !given.empty()) region = given;
  if (!region.empty()) found.signer.region = region;
  found.signer.access_key = from_environment("AWS_ACCESS_KEY_ID");
  found.signer.secret_key = from_environment("AWS_SECRET_ACCESS_KEY");
  if (found.signer.access_key.empty()) {
    const auto kept = config::load_credentials(data_directory);
    if (!kept.problem.empty()) found.problem = kept.problem;
    found.signer.access_key = kept.access_key;
    found.signer.secret_key = kept.secret_key;
  }
  return found;
}

Called call(const Connection& server, const std::string& target, const std::string& body) {
  auto request = request_for(server, target, body);
  api::http::sign(request, server.signer,
                  std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  return send(server, target, request);
}

Called call_unsigned(const Connection& server, const std::string& target, const std::string& body) {
  return send(server, target, request_for(server, target, body));
}

}  // namespace troupe::tools
