#pragma once

/// What crosses the HTTP edge: one request in, one answer out, as plain values.
///
/// Nothing here knows sockets or ECS, so operations, gateways, signatures and
/// tests all speak of the same `Request`. Header names keep the spelling of the
/// sender and are compared without regard to ASCII case.

#include <boost/system/result.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::api::http {

struct Header {
  std::string name;
  std::string value;
};

/// One complete request, body included.
struct Request {
  std::string method = "POST";
  std::string target = "/";  ///< As on the wire: path, then "?" and the query.
  std::vector<Header> headers;
  std::string body;
  std::string peer;  ///< The client's address, "127.0.0.1"; empty where there is none.
  std::string id;    ///< The uuid that the answer will carry as x-amzn-RequestId.

  [[nodiscard]] std::string_view path() const;
  [[nodiscard]] std::string_view query() const;  ///< Without the "?"; still encoded.

  /// The value of the first header of that name; null when there is none.
  [[nodiscard]] const std::string* header(std::string_view name) const;
  /// The decoded value of the first query parameter of that name; "+" is a space.
  [[nodiscard]] std::string query_parameter(std::string_view name) const;
};

/// One answer. Content-Length, Date and x-amzn-RequestId are added by the server.
struct Response {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/x-amz-json-1.1";
  std::vector<Header> headers;
};

/// An error as AWS JSON 1.1 sends it: `code` goes into "__type".
/// Not made from one string, so that a `Result<std::string>` stays unambiguous.
struct ApiError {
  ApiError() = default;
  ApiError(std::string code_text, std::string message_text, unsigned http_status = 400)
      : code(std::move(code_text)), message(std::move(message_text)), status(http_status) {}
  std::string code;
  std::string message;
  unsigned status = 400;
};

/// Lets `Result::value()` name `ApiError`; calling it on an error is a bug.
[[noreturn]] inline void throw_exception_from_error(const ApiError& /*error*/,
                                                    const boost::source_location& /*where*/) {
  std::abort();
}

template <class T>
using Result = boost::system::result<T, ApiError>;

/// Why a connection could not be made, used or listened on.
struct NetworkFailure {
  enum class Kind : std::uint8_t { address_in_use, timed_out, closed, refused, failed };
  Kind kind = Kind::failed;
  std::string message;  ///< One line for people, without a final period.
};

[[noreturn]] inline void throw_exception_from_error(const NetworkFailure& /*failure*/,
                                                    const boost::source_location& /*where*/) {
  std::abort();
}

template <class T>
using NetworkResult = boost::system::result<T, NetworkFailure>;

/// `{"__type":"…","message":"…"}` with the error's status.
Response error_response(const ApiError& error);

/// HTTP 500 ServerException, what a client sees of trouble that is not its own.
ApiError server_exception(std::string message = "The request could not be processed.");

/// Equality of ASCII text without regard to case.
bool same_name(std::string_view left, std::string_view right);

/// Undoes %XX and "+"; a "%" that no two hex digits follow stands for itself.
std::string percent_decoded(std::string_view text);

/// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8
/// become U+FFFD, so the answer is valid JSON whatever a client has sent.
void append_json_string(std::string& out, std::string_view text);

/// A random (version 4) uuid. Unique, but not secret.
std::string random_uuid();

}  // namespace troupe::api::http
