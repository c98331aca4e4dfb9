/// Tokens, digests and the error envelope.

#include "api/http/token.hpp"

#include "api/http/digest.hpp"

#include <gtest/gtest.h>

#include <set>

namespace troupe::api::http {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds start{1'768'478'400s};

TEST(Token, IsGoodUntilItExpires) {
  const TokenIssuer issuer(TokenIssuer::random_key());
  const std::string token = issuer.issue("AKID/us-east-1.x", start, 60s);
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
            std::string::npos);
  const auto identity = issuer.check(token, start + 59s);
  ASSERT_TRUE(identity);
  EXPECT_EQ(*identity, "AKID/us-east-1.x");
  const auto late = issuer.check(token, start + 60s);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "ExpiredTokenException");
}

TEST(Token, OfAnotherKeyOrChangedAnywhereIsRefused) {
  const TokenIssuer issuer("key one");
  const std::string token = issuer.issue("alice", start, 60s);
  EXPECT_FALSE(TokenIssuer("key two").check(token, start));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto result = issuer.check(changed, start);
    ASSERT_FALSE(result) << i;
    EXPECT_EQ(result.error().code, "UnrecognizedClientException");
  }
  for (const char* junk : {"", ".", "a.b", "....", "%00"}) EXPECT_FALSE(issuer.check(junk, start)) << junk;
}

TEST(Digest, AgreesWithPublishedValues) {
  EXPECT_EQ(hex_of(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test cases 2 and 6 (a key longer than a block).
  EXPECT_EQ(hex_of(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex_of(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64url_decoded(base64url("\xff\xfe\0x")), "\xff\xfe\0x");
  EXPECT_FALSE(base64url_decoded("Zm9vYh"));
}

TEST(ErrorEnvelope, IsValidJsonWhateverTheMessageHolds) {
  const Response response = error_response({"X", "quote \" slash \\ line \n \xc3\xbc \xff \xed\xa0\x80"});
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(response.body,
            "{\"__type\":\"X\",\"message\":\"quote \\\" slash \\\\ line \\u000a \xc3\xbc \\ufffd "
            "\\ufffd\\ufffd\\ufffd\"}");
}

TEST(RequestId, IsARandomUuid) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = random_uuid();
    ASSERT_EQ(id.size(), 36U);
    ASSERT_EQ(id[14], '4');
    ASSERT_NE(std::string{"89ab"}.find(id[19]), std::string::npos);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 1000U);
}

}  // namespace
}  // namespace troupe::api::http
