/// The grammar of image names, without regular expressions: every refusal says
/// which part is wrong.

#include "runtime/images/reference.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace troupe::runtime {
namespace {

constexpr std::size_t kNameLimit = 255;  // distribution/reference: NameTotalLengthMax
constexpr std::size_t kTagLimit = 128;
constexpr std::string_view kSha256Prefix = "sha256:";
constexpr std::size_t kSha256HexDigits = 64;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower_or_digit(char c) {
  return is_lower(c) || is_digit(c);
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}
bool is_word(char c) {
  return is_lower_or_digit(c) || is_upper(c) || c == '_';
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// References come from users: what goes into a message is short and printable.
std::string quoted(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text.substr(0, kNameLimit)) shown += is_control(c) ? '?' : c;
  return shown + "\"";
}

Failure bad(std::string_view text, const std::string& why) {
  return Failure{FailureKind::invalid, "invalid image reference " + quoted(text) + ": " + why};
}

// A path component: runs of [a-z0-9] joined by ".", "_", "__" or dashes.
bool is_path_component(std::string_view text) {
  if (text.empty() || !is_lower_or_digit(text.front()) || !is_lower_or_digit(text.back())) return false;
  for (std::size_t i = 0; i < text.size();) {
    if (is_lower_or_digit(text[i])) {
      ++i;
      continue;
    }
    const auto start = i;
    while (i < text.size() && !is_lower_or_digit(text[i])) ++i;
    const auto separator = text.substr(start, i - start);
    const bool dashes = std::all_of(separator.begin(), separator.end(), [](char c) { return c == '-'; });
    if (!dashes && separator != "." && separator != "_" && separator != "__") return false;
  }
  return true;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

// A host name or address, perhaps with a port; IPv6 in brackets.
bool is_registry(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    const auto address = text.substr(1, end - 1);
    if (!std::all_of(address.begin(), address.end(),
                     [](char c) { return is_hex(c) || (c >= 'A' && c <= 'F') || c == ':'; })) {
      return false;
    }
    const auto rest = text.substr(end + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  const auto colon = text.find(':');
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) return false;
  auto host = text.substr(0, colon);
  while (true) {
    const auto dot = host.find('.');
    const auto label = host.substr(0, dot);
    const bool letters =
        std::all_of(label.begin(), label.end(), [](char c) { return is_word(c) || c == '-'; });
    if (label.empty() || label.front() == '-' || label.back() == '-' || !letters) return false;
    if (label.find('_') != std::string_view::npos) return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= kTagLimit && is_word(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool names_registry(std::string_view first) {
  return first == "localhost" || first.find_first_of(".:") != std::string_view::npos ||
         first.starts_with('[') || std::any_of(first.begin(), first.end(), is_upper);
}

Result<void> check_repository(std::string_view text, std::string_view repository) {
  if (repository.empty()) return bad(text, "the repository is empty");
  auto rest = repository;
  while (true) {
    const auto slash = rest.find('/');
    const auto component = rest.substr(0, slash);
    if (std::any_of(component.begin(), component.end(), is_upper)) {
      return bad(text, "the repository must be lower case");
    }
    if (!is_path_component(component)) return bad(text, "the repository is not a valid name");
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

Result<Reference> parse_registry(std::string_view text) {
  Reference reference;
  auto rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (!is_digest(reference.digest)) return bad(text, "the digest is not sha256: and 64 hex digits");
  }
  const auto slash = rest.find('/');
  if (slash != std::string_view::npos && names_registry(rest.substr(0, slash))) {
    reference.registry = rest.substr(0, slash);
    rest.remove_prefix(slash + 1);
    if (!is_registry(reference.registry)) return bad(text, "the registry is not a host name and port");
  }
  if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) {
    reference.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!is_tag(reference.tag)) return bad(text, "the tag is not valid");
  }
  if (auto repository = check_repository(text, rest); !repository) return repository.error();
  reference.repository = rest;
  if (reference.registry.empty() || reference.registry == "index.docker.io" ||
      reference.registry == "registry-1.docker.io") {
    reference.registry = "docker.io";
  }
  if (reference.registry == "docker.io" && reference.repository.find('/') == std::string::npos) {
    const auto& repository = reference.repository;
    if (repository.size() == kSha256HexDigits && std::all_of(repository.begin(), repository.end(), is_hex)) {
      return bad(text, "64 hex digits are an identifier, not a name");
    }
    reference.repository = "library/" + repository;
  }
  if (reference.name().size() > kNameLimit) return bad(text, "the name is longer than 255 characters");
  if (!reference.digest.empty()) {
    reference.tag.clear();
  } else if (reference.tag.empty()) {
    reference.tag = "latest";
  }
  return reference;
}

Result<Reference> parse_local(std::string_view text, Transport transport, std::string_view rest) {
  Reference reference;
  reference.transport = transport;
  const auto colon = rest.find(':');
  const auto path = rest.substr(0, colon);
  if (path.empty()) return bad(text, "the path is empty");
  if (colon != std::string_view::npos) reference.member = rest.substr(colon + 1);
  std::error_code error;
  reference.path = std::filesystem::absolute(path, error).lexically_normal().string();
  if (error) return bad(text, "the working directory is gone, use an absolute path");
  while (reference.path.size() > 1 && reference.path.back() == '/') reference.path.pop_back();
  return reference;
}

struct LocalPrefix {
  std::string_view text;
  Transport transport;
};
constexpr std::array kLocalPrefixes{LocalPrefix{"oci:", Transport::oci_layout},
                                    LocalPrefix{"oci-archive:", Transport::oci_archive},
                                    LocalPrefix{"docker-archive:", Transport::docker_archive}};

std::string_view prefix_of(Transport transport) {
  for (const auto& prefix : kLocalPrefixes) {
    if (prefix.transport == transport) return prefix.text;
  }
  return "docker://";
}

}  // namespace

bool is_digest(const std::string& text) {
  if (!text.starts_with(kSha256Prefix)) return false;
  const auto hex = std::string_view(text).substr(kSha256Prefix.size());
  return hex.size() == kSha256HexDigits && std::all_of(hex.begin(), hex.end(), is_hex);
}

std::string Reference::name() const {
  return registry + "/" + repository;
}

std::string Reference::normalised() const {
  if (transport == Transport::registry) return name() + (digest.empty() ? ":" + tag : "@" + digest);
  return std::string(prefix_of(transport)) + path + (member.empty() ? "" : ":" + member);
}

std::string Reference::skopeo_name(const std::string& pinned_digest) const {
  if (transport != Transport::registry) return normalised();
  if (pinned_digest.empty()) return "docker://" + normalised();
  return "docker://" + name() + "@" + pinned_digest;
}

bool Reference::on_loopback() const {
  if (transport != Transport::registry) return false;
  if (registry.starts_with("[::1]")) return true;
  const auto host = registry.substr(0, registry.find(':'));
  if (host == "localhost") return true;
  return host.starts_with("127.") &&
         std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; });
}

Result<Reference> parse_reference(const std::string& text) {
  if (text.empty()) return bad(text, "it is empty");
  if (text.size() > 4096) return bad(text, "it is too long");
  if (std::any_of(text.begin(), text.end(), is_control)) return bad(text, "it has control characters");
  const std::string_view view = text;
  for (const auto& prefix : kLocalPrefixes) {
    if (view.starts_with(prefix.text)) {
      return parse_local(view, prefix.transport, view.substr(prefix.text.size()));
    }
  }
  constexpr std::string_view kDocker = "docker://";
  return parse_registry(view.starts_with(kDocker) ? view.substr(kDocker.size()) : view);
}

}  // namespace troupe::runtime
