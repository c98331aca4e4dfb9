/// What the engine's words mean to a caller. It has no codes for what a registry,
/// a runtime or the kernel refused, so its words are all there is.

#include "runtime/docker/engine.hpp"

#include <array>

namespace troupe::runtime::docker {
namespace {

std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '.')) {
    text.pop_back();
  }
  for (char& letter : text) {
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
      letter = ' ';
    }
  }
  return text;
}

FailureKind kind_of(unsigned status, const std::string& message) {
  constexpr std::array<std::pair<std::string_view, FailureKind>, 5> kWords{{
      {"o space left on device", FailureKind::no_space},
      {"isk quota exceeded", FailureKind::no_space},
      {"annot allocate memory", FailureKind::no_space},
      {"esource temporarily unavailable", FailureKind::no_space},
      {"no such image", FailureKind::not_found},
  }};
  for (const auto& [part, means] : kWords) {
    if (message.find(part) != std::string::npos) {
      return means;
    }
  }
  switch (status) {
    case 400:
      return FailureKind::invalid;
    case 401:
    case 403:
      return FailureKind::denied;
    case 404:
      return FailureKind::not_found;
    case 409:
      return FailureKind::conflict;
    case 503:
      return FailureKind::unavailable;
    default:
      return FailureKind::failed;
  }
}

/// From `mark` on, without the words that every layer adds at the end.
std::string from(const std::string& text, std::size_t mark) {
  std::string tail = text.substr(mark);
  constexpr std::array<std::string_view, 2> kEndings{": unknown",
                                                     ": OCI runtime attempted to invoke a command"};
  for (const auto ending : kEndings) {
    if (const auto at = tail.find(ending); at != std::string::npos) {
      tail.erase(at);
    }
  }
  return tail;
}

}  // namespace

Failure engine_failure(const HttpReply& reply) {
  boost::json::error_code problem;
  const auto value = boost::json::parse(reply.body, problem);
  auto message = one_line(problem ? reply.body : text_at(value, "/message"));
  if (message.empty()) {
    message = "the container engine answered " + std::to_string(reply.status);
  }
  return {kind_of(reply.status, message), message};
}

Failure start_failure(const Failure& said) {
  const auto& text = said.message;
  if (const auto exec = text.find("exec: \""); exec != std::string::npos) {
    return {FailureKind::invalid, from(text, exec)};
  }
  // crun, below Podman.
  constexpr std::string_view kMissing = "executable file `";
  if (const auto begin = text.find(kMissing); begin != std::string::npos) {
    const auto start = begin + kMissing.size();
    const auto program = text.substr(start, text.find('`', start) - start);
    return {FailureKind::invalid,
            "exec: \"" + program + "\": " +
                (program.find('/') == std::string::npos ? "executable file not found in $PATH"
                                                        : "stat " + program + ": no such file or directory")};
  }
  for (const std::string_view part :
       {"unable to find user", "unable to find group", "no matching entries in"}) {
    if (const auto at = text.find(part); at != std::string::npos) {
      return {FailureKind::invalid, from(text, at)};
    }
  }
  if (text.find("sysctl") != std::string::npos) {
    return {FailureKind::invalid, text};
  }
  return said;
}

Failure port_failure(const Failure& said) {
  const auto& text = said.message;
  if (const auto bind = text.find("Bind for "); bind != std::string::npos) {
    return {FailureKind::conflict, text.substr(bind)};
  }
  const bool taken = text.find("address already in use") != std::string::npos ||
                     text.find("port is already allocated") != std::string::npos;
  if (!taken) {
    return said;
  }
  const auto listen = text.find("listen ");
  return {FailureKind::conflict, listen == std::string::npos ? text : text.substr(listen)};
}

}  // namespace troupe::runtime::docker
