/// Digests by OpenSSL 3's EVP interface.

#include "api/http/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstdint>
#include <cstdlib>
#include <memory>

namespace troupe::api::http {
namespace {

constexpr std::size_t block_bytes = 64;  // SHA-256's block, to which HMAC pads its key.

const EVP_MD* algorithm() {
  // Fetched once and kept for the life of the process.
  static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

EVP_MD_CTX* context() {
  static thread_local std::unique_ptr<EVP_MD_CTX, ContextDeleter> owned{EVP_MD_CTX_new()};
  return owned.get();
}

/// Digest of two pieces in a row.
Digest sha256_of(std::string_view first, std::string_view second) {
  Digest digest;
  EVP_MD_CTX* const ctx = context();
  const bool done = EVP_DigestInit_ex2(ctx, algorithm(), nullptr) == 1 &&
                    EVP_DigestUpdate(ctx, first.data(), first.size()) == 1 &&
                    EVP_DigestUpdate(ctx, second.data(), second.size()) == 1 &&
                    EVP_DigestFinal_ex(ctx, digest.data(), nullptr) == 1;
  // SHA-256 in memory fails only when OpenSSL itself is unusable; going on would accept anything.
  if (!done) std::abort();
  return digest;
}

constexpr std::string_view plain_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encoded(std::string_view bytes, std::string_view alphabet) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      out += alphabet[(bits >> count) & 63U];
    }
  }
  if (count > 0) out += alphabet[(bits << (6U - count)) & 63U];
  return out;
}

}  // namespace

Digest sha256(std::string_view data) {
  return sha256_of(data, {});
}

Digest hmac_sha256(std::string_view key, std::string_view data) {
  std::array<char, block_bytes> pad{};
  Digest hashed;
  if (key.size() > block_bytes) {
    hashed = sha256(key);
    key = bytes_of(hashed);
  }
  key.copy(pad.data(), key.size());
  for (char& c : pad) c = static_cast<char>(c ^ 0x36);
  const Digest inner = sha256_of({pad.data(), pad.size()}, data);
  for (char& c : pad) c = static_cast<char>(c ^ 0x36 ^ 0x5c);
  return sha256_of({pad.data(), pad.size()}, bytes_of(inner));
}

void append_hex(std::string& out, const Digest& digest) {
  static constexpr std::string_view digits = "0123456789abcdef";
  for (const unsigned char byte : digest) {
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
}

std::string hex_of(const Digest& digest) {
  std::string out;
  out.reserve(64);
  append_hex(out, digest);
  return out;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string base64(std::string_view bytes) {
  std::string out = encoded(bytes, plain_alphabet);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string base64url(std::string_view bytes) {
  return encoded(bytes, url_alphabet);
}

std::optional<std::string> base64url_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t value = url_alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 255U);
    }
  }
  // One text per value: no stray character, no set bits beyond the last byte.
  if (count >= 6 || (bits & ((1U << count) - 1U)) != 0) return std::nullopt;
  return out;
}

}  // namespace troupe::api::http
