#include "runtime/docker/engine.hpp"

#include <charconv>

namespace troupe::runtime::docker {
namespace {

namespace json = boost::json;

/// The newest version whose shapes this adapter knows. Engines refuse what is much
/// older than they are, so an older one is spoken with in its own version.
constexpr int kApiMinor = 44;

std::string spoken_version(const std::string& offered) {
  int minor = 0;
  const auto dot = offered.find('.');
  if (dot != std::string::npos) {
    std::from_chars(offered.data() + dot + 1, offered.data() + offered.size(), minor);
  }
  return "1." + std::to_string(minor > 0 && minor < kApiMinor ? minor : kApiMinor);
}

Result<json::value> parse_reply(const HttpReply& reply) {
  if (reply.status >= 400) {
    return engine_failure(reply);
  }
  if (reply.body.find_first_not_of(" \r\n\t") == std::string::npos) {
    return json::value();
  }
  json::error_code problem;
  auto value = json::parse(reply.body, problem);
  if (problem) {
    return Failure{FailureKind::failed, "the container engine sent no JSON: " + reply.body.substr(0, 200)};
  }
  return value;
}

const json::value* find(const json::value& from, std::string_view pointer) {
  json::error_code problem;
  return from.find_pointer(pointer, problem);
}

}  // namespace

Result<Engine> Engine::open(const std::string& socket) {
  Engine engine{EngineSocket(socket)};
  HttpRequest ask;
  ask.target = "/info";
  ask.deadline = std::chrono::seconds(20);
  const auto reply = engine.socket_.call(ask);
  auto info = reply ? parse_reply(*reply) : Result<json::value>(reply.error());
  if (!info) {
    return info.error();
  }
  engine.facts_.name = reply->server.starts_with("Libpod") ? "podman" : "docker";
  engine.facts_.version = text_at(*info, "/ServerVersion");
  engine.facts_.api_version = spoken_version(reply->api_version);
  engine.facts_.cgroup_driver = text_at(*info, "/CgroupDriver");
  engine.facts_.storage_driver = text_at(*info, "/Driver");
  return engine;
}

Result<json::value> Engine::exchange(HttpRequest request) const {
  const auto reply = socket_.call(request);
  if (!reply) {
    return reply.error();
  }
  return parse_reply(*reply);
}

Result<json::value> Engine::get(const std::string& path) const {
  HttpRequest request;
  request.target = target(path);
  return exchange(std::move(request));
}

Result<json::value> Engine::post(const std::string& path, const json::object& body,
                                 std::chrono::milliseconds deadline) const {
  HttpRequest request;
  request.method = "POST";
  request.target = target(path);
  request.body = json::serialize(body);
  request.deadline = deadline;
  return exchange(std::move(request));
}

Result<void> Engine::remove(const std::string& path) const {
  HttpRequest request;
  request.method = "DELETE";
  request.target = target(path);
  request.deadline = std::chrono::minutes(2);
  const auto reply = socket_.call(request);
  if (!reply) {
    return reply.error();
  }
  return reply->status >= 400 && reply->status != 404 ? Result<void>(engine_failure(*reply)) : Result<void>();
}

Result<HttpReply> Engine::post_for_status(const std::string& path, std::chrono::milliseconds deadline) const {
  HttpRequest request;
  request.method = "POST";
  request.target = target(path);
  request.deadline = deadline;
  return socket_.call(request);
}

std::string text_at(const json::value& from, std::string_view pointer) {
  const auto* value = find(from, pointer);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_at(const json::value& from, std::string_view pointer) {
  const auto* value = find(from, pointer);
  json::error_code problem;
  const auto number =
      value != nullptr && value->is_number() ? value->to_number<std::int64_t>(problem) : std::int64_t{0};
  return problem ? 0 : number;
}

bool flag_at(const json::value& from, std::string_view pointer) {
  const auto* value = find(from, pointer);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::vector<std::string> texts_at(const json::value& from, std::string_view pointer) {
  std::vector<std::string> texts;
  const auto* value = find(from, pointer);
  if (value == nullptr || !value->is_array()) {
    return texts;
  }
  for (const auto& each : value->get_array()) {
    if (each.is_string()) {
      texts.emplace_back(each.get_string());
    }
  }
  return texts;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "-._~/:@";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || kPlain.find(letter) != std::string_view::npos;
    if (plain) {
      encoded += letter;
    } else {
      encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return encoded;
}

}  // namespace troupe::runtime::docker
