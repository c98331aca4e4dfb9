#include "runtime/docker/images.hpp"

#include "runtime/images/sha256.hpp"
#include "runtime/images/skopeo.hpp"
#include "runtime/oci/timestamps.hpp"
#include "runtime/process/files.hpp"
#include "runtime/process/process.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace troupe::runtime::docker {
namespace {

namespace json = boost::json;

constexpr std::string_view kLoaded = "localhost/troupe-loaded:";

/// base64 as URLs have it, which is how the API wants credentials.
std::string base64url(const std::string& text) {
  std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  encoded.resize(static_cast<std::size_t>(size));
  std::replace(encoded.begin(), encoded.end(), '+', '-');
  std::replace(encoded.begin(), encoded.end(), '/', '_');
  return encoded;
}

std::string registry_auth(const Reference& reference, const RegistryCredentials& credentials) {
  return base64url(json::serialize(json::object{{"username", credentials.username},
                                                {"password", credentials.password.reveal()},
                                                {"serveraddress", reference.registry}}));
}

std::string engine_name(const Reference& reference) {
  if (reference.transport == Transport::registry) {
    return reference.normalised();
  }
  return std::string(kLoaded) + sha256_digest(reference.normalised()).substr(7);
}

/// The digest by which a registry knows it; an image that never was in one has its id.
std::string digest_of(const json::value& image, const Reference& reference) {
  if (!reference.digest.empty()) {
    return reference.digest;
  }
  const auto digests = texts_at(image, "/RepoDigests");
  for (const auto& each : digests) {
    const auto known = parse_reference(each);
    if (known && reference.transport == Transport::registry && known->name() == reference.name()) {
      return known->digest;
    }
  }
  const auto id = text_at(image, "/Id");
  return id.starts_with("sha256:") ? id : "sha256:" + id;
}

Image image_of(const json::value& from, const Reference& reference) {
  Image image;
  image.reference = reference.normalised();
  image.digest = digest_of(from, reference);
  image.layers = texts_at(from, "/RootFS/Layers");
  image.size_bytes = static_cast<std::uint64_t>(number_at(from, "/Size"));
  auto tagged = parse_timestamp(text_at(from, "/Metadata/LastTagTime"));
  image.pulled_at = tagged ? *tagged : parse_timestamp(text_at(from, "/Created")).value_or(Time{});
  image.config.entrypoint = texts_at(from, "/Config/Entrypoint");
  image.config.command = texts_at(from, "/Config/Cmd");
  image.config.environment = texts_at(from, "/Config/Env");
  image.config.working_directory = text_at(from, "/Config/WorkingDir");
  image.config.user = text_at(from, "/Config/User");
  image.config.stop_signal = text_at(from, "/Config/StopSignal");
  if (image.config.stop_signal.empty()) {
    image.config.stop_signal = "SIGTERM";
  }
  json::error_code absent;
  if (const auto* volumes = from.find_pointer("/Config/Volumes", absent);
      volumes != nullptr && volumes->is_object()) {
    for (const auto& [path, nothing] : volumes->get_object()) {
      image.config.volumes.emplace_back(path);
    }
  }
  return image;
}

/// Progress comes as one JSON object after the other; a failure is one of them,
/// after a 200.
class PullProgress {
 public:
  void take(std::string_view bytes) {
    rest_.append(bytes);
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      read(std::string_view(rest_).substr(0, end));
      rest_.erase(0, end + 1);
    }
  }
  /// What went wrong; empty: nothing.
  std::string problem() {
    read(rest_);
    return problem_;
  }

 private:
  void read(std::string_view line) {
    json::error_code malformed;
    const auto value = json::parse(line, malformed);
    if (!malformed && problem_.empty()) {
      problem_ = text_at(value, "/error");
    }
  }
  std::string rest_;
  std::string problem_;
};

Failure no_image(const std::string& text) {
  return {FailureKind::not_found, "no such image: " + text};
}

}  // namespace

Result<void> EngineImages::fetch(const Reference& reference, const PullRequest& request) const {
  return reference.transport == Transport::registry ? pull(reference, request) : load(reference, request);
}

Result<void> EngineImages::pull(const Reference& reference, const PullRequest& request) const {
  HttpRequest ask;
  ask.method = "POST";
  ask.target = engine_.target("/images/create?fromImage=" + url_encoded(reference.name()) + "&tag=" +
                              url_encoded(reference.digest.empty() ? reference.tag : reference.digest));
  ask.deadline = request.deadline;
  if (request.credentials) {
    ask.registry_auth = registry_auth(reference, *request.credentials);
  }
  PullProgress progress;
  StreamEvents events;
  events.bytes = [&](std::string_view bytes) { progress.take(bytes); };
  const auto reply = engine_.socket().stream(ask, events);
  if (!reply) {
    return reply.error();
  }
  if (reply->status >= 400) {
    auto failure = engine_failure(*reply);
    const auto meaning = skopeo_failure(failure.message);
    return Failure{meaning.kind == FailureKind::failed ? failure.kind : meaning.kind, failure.message};
  }
  if (const auto problem = progress.problem(); !problem.empty()) {
    return skopeo_failure(problem);
  }
  return {};
}

/// skopeo knows both formats and hands them to `POST /images/load`.
Result<void> EngineImages::load(const Reference& reference, const PullRequest& request) const {
  const auto name = engine_name(reference);
  Command copy;
  copy.argv = {"skopeo",
               "copy",
               "--quiet",
               "--dest-daemon-host",
               "unix://" + engine_.socket().path(),
               reference.skopeo_name(),
               "docker-daemon:" + name};
  copy.deadline = request.deadline;
  const auto done = run(copy);
  if (!done) {
    return done.error();
  }
  if (done->exit_code != 0) {
    return skopeo_failure(done->err);
  }
  return write_file_atomically(directory_ + "/" + name.substr(kLoaded.size()), reference.normalised());
}

Result<FoundImage> EngineImages::find(const std::string& text) const {
  Reference reference;
  std::string name;
  if (is_digest(text)) {
    auto known = name_of_digest(text);
    if (!known) {
      return known.error();
    }
    name = std::move(*known);
    if (auto parsed = parse_reference(name)) {
      reference = std::move(*parsed);
    }
    reference.digest = text;
  } else {
    auto parsed = parse_reference(text);
    if (!parsed) {
      return parsed.error();
    }
    reference = std::move(*parsed);
    name = engine_name(reference);
  }
  const auto found = engine_.get("/images/" + url_encoded(name) + "/json");
  if (!found) {
    return found.error().kind == FailureKind::not_found ? no_image(text) : found.error();
  }
  auto id = text_at(*found, "/Id");
  return FoundImage{image_of(*found, reference), id.starts_with("sha256:") ? id : "sha256:" + id};
}

/// What the engine calls an image with this digest, be it a registry's or its own id.
Result<std::string> EngineImages::name_of_digest(const std::string& digest) const {
  const auto all = engine_.get("/images/json");
  if (!all) {
    return all.error();
  }
  if (all->is_array()) {
    for (const auto& each : all->get_array()) {
      const auto id = text_at(each, "/Id");
      if (id == digest || "sha256:" + id == digest) {
        return id;
      }
      for (const auto& name : texts_at(each, "/RepoDigests")) {
        if (name.ends_with("@" + digest)) {
          return name;
        }
      }
    }
  }
  return no_image(digest);
}

Result<std::vector<Image>> EngineImages::list() const {
  const auto all = engine_.get("/images/json");
  if (!all) {
    return all.error();
  }
  std::vector<Image> images;
  if (!all->is_array()) {
    return images;
  }
  for (const auto& each : all->get_array()) {
    for (const auto& tag : texts_at(each, "/RepoTags")) {
      std::string text = tag;
      if (tag.starts_with(kLoaded)) {
        const auto file = read_file(directory_ + "/" + tag.substr(kLoaded.size()));
        text = file ? *file : tag;
      }
      if (tag.starts_with("localhost/troupe-pause:") || tag.find("<none>") != std::string::npos) {
        continue;
      }
      if (auto found = find(text)) {
        images.push_back(std::move(found->image));
      }
    }
  }
  return images;
}

Result<void> EngineImages::remove(const std::string& text) const {
  const auto found = find(text);
  if (!found) {
    return found.error().kind == FailureKind::not_found ? Result<void>() : found.error();
  }
  const auto reference = parse_reference(text);
  const auto name = is_digest(text) || !reference ? found->id : engine_name(*reference);
  if (auto removed = engine_.remove("/images/" + url_encoded(name)); !removed) {
    return removed;
  }
  if (name.starts_with(kLoaded)) {
    return remove_tree(directory_ + "/" + name.substr(kLoaded.size()));
  }
  return {};
}

}  // namespace troupe::runtime::docker
