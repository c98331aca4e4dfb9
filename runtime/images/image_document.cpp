/// Reads documents field by field; a wrong type is a failure, a missing field
/// is its default.

#include "runtime/images/image_document.hpp"

#include "runtime/images/reference.hpp"

#include <openssl/evp.h>
#include <boost/json.hpp>

namespace troupe::runtime {
namespace {

namespace json = boost::json;

// overlayfs stacks no more; Docker's own limit is 127.
constexpr std::size_t kLayerLimit = 500;
constexpr std::size_t kTextLimit = 8 << 20;

Failure bad(const std::string& what) {
  return {FailureKind::failed, "the image is malformed: " + what};
}

Result<json::object> parse_object(std::string_view text, const std::string& what) {
  if (text.size() > kTextLimit) return bad(what + " is too large");
  boost::system::error_code error;
  auto value = json::parse(text, error);
  if (error || !value.is_object()) return bad(what + " is not a JSON object");
  return std::move(value.as_object());
}

// The object or array under a key; null and absent are empty, another type a failure.
Result<json::object> object_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return json::object();
  if (!value->is_object()) return bad(std::string(key) + " is not an object");
  return value->as_object();
}

Result<json::array> array_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return json::array();
  if (!value->is_array()) return bad(std::string(key) + " is not an array");
  return value->as_array();
}

Result<std::string> text_of(const json::value& value, std::string_view key) {
  if (!value.is_string()) return bad(std::string(key) + " is not a string");
  std::string text(value.as_string());
  // It ends as an argument of a program, where a zero byte would cut it.
  if (text.find('\0') != std::string::npos) return bad(std::string(key) + " has a zero byte");
  return text;
}

Result<std::string> text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::string();
  return text_of(*value, key);
}

Result<std::vector<std::string>> texts_at(const json::object& object, std::string_view key) {
  auto array = array_at(object, key);
  if (!array) return array.error();
  std::vector<std::string> texts;
  for (const auto& value : *array) {
    auto text = text_of(value, key);
    if (!text) return text.error();
    texts.push_back(std::move(*text));
  }
  return texts;
}

Result<std::string> digest_at(const json::object& object, const std::string& what) {
  auto digest = text_at(object, "digest");
  if (!digest) return digest.error();
  if (!is_digest(*digest)) return bad("the digest of " + what + " is not sha256");
  return digest;
}

Result<ImageConfig> read_start(const json::object& object) {
  ImageConfig config;
  struct List {
    const char* key;
    std::vector<std::string>& target;
  };
  for (const auto& [key, target] : {List{"Entrypoint", config.entrypoint}, List{"Cmd", config.command},
                                    List{"Env", config.environment}}) {
    auto texts = texts_at(object, key);
    if (!texts) return texts.error();
    target = std::move(*texts);
  }
  struct Text {
    const char* key;
    std::string& target;
  };
  for (const auto& [key, target] : {Text{"WorkingDir", config.working_directory}, Text{"User", config.user},
                                    Text{"StopSignal", config.stop_signal}}) {
    auto text = text_at(object, key);
    if (!text) return text.error();
    target = std::move(*text);
  }
  if (config.stop_signal.empty()) config.stop_signal = "SIGTERM";
  auto volumes = object_at(object, "Volumes");
  if (!volumes) return volumes.error();
  for (const auto& volume : *volumes) {
    const std::string path(volume.key());
    if (!path.starts_with('/') || path.find('\0') != std::string::npos) {
      return bad("a volume is not an absolute path");
    }
    config.volumes.push_back(path);
  }
  return config;
}

}  // namespace

Result<std::string> parse_index(std::string_view text) {
  auto index = parse_object(text, "its index");
  if (!index) return index.error();
  auto manifests = array_at(*index, "manifests");
  if (!manifests) return manifests.error();
  if (manifests->size() != 1 || !manifests->front().is_object()) return bad("its index has not one manifest");
  return digest_at(manifests->front().as_object(), "its manifest");
}

Result<ImageManifest> parse_manifest(std::string_view text) {
  auto document = parse_object(text, "its manifest");
  if (!document) return document.error();
  auto config = object_at(*document, "config");
  if (!config) return config.error();
  ImageManifest manifest;
  auto digest = digest_at(*config, "its configuration");
  if (!digest) return digest.error();
  manifest.config = std::move(*digest);
  auto layers = array_at(*document, "layers");
  if (!layers) return layers.error();
  if (layers->size() > kLayerLimit) return bad("it has more than 500 layers");
  for (const auto& layer : *layers) {
    if (!layer.is_object()) return bad("a layer is not an object");
    auto blob = digest_at(layer.as_object(), "a layer");
    if (!blob) return blob.error();
    manifest.layers.push_back(std::move(*blob));
  }
  return manifest;
}

Result<ImageDescription> parse_config(std::string_view text) {
  auto document = parse_object(text, "its configuration");
  if (!document) return document.error();
  ImageDescription description;
  auto root = object_at(*document, "rootfs");
  if (!root) return root.error();
  auto diff_ids = texts_at(*root, "diff_ids");
  if (!diff_ids) return diff_ids.error();
  for (const auto& diff_id : *diff_ids) {
    if (!is_digest(diff_id)) return bad("a diff id is not sha256");
  }
  description.diff_ids = std::move(*diff_ids);
  auto start = object_at(*document, "config");
  if (!start) return start.error();
  auto config = read_start(*start);
  if (!config) return config.error();
  description.config = std::move(*config);
  return description;
}

Result<std::vector<std::string>> parse_tags(std::string_view text) {
  auto document = parse_object(text, "its list of tags");
  if (!document) return document.error();
  return texts_at(*document, "Tags");
}

std::string make_auth_file(const std::string& registry, const RegistryCredentials& credentials) {
  const auto pair = credentials.username + ":" + credentials.password.reveal();
  // Four characters for three bytes, and the zero that EVP_EncodeBlock writes.
  std::string encoded((pair.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(pair.data()), static_cast<int>(pair.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return json::serialize(json::object{{"auths", json::object{{registry, json::object{{"auth", encoded}}}}}});
}

}  // namespace troupe::runtime
