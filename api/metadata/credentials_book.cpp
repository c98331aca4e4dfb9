/// Ids, what they stand for, and Amazon's words for those that stand for nothing.

#include "api/metadata/credentials_book.hpp"

#include "actors/core/describe.hpp"
#include "api/wire/codec/build_shape.hpp"
#include "api/wire/codec/codec.hpp"

namespace troupe::api::metadata {

struct CredentialsShape {
  std::optional<std::string> RoleArn;
  std::optional<std::string> AccessKeyId;
  std::optional<std::string> SecretAccessKey;
  std::optional<std::string> Token;
  std::optional<std::string> Expiration;
};
BOOST_DESCRIBE_STRUCT(CredentialsShape, (), (RoleArn, AccessKeyId, SecretAccessKey, Token, Expiration))

struct CredentialsErrorShape {
  std::optional<std::string> code;
  std::optional<std::string> message;
  std::optional<std::int32_t> HTTPErrorCode;
};
BOOST_DESCRIBE_STRUCT(CredentialsErrorShape, (), (code, message, HTTPErrorCode))

}  // namespace troupe::api::metadata

namespace troupe::api::wire {

template <>
const Shape& shape_of<metadata::CredentialsShape>() {
  return BuiltShape<metadata::CredentialsShape>::value;
}
template <>
const Shape& shape_of<metadata::CredentialsErrorShape>() {
  return BuiltShape<metadata::CredentialsErrorShape>::value;
}

}  // namespace troupe::api::wire

namespace troupe::api::metadata {
namespace {

constexpr std::string_view path_of_version_2 = "/v2/credentials";
constexpr std::string_view path_of_version_1 = "/v1/credentials";

http::Response credentials_response(std::string body, unsigned status = 200) {
  http::Response out;
  out.status = status;
  out.content_type = "application/json";
  out.body = std::move(body);
  return out;
}

http::Response no_credentials(std::string_view version, unsigned status, const char* code, const char* what) {
  CredentialsErrorShape shape;
  shape.code = code;
  shape.message = "CredentialsV" + std::string{version} + "Request: " + what;
  shape.HTTPErrorCode = static_cast<std::int32_t>(status);
  return credentials_response(wire::encode(shape), status);
}

}  // namespace

void CredentialsBook::keep(const core::TaskId& task, core::TaskRole role, const std::string& id,
                           Source source) {
  const std::lock_guard lock{mutex_};
  auto& known = ids_[task].at(static_cast<std::size_t>(role));
  if (known != id) sources_.erase(known);
  known = id;
  sources_.insert_or_assign(id, std::move(source));
}

void CredentialsBook::forget(const core::TaskId& task) {
  const std::lock_guard lock{mutex_};
  const auto known = ids_.find(task);
  if (known == ids_.end()) return;
  for (const auto& id : known->second) sources_.erase(id);
  ids_.erase(known);
}

void CredentialsBook::complete() {
  const std::lock_guard lock{mutex_};
  complete_ = true;
}

std::string CredentialsBook::path_of(const core::TaskId& task) const {
  const std::lock_guard lock{mutex_};
  const auto known = ids_.find(task);
  if (known == ids_.end()) return {};
  const auto& id = known->second.at(static_cast<std::size_t>(core::TaskRole::TaskApplication));
  return id.empty() ? std::string{} : std::string{path_of_version_2} + "/" + id;
}

std::optional<http::Response> CredentialsBook::answer(const http::Request& request) const {
  auto path = request.path();
  if (path == path_of_version_1) return answer_id(request.query_parameter("id"), "1");
  if (!path.starts_with(path_of_version_2)) return std::nullopt;
  path.remove_prefix(path_of_version_2.size());
  if (!path.starts_with('/')) return std::nullopt;
  return answer_id(path.substr(1), "2");
}

http::Response CredentialsBook::answer_id(std::string_view id, std::string_view version) const {
  if (id.empty()) return no_credentials(version, 400, "NoIdInRequest", "No Credential ID in the request");
  Source source;
  bool complete = false;
  {
    const std::lock_guard lock{mutex_};
    const auto known = sources_.find(std::string{id});
    if (known != sources_.end()) source = known->second;
    complete = complete_;
  }
  if (!source && !complete) {
    return no_credentials(version, 503, "CredentialsUninitialized", "Credentials uninitialized for ID");
  }
  if (!source) return no_credentials(version, 400, "InvalidIdInRequest", "Credentials not found");
  auto found = source();
  CredentialsShape shape;
  shape.RoleArn = std::move(found.role_arn);
  shape.AccessKeyId = std::move(found.access_key);
  shape.SecretAccessKey = std::move(found.secret_key);
  shape.Token = std::move(found.token);
  shape.Expiration = std::move(found.expiration);
  return credentials_response(wire::encode(shape));
}

}  // namespace troupe::api::metadata
