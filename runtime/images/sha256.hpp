#pragma once

/// SHA-256 of bytes that pass by, spelled as OCI spells a digest.

#include <openssl/evp.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::runtime {

class Sha256 {
 public:
  Sha256();
  void update(const void* data, std::size_t size);
  /// "sha256:…" of all that was given. Ends the use of this object.
  [[nodiscard]] std::string digest();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

std::string sha256_digest(std::string_view text);

/// The hex digits of a digest, for file names.
std::string digest_hex(std::string_view digest);

}  // namespace troupe::runtime
