/// OpenSSL's SHA-256, which uses the processor's own instructions where there are any.

#include "runtime/images/sha256.hpp"

#include <array>
#include <new>

namespace troupe::runtime {

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

void Sha256::update(const void* data, std::size_t size) {
  EVP_DigestUpdate(context_.get(), data, size);
}

std::string Sha256::digest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "sha256:";
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 15U];
  }
  return text;
}

std::string sha256_digest(std::string_view text) {
  Sha256 hash;
  hash.update(text.data(), text.size());
  return hash.digest();
}

std::string digest_hex(std::string_view digest) {
  return std::string(digest.substr(digest.find(':') + 1));
}

}  // namespace troupe::runtime
