/// Builds skopeo's command lines. Credentials reach it through a file that
/// exists only in memory: not on the command line, not on a disk.

#include "runtime/images/skopeo.hpp"

#include "runtime/images/image_document.hpp"
#include "runtime/images/sha256.hpp"
#include "runtime/process/files.hpp"

#include <sys/mman.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace troupe::runtime {
namespace {

constexpr int kAuthDescriptor = 3;
/// Names the file that says which registries speak plain HTTP, and the like.
constexpr const char* kRegistriesConf = "CONTAINERS_REGISTRIES_CONF";
constexpr const char* kTrustPolicy = "/etc/containers/policy.json";
// A registry's own limit for a manifest is 4 MiB.
constexpr std::size_t kOutputLimit = 8 << 20;

struct Meaning {
  std::string_view words;
  FailureKind kind;
};

// In order: the first words found decide. Registries and Go's network library
// have no codes that reach us, so their words are all there is.
constexpr std::array kMeanings{
    Meaning{"no space left on device", FailureKind::no_space},
    Meaning{"disk quota exceeded", FailureKind::no_space},
    Meaning{"unauthorized", FailureKind::denied},
    Meaning{"authentication required", FailureKind::denied},
    Meaning{"no basic auth credentials", FailureKind::denied},
    Meaning{"invalid username/password", FailureKind::denied},
    Meaning{"access to the resource is denied", FailureKind::denied},
    Meaning{"denied:", FailureKind::denied},
    Meaning{"403 (Forbidden)", FailureKind::denied},
    Meaning{"Source image rejected", FailureKind::denied},
    Meaning{"permission denied", FailureKind::denied},
    Meaning{"manifest unknown", FailureKind::not_found},
    Meaning{"name unknown", FailureKind::not_found},
    Meaning{"404 (Not Found)", FailureKind::not_found},
    Meaning{"no descriptor found for reference", FailureKind::not_found},
    Meaning{"no image found in manifest list", FailureKind::not_found},
    Meaning{"no image found in image index", FailureKind::not_found},
    Meaning{"no such file or directory", FailureKind::not_found},
    Meaning{"not found", FailureKind::not_found},
    Meaning{"invalid reference format", FailureKind::invalid},
    Meaning{"connection refused", FailureKind::unavailable},
    Meaning{"connection reset", FailureKind::unavailable},
    Meaning{"no such host", FailureKind::unavailable},
    Meaning{"server misbehaving", FailureKind::unavailable},
    Meaning{"network is unreachable", FailureKind::unavailable},
    Meaning{"no route to host", FailureKind::unavailable},
    Meaning{"timeout", FailureKind::unavailable},
    Meaning{"timed out", FailureKind::unavailable},
    Meaning{"deadline exceeded", FailureKind::unavailable},
    Meaning{"toomanyrequests", FailureKind::unavailable},
    Meaning{"429 (Too Many Requests)", FailureKind::unavailable},
    Meaning{"Internal Server Error", FailureKind::unavailable},
    Meaning{"Bad Gateway", FailureKind::unavailable},
    Meaning{"Service Unavailable", FailureKind::unavailable},
    Meaning{"Gateway Timeout", FailureKind::unavailable},
    Meaning{"EOF", FailureKind::unavailable},
};

std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  const auto newline = text.rfind('\n');
  return std::string(newline == std::string_view::npos ? text : text.substr(newline + 1));
}

// logrus writes time="…" level=fatal msg="…" with Go's escapes.
std::string message_of(const std::string& line) {
  constexpr std::string_view kMessage = "msg=";
  auto start = line.find(kMessage);
  if (!line.starts_with("time=") || start == std::string::npos) return line;
  start += kMessage.size();
  if (start >= line.size() || line[start] != '"') return line.substr(start);
  std::string message;
  for (auto i = start + 1; i < line.size() && line[i] != '"'; ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) {
      ++i;
      message += line[i] == 'n' || line[i] == 't' || line[i] == 'r' ? ' ' : line[i];
    } else {
      message += line[i];
    }
  }
  return message;
}

Result<Descriptor> memory_file(const std::string& text) {
  Descriptor file(memfd_create("auth.json", MFD_CLOEXEC));
  if (!file.valid()) return errno_failure("cannot make a file in memory", errno);
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return errno_failure("cannot write a file in memory", errno);
  }
  return file;
}

}  // namespace

struct Skopeo::Call {
  std::vector<std::string> verb;       ///< "copy" and its flags.
  std::string source_prefix;           ///< "src-" where flags tell source from destination.
  std::vector<std::string> arguments;  ///< After all flags.
};

Failure skopeo_failure(const std::string& output) {
  auto message = message_of(last_line(output));
  if (message.empty()) message = "skopeo ended without saying why";
  for (auto& c : message) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  constexpr std::size_t kLimit = 1000;
  if (message.size() > kLimit) message.resize(kLimit);
  for (const auto& meaning : kMeanings) {
    if (message.find(meaning.words) != std::string::npos) return {meaning.kind, message};
  }
  return {FailureKind::failed, message};
}

std::map<std::string, std::string> registry_environment() {
  constexpr std::array kNames{"HTTP_PROXY",   "HTTPS_PROXY",        "NO_PROXY",        "http_proxy",
                              "https_proxy",  "no_proxy",           "ALL_PROXY",       "SSL_CERT_FILE",
                              "SSL_CERT_DIR", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", kRegistriesConf};
  std::map<std::string, std::string> environment;
  for (const char* name : kNames) {
    if (const char* value = std::getenv(name); value != nullptr) environment[name] = value;
  }
  return environment;
}

Result<std::string> Skopeo::run_skopeo(const Source& source, Call call) const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(source.deadline -
                                                                          std::chrono::steady_clock::now());
  if (left.count() <= 0) return Failure{FailureKind::unavailable, "pulling the image did not end in time"};
  Command command;
  command.argv = {"skopeo"};
  if (access(kTrustPolicy, R_OK) != 0) command.argv.emplace_back("--insecure-policy");
  // Debian 12's skopeo has the option only, later ones read the variable too.
  const auto registries = options_.environment.find(kRegistriesConf);
  if (registries != options_.environment.end()) {
    command.argv.insert(command.argv.end(), {"--registries-conf", registries->second});
  }
  command.argv.insert(command.argv.end(), call.verb.begin(), call.verb.end());
  const auto& reference = source.reference;
  if (reference.on_loopback() || options_.insecure_registries.contains(reference.registry)) {
    command.argv.push_back("--" + call.source_prefix + "tls-verify=false");
  }
  Descriptor auth;
  if (source.credentials && reference.transport == Transport::registry) {
    auto file = memory_file(make_auth_file(reference.registry, *source.credentials));
    if (!file) return file.error();
    auth = std::move(*file);
    command.descriptors[kAuthDescriptor] = auth.get();
    command.argv.push_back("--" + call.source_prefix + "authfile=/proc/self/fd/" +
                           std::to_string(kAuthDescriptor));
  }
  command.argv.insert(command.argv.end(), call.arguments.begin(), call.arguments.end());
  command.environment = options_.environment;
  command.deadline = left;
  command.output_limit_bytes = kOutputLimit;
  auto finished = run(command);
  if (!finished) return finished.error();
  if (finished->exit_code != 0) return skopeo_failure(finished->err);
  return std::move(finished->out);
}

Result<std::string> Skopeo::digest(const Source& source) const {
  auto manifest = run_skopeo(
      source,
      {.verb = {"inspect", "--raw"}, .source_prefix = "", .arguments = {source.reference.skopeo_name()}});
  if (!manifest) return manifest.error();
  if (manifest->empty()) return Failure{FailureKind::failed, "the registry sent an empty manifest"};
  return sha256_digest(*manifest);
}

Result<void> Skopeo::copy(const Source& source, const std::string& pinned_digest,
                          const Destination& destination) const {
  auto copied = run_skopeo(
      source,
      {.verb = {"--tmpdir=" + destination.scratch, "copy", "--quiet", "--remove-signatures",
                "--dest-oci-accept-uncompressed-layers", "--dest-shared-blob-dir=" + destination.blobs},
       .source_prefix = "src-",
       .arguments = {source.reference.skopeo_name(pinned_digest), "oci:" + destination.layout + ":image"}});
  if (!copied) return copied.error();
  return {};
}

Result<std::vector<std::string>> Skopeo::tags(const Source& source) const {
  const auto archive = "docker-archive:" + source.reference.path;
  auto listed = run_skopeo(source, {.verb = {"list-tags"}, .source_prefix = "", .arguments = {archive}});
  if (!listed) return listed.error();
  return parse_tags(*listed);
}

}  // namespace troupe::runtime
