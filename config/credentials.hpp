#pragma once

/// The key pair that may sign requests, and the key of event tokens: made at the
/// first start, kept in the data directory, readable by its owner only.

#include <string>

namespace troupe::config {

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string token_key;  ///< 64 hexadecimal digits.
  std::string problem;    ///< Not empty: they could not be read or made.
};

/// Reads DIR/credentials, and makes it when it is missing.
Credentials load_or_make_credentials(const std::string& data_directory);

/// Reads it only; for commands that talk to a running server.
Credentials load_credentials(const std::string& data_directory);

}  // namespace troupe::config
