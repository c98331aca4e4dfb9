/// Reading of vectors: JSON around requests that are written as they go over the wire.

#include "tests/http/vectors.hpp"

#include <simdjson.h>

#include <cstdlib>
#include <filesystem>

namespace troupe::api::http::support {
namespace {

/// A raw request with "\n" line ends and folded header lines, as AWS publishes them.
Request parsed(std::string_view text) {
  Request request;
  const auto next_line = [&text] {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
  };
  const std::string_view first = next_line();
  const std::size_t method_end = first.find(' ');
  request.method = first.substr(0, method_end);
  request.target = first.substr(method_end + 1, first.rfind(' ') - method_end - 1);
  while (!text.empty()) {
    const std::string_view line = next_line();
    if (line.empty()) break;
    if (line.front() == ' ') {
      request.headers.back().value.append("\n").append(line);
      continue;
    }
    const std::size_t colon = line.find(':');
    request.headers.push_back({std::string{line.substr(0, colon)}, std::string{line.substr(colon + 1)}});
  }
  for (Header& header : request.headers) {
    header.value.erase(0, header.value.find_first_not_of(' '));
  }
  request.body = text;
  return request;
}

simdjson::dom::element load(simdjson::dom::parser& parser, const char* file, bool& found) {
  const char* shared = std::getenv("TROUPE_SHARED");
  const std::string path = shared ? std::string{shared} + "/sigv4/" + file : "";
  found = shared != nullptr && std::filesystem::exists(path);
  return found ? parser.load(path).value() : simdjson::dom::element{};
}

std::string text_of(const simdjson::dom::element& element, const char* key) {
  return std::string{element[key].get_string().value()};
}

}  // namespace

std::vector<Vector> published_vectors() {
  simdjson::dom::parser parser;
  bool found = false;
  const auto document = load(parser, "vectors.json", found);
  std::vector<Vector> vectors;
  if (!found) return vectors;
  for (const simdjson::dom::element each : document["vectors"].get_array()) {
    vectors.push_back({text_of(each, "name"), parsed(text_of(each, "request")),
                       parsed(text_of(each, "signed_request")), text_of(each, "canonical_request"),
                       text_of(each, "authorization"), text_of(document, "region")});
    // One published request carries a scrambled signature; its authorization file has the right one.
    for (Header& header : vectors.back().signed_request.headers) {
      if (header.name == "Authorization") header.value = vectors.back().authorization;
    }
  }
  return vectors;
}

std::vector<Vector> ecs_vectors() {
  simdjson::dom::parser parser;
  bool found = false;
  const auto document = load(parser, "ecs_vectors.json", found);
  std::vector<Vector> vectors;
  if (!found) return vectors;
  for (const simdjson::dom::element each : document["vectors"].get_array()) {
    Vector vector;
    vector.name = text_of(each, "name");
    vector.region = text_of(each, "region");
    vector.authorization = text_of(each, "authorization");
    vector.request.method = text_of(each, "method");
    vector.request.body = text_of(each, "body");
    for (const auto& [name, value] : each["headers"].get_object()) {
      vector.request.headers.push_back({std::string{name}, std::string{value.get_string().value()}});
    }
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

}  // namespace troupe::api::http::support
