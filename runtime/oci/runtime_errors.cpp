/// The words of crun and runc turned into those people know from Docker.

#include "runtime/oci/launcher.hpp"

#include <array>
#include <string_view>

namespace troupe::runtime::oci {
namespace {

/// The text between two marks; empty when they are not there.
std::string between(const std::string& text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) {
    return {};
  }
  const std::size_t end = text.find(after, begin + before.size());
  return end == std::string::npos ? std::string()
                                  : text.substr(begin + before.size(), end - begin - before.size());
}

/// One line, without the time stamps and levels that the programs put before it.
std::string tidy(std::string said) {
  if (const std::string message = between(said, "msg=\"", "\"\n"); !message.empty()) {
    said = message;
  }
  while (!said.empty() && (said.back() == '\n' || said.back() == ' ' || said.back() == '.')) {
    said.pop_back();
  }
  if (const std::size_t line = said.rfind('\n'); line != std::string::npos) {
    said.erase(0, line + 1);
  }
  // crun 1.8 begins with the time: "2026-01-02T03:04:05.678901Z: ".
  if (said.size() > 20 && said[4] == '-' && said[10] == 'T') {
    if (const std::size_t colon = said.find("Z: "); colon != std::string::npos) {
      said.erase(0, colon + 3);
    }
  }
  std::string plain;
  for (const char letter : said) {
    if (letter != '\\') {
      plain += letter;
    }
  }
  return plain;
}

Failure program_not_found(const std::string& program) {
  if (program.find('/') == std::string::npos) {
    return {FailureKind::invalid, "exec: \"" + program + "\": executable file not found in $PATH"};
  }
  return {FailureKind::invalid, "exec: \"" + program + "\": stat " + program + ": no such file or directory"};
}

}  // namespace

Failure runtime_failure(const std::string& said, const std::string& program) {
  const std::string text = tidy(said);
  if (const std::string missing = between(text, "executable file `", "` not found"); !missing.empty()) {
    return program_not_found(missing);
  }
  if (const std::size_t exec = text.find("exec: \""); exec != std::string::npos) {
    return {FailureKind::invalid, text.substr(exec)};  // runc uses Go's words, as Docker does.
  }
  if (text.starts_with("open executable") || text.starts_with("exec ")) {
    const bool denied = text.find("ermission denied") != std::string::npos;
    const std::size_t reason = text.rfind(": ");
    return {FailureKind::invalid,
            "exec: \"" + program + "\": " +
                (denied || reason == std::string::npos ? "permission denied" : text.substr(reason + 2))};
  }
  FailureKind kind = FailureKind::failed;
  constexpr std::array<std::pair<std::string_view, FailureKind>, 6> kKinds{{
      {"o space left on device", FailureKind::no_space},
      {"isk quota exceeded", FailureKind::no_space},
      {"annot allocate memory", FailureKind::no_space},
      {"esource temporarily unavailable", FailureKind::no_space},
      {"sysctl", FailureKind::invalid},
      {"unknown capability", FailureKind::invalid},
  }};
  for (const auto& [part, means] : kKinds) {
    if (text.find(part) != std::string::npos) {
      kind = means;
      break;
    }
  }
  return {kind, "cannot create the container: " + text};
}

}  // namespace troupe::runtime::oci
