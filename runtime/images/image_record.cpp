/// How an image is written down in the store's own files.

#include "runtime/images/image_index.hpp"

#include <boost/json.hpp>

namespace troupe::runtime {
namespace {

namespace json = boost::json;

json::array to_array(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

Failure bad_record(const std::string& key) {
  return {FailureKind::failed, "the record has no valid " + key};
}

// Our own files are read strictly: what put() wrote is all there.
class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}

  std::string text(const char* key) {
    const auto* value = object_.if_contains(key);
    if (value != nullptr && value->is_string()) return std::string(value->as_string());
    missing_ = key;
    return {};
  }

  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> texts;
    const auto* value = object_.if_contains(key);
    if (value == nullptr || !value->is_array()) {
      missing_ = key;
      return texts;
    }
    for (const auto& each : value->as_array()) {
      if (!each.is_string()) missing_ = key;
      if (each.is_string()) texts.emplace_back(each.as_string());
    }
    return texts;
  }

  std::int64_t number(const char* key) {
    const auto* value = object_.if_contains(key);
    boost::system::error_code error;
    if (value != nullptr && value->is_number()) {
      const auto number = value->to_number<std::int64_t>(error);
      if (!error) return number;
    }
    missing_ = key;
    return 0;
  }

  bool flag(const char* key) {
    const auto* value = object_.if_contains(key);
    if (value != nullptr && value->is_bool()) return value->as_bool();
    missing_ = key;
    return false;
  }

  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  const json::object& object_;
  std::string missing_;
};

}  // namespace

std::string serialize_image(const StoredImage& stored) {
  const auto& image = stored.image;
  const auto& config = image.config;
  const auto pulled =
      std::chrono::duration_cast<std::chrono::microseconds>(image.pulled_at.time_since_epoch());
  return json::serialize(json::object{{"reference", image.reference},
                                      {"digest", image.digest},
                                      {"layers", to_array(image.layers)},
                                      {"documents", to_array(stored.documents)},
                                      {"size_bytes", static_cast<std::int64_t>(image.size_bytes)},
                                      {"pulled_at_us", pulled.count()},
                                      {"replaced", stored.replaced},
                                      {"entrypoint", to_array(config.entrypoint)},
                                      {"command", to_array(config.command)},
                                      {"environment", to_array(config.environment)},
                                      {"working_directory", config.working_directory},
                                      {"user", config.user},
                                      {"stop_signal", config.stop_signal},
                                      {"volumes", to_array(config.volumes)}});
}

Result<StoredImage> parse_image(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error || !value.is_object()) return bad_record("JSON object");
  Reader reader(value.as_object());
  StoredImage stored;
  auto& image = stored.image;
  image.reference = reader.text("reference");
  image.digest = reader.text("digest");
  image.layers = reader.texts("layers");
  stored.documents = reader.texts("documents");
  image.size_bytes = static_cast<std::uint64_t>(reader.number("size_bytes"));
  image.pulled_at = Time(std::chrono::microseconds(reader.number("pulled_at_us")));
  stored.replaced = reader.flag("replaced");
  auto& config = image.config;
  config.entrypoint = reader.texts("entrypoint");
  config.command = reader.texts("command");
  config.environment = reader.texts("environment");
  config.working_directory = reader.text("working_directory");
  config.user = reader.text("user");
  config.stop_signal = reader.text("stop_signal");
  config.volumes = reader.texts("volumes");
  if (!reader.missing().empty()) return bad_record(reader.missing());
  return stored;
}

}  // namespace troupe::runtime
