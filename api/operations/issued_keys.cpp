/// Keys that say whose they are, and secrets derived from them.

#include "api/operations/issued_keys.hpp"

#include "api/http/digest.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace troupe::api::operations {
namespace {

constexpr std::string_view agent_prefix = "TRPA";
constexpr std::string_view task_prefix = "TRPT";
constexpr std::string_view execution_prefix = "TRPX";
constexpr std::size_t prefix_length = 4;
constexpr std::size_t random_digits = 20;
constexpr std::size_t task_digits = 32;
constexpr std::size_t expiry_digits = 8;
constexpr std::size_t id_digits = 32;
constexpr std::size_t mark_digits = 16;
constexpr std::size_t agent_length = prefix_length + random_digits + mark_digits;
constexpr std::size_t task_length = prefix_length + task_digits + expiry_digits + mark_digits;

// Each use of the server's key says what for, so that none passes for another.
constexpr std::string_view join_purpose = "troupe join token 1\n";
constexpr std::string_view secret_purpose = "troupe secret key 1\n";
constexpr std::string_view session_purpose = "troupe session token 1\n";
constexpr std::string_view credentials_purpose = "troupe credentials id 1\n";

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string hex_digits(std::uint32_t number) {
  std::array<char, expiry_digits> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
  const std::string text(digits.data(), end);
  return upper(std::string(expiry_digits - text.size(), '0') + text);
}

bool is_issued(std::string_view access_key, std::string_view prefix, std::size_t length) {
  return access_key.size() == length && access_key.starts_with(prefix) &&
         std::ranges::all_of(access_key.substr(prefix.size()),
                             [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); });
}

bool is_agent_key(std::string_view access_key) {
  return is_issued(access_key, agent_prefix, agent_length);
}

bool is_task_key(std::string_view access_key) {
  return is_issued(access_key, task_prefix, task_length) ||
         is_issued(access_key, execution_prefix, task_length);
}

std::string_view prefix_of(core::TaskRole role) {
  return role == core::TaskRole::TaskApplication ? task_prefix : execution_prefix;
}

http::Time expiry_of(std::string_view task_key) {
  const auto digits = task_key.substr(prefix_length + task_digits, expiry_digits);
  std::uint32_t seconds = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), seconds, 16);
  return http::Time{std::chrono::seconds{seconds}};
}

}  // namespace

KeyIssuer::KeyIssuer(std::string key) : key_(std::move(key)), join_tokens_(key_, join_purpose) {}

std::string KeyIssuer::join_token(std::string_view cluster, http::Time now,
                                  std::chrono::seconds lifetime) const {
  return join_tokens_.issue(cluster, now, lifetime);
}

http::Result<std::string> KeyIssuer::cluster_of(std::string_view join_token, http::Time now) const {
  return join_tokens_.check(join_token, now);
}

IssuedKey KeyIssuer::agent_key(std::string_view cluster) const {
  const auto random = http::hex_of(http::sha256(http::TokenIssuer::random_key()));
  IssuedKey issued;
  issued.access_key = std::string{agent_prefix} + upper(random.substr(0, random_digits)) + mark_of(cluster);
  issued.secret_key = derived(secret_purpose, issued.access_key);
  return issued;
}

IssuedKey KeyIssuer::task_key(std::string_view cluster, core::TaskId task, http::Time expires,
                              core::TaskRole role) const {
  IssuedKey issued;
  issued.access_key = std::string{prefix_of(role)} + upper(core::to_string(task)) +
                      hex_digits(static_cast<std::uint32_t>(expires.time_since_epoch().count())) +
                      mark_of(cluster);
  issued.secret_key = derived(secret_purpose, issued.access_key);
  issued.session_token = derived(session_purpose, issued.access_key);
  issued.expires = expires;
  return issued;
}

std::string KeyIssuer::credentials_id(core::TaskId task, core::TaskRole role) const {
  const auto digest = http::hmac_sha256(
      key_, std::string{credentials_purpose} + std::string{prefix_of(role)} + core::to_string(task));
  auto bits = core::parse_hex(http::hex_of(digest).substr(0, id_digits)).value_or(core::TaskId{}.bits);
  // A version 4 UUID by its form, as agents know these ids.
  bits[0] = (bits[0] & ~0xF000ULL) | 0x4000ULL;
  bits[1] = (bits[1] & ~(3ULL << 62U)) | (2ULL << 62U);
  return core::to_uuid_text(bits);
}

std::shared_ptr<const http::Credentials> KeyIssuer::find(std::string_view access_key) const {
  if (is_agent_key(access_key)) {
    return std::make_shared<const http::Credentials>(
        http::Credentials{derived(secret_purpose, access_key), {}, {}});
  }
  if (!is_task_key(access_key)) return nullptr;
  return std::make_shared<const http::Credentials>(http::Credentials{
      derived(secret_purpose, access_key), derived(session_purpose, access_key), expiry_of(access_key)});
}

core::Principal KeyIssuer::principal_of(std::string_view access_key) {
  core::Principal who;
  who.access_key = access_key;
  const bool is_task = is_task_key(access_key);
  if (!is_task && !is_agent_key(access_key)) return who;
  who.kind = is_task ? core::PrincipalKind::task : core::PrincipalKind::agent;
  who.cluster_mark = access_key.substr(access_key.size() - mark_digits);
  if (!is_task) return who;
  who.task.bits = core::parse_hex(access_key.substr(prefix_length, task_digits)).value_or(who.task.bits);
  return who;
}

core::TaskRole KeyIssuer::role_of(std::string_view task_key) {
  return task_key.starts_with(execution_prefix) ? core::TaskRole::TaskExecution
                                                : core::TaskRole::TaskApplication;
}

std::string KeyIssuer::mark_of(std::string_view cluster) {
  return upper(http::hex_of(http::sha256(cluster)).substr(0, mark_digits));
}

std::string KeyIssuer::derived(std::string_view purpose, std::string_view access_key) const {
  return http::base64url(
      http::bytes_of(http::hmac_sha256(key_, std::string{purpose} + std::string{access_key})));
}

}  // namespace troupe::api::operations
