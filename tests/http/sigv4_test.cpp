/// Signatures: AWS's published vectors, round trips of our own signer, and every
/// way a request can be tampered with.

#include "api/http/sigv4.hpp"

#include "api/http/canonical_request.hpp"
#include "api/http/digest.hpp"
#include "api/http/signature_parts.hpp"
#include "tests/http/vectors.hpp"

#include <gtest/gtest.h>

#include <map>

namespace troupe::api::http {
namespace {

using namespace std::chrono_literals;

constexpr const char* secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

Time noon() {
  return *from_iso_basic("20260115T120000Z");
}

SignatureVerifier verifier_for(std::string service, std::string token = "", std::string region = "") {
  auto known = std::make_shared<const Credentials>(Credentials{secret, std::move(token), std::nullopt});
  return SignatureVerifier([known](std::string_view key) { return key == "AKIDEXAMPLE" ? known : nullptr; },
                           SigningPolicy{std::move(service), std::move(region), 900s});
}

Request run_task() {
  Request request;
  request.headers = {{"Host", "127.0.0.1:4566"},
                     {"Content-Type", "application/x-amz-json-1.1"},
                     {"X-Amz-Target", "AmazonEC2ContainerServiceV20141113.RunTask"}};
  request.body = R"({"taskDefinition":"web:1"})";
  return request;
}

SigningIdentity alice() {
  return {"AKIDEXAMPLE", secret, "", "us-east-1", "ecs"};
}

std::string refusal(const SignatureVerifier& verifier, const Request& request, Time now) {
  const auto result = verifier.verify(request, now);
  return result ? "accepted" : result.error().code + ": " + result.error().message;
}

const std::string& authorization_of(const Request& request) {
  return *request.header("Authorization");
}

void replace_in_authorization(Request& request, const std::string& from, const std::string& to) {
  for (Header& header : request.headers) {
    if (header.name != "Authorization") continue;
    const std::size_t at = header.value.find(from);
    ASSERT_NE(at, std::string::npos);
    header.value.replace(at, from.size(), to);
  }
}

TEST(SigV4Vectors, CanonicalRequestsAndSignaturesAreAmazons) {
  const auto vectors = support::published_vectors();
  if (vectors.empty()) GTEST_SKIP() << "TROUPE_SHARED is not set: published vectors skipped";
  for (const support::Vector& vector : vectors) {
    SCOPED_TRACE(vector.name);
    std::string token;
    if (const std::string* header = vector.signed_request.header("x-amz-security-token")) token = *header;
    const auto result =
        verifier_for("service", token).verify(vector.signed_request, *from_iso_basic("20150830T123600Z"));
    EXPECT_TRUE(result) << result.error().code << ": " << result.error().message;
    const std::size_t from = vector.authorization.find("SignedHeaders=") + 14;
    const std::string names = vector.authorization.substr(from, vector.authorization.find(',', from) - from);
    std::vector<std::string_view> list;
    for (std::string_view rest = names; !rest.empty();) {
      list.push_back(rest.substr(0, rest.find(';')));
      rest.remove_prefix(std::min(rest.size(), list.back().size() + 1));
    }
    EXPECT_EQ(
        canonical_request(vector.signed_request, list, hex_of(sha256(vector.request.body))).value_or("none"),
        vector.canonical_request);
    Request other = vector.signed_request;
    other.body += " ";
    EXPECT_FALSE(verifier_for("service", token).verify(other, *from_iso_basic("20150830T123600Z")));
  }
}

TEST(SigV4Vectors, RequestsOfBotocoreToEcsVerify) {
  const auto vectors = support::ecs_vectors();
  if (vectors.empty()) GTEST_SKIP() << "TROUPE_SHARED is not set: vectors of botocore skipped";
  for (const support::Vector& vector : vectors) {
    SCOPED_TRACE(vector.name);
    std::string token;
    if (const std::string* header = vector.request.header("x-amz-security-token")) token = *header;
    const auto result =
        verifier_for("ecs", token).verify(vector.request, *from_iso_basic("20260115T080910Z"));
    ASSERT_TRUE(result) << result.error().code << ": " << result.error().message;
    EXPECT_EQ(result->access_key, "AKIDEXAMPLE");
    EXPECT_EQ(result->region, vector.region);
    Request ours = vector.request;
    SigningIdentity signer = alice();
    signer.region = vector.region;
    signer.session_token = token;
    sign(ours, signer, *from_iso_basic("20260115T080910Z"));
    EXPECT_EQ(authorization_of(ours), vector.authorization);
  }
}

TEST(SigV4, ASignedRequestIsItsSendersEvenWhenTheKeyIsCached) {
  Request request = run_task();
  sign(request, alice(), noon());
  const SignatureVerifier verifier = verifier_for("ecs");
  for (int round = 0; round < 3; ++round) {
    const auto result = verifier.verify(request, noon() + 5min);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->access_key, "AKIDEXAMPLE");
    EXPECT_EQ(result->service, "ecs");
  }
  request.body += ' ';
  EXPECT_TRUE(
      refusal(verifier, request, noon())
          .starts_with("InvalidSignatureException: The request signature we calculated does not match"));
}

TEST(SigV4, EachTamperingIsRefused) {
  Request original = run_task();
  original.target = "/v1/x?b=2&a=1";
  sign(original, alice(), noon());
  const SignatureVerifier verifier = verifier_for("ecs");
  ASSERT_EQ(refusal(verifier, original, noon()), "accepted");
  const std::map<std::string, std::function<void(Request&)>> changes{
      {"body", [](Request& r) { r.body = "{}"; }},
      {"method", [](Request& r) { r.method = "PUT"; }},
      {"path", [](Request& r) { r.target = "/v1/y?b=2&a=1"; }},
      {"query", [](Request& r) { r.target = "/v1/x?b=2&a=3"; }},
      {"added parameter", [](Request& r) { r.target += "&c"; }},
      {"host", [](Request& r) { r.headers[0].value = "other:4566"; }},
      {"target", [](Request& r) { r.headers[2].value = "AmazonEC2ContainerServiceV20141113.StopTask"; }},
      {"second target",
       [](Request& r) {
         r.headers.push_back({"x-amz-target", "other"});
       }},
      {"missing header", [](Request& r) { r.headers.erase(r.headers.begin() + 1); }},
      {"date", [](Request& r) { r.headers[3].value = "20260115T120001Z"; }},
      {"last digit",
       [](Request& r) {
         char& c = r.headers.back().value.back();
         c = c == '0' ? '1' : '0';
       }},
      {"no digits", [](Request& r) { r.headers.back().value.resize(r.headers.back().value.size() - 64); }},
      {"upper case", [](Request& r) { replace_in_authorization(r, "Signature=", "Signature=A"); }},
      {"fewer names", [](Request& r) { replace_in_authorization(r, "content-type;", ""); }},
      {"names repeated", [](Request& r) { replace_in_authorization(r, "host;", "host;host;"); }},
      {"region", [](Request& r) { replace_in_authorization(r, "us-east-1", "us-east-2"); }}};
  for (const auto& [name, change] : changes) {
    Request request = original;
    change(request);
    EXPECT_NE(refusal(verifier, request, noon()), "accepted") << name;
  }
}

TEST(SigV4, QueriesAreComparedDecodedAndSorted) {
  Request request;
  request.method = "GET";
  request.headers = {{"Host", "127.0.0.1"}};
  request.target = "/ws?dockerVersion=DockerVersion:%2024.0&agentHash=a%2Bb&empty=&flag";
  sign(request, alice(), noon());
  request.target = "/ws?flag=&agentHash=a%2bb&dockerVersion=DockerVersion%3A+24.0&empty";
  EXPECT_EQ(refusal(verifier_for("ecs"), request, noon()), "accepted");
  EXPECT_EQ(request.query_parameter("dockerVersion"), "DockerVersion: 24.0");
  request.target = "/ws?flag=&agentHash=a+b&dockerVersion=DockerVersion%3A+24.0&empty";
  EXPECT_NE(refusal(verifier_for("ecs"), request, noon()), "accepted");
}

TEST(SigV4, ClocksMayDifferByFifteenMinutes) {
  Request request = run_task();
  sign(request, alice(), noon());
  const SignatureVerifier verifier = verifier_for("ecs");
  EXPECT_EQ(refusal(verifier, request, noon() + 900s), "accepted");
  EXPECT_EQ(refusal(verifier, request, noon() - 900s), "accepted");
  EXPECT_EQ(
      refusal(verifier, request, noon() + 901s),
      "InvalidSignatureException: Signature expired: 20260115T120000Z is now earlier than 20260115T120001Z "
      "(20260115T121501Z - 15 min.)");
  EXPECT_EQ(refusal(verifier, request, noon() - 901s),
            "InvalidSignatureException: Signature not yet current: 20260115T120000Z is still later than "
            "20260115T115959Z (20260115T114459Z + 15 min.)");
}

TEST(SigV4, WhatIsMissingIsNamed) {
  const SignatureVerifier verifier = verifier_for("ecs");
  Request request = run_task();
  EXPECT_EQ(refusal(verifier, request, noon()),
            "MissingAuthenticationTokenException: Missing Authentication Token");
  request.headers.push_back({"Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e"});
  EXPECT_TRUE(
      refusal(verifier, request, noon())
          .starts_with("IncompleteSignatureException: Authorization header requires 'Signature' parameter. "
                       "Authorization header requires 'SignedHeaders' parameter. Authorization header "
                       "requires existence of either a 'X-Amz-Date' or a 'Date' header. "));
  request.headers.back().value = "Basic Zm9vOmJhcg==";
  EXPECT_TRUE(
      refusal(verifier, request, noon()).starts_with("IncompleteSignatureException: Unsupported AWS"));
  request.headers.back().value = "AWS4-HMAC-SHA256 nonsense";
  EXPECT_EQ(refusal(verifier, request, noon()),
            "IncompleteSignatureException: 'nonsense' not a valid key=value pair (missing equal-sign) in "
            "Authorization header.");
  request.headers.push_back({"X-Amz-Date", "yesterday"});
  request.headers[3].value = "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=1";
  EXPECT_TRUE(
      refusal(verifier, request, noon()).starts_with("IncompleteSignatureException: Date must be in"));
  request.headers.back().value = "20260115T120000Z";
  EXPECT_TRUE(
      refusal(verifier, request, noon())
          .starts_with("IncompleteSignatureException: Credential must have exactly 5 slash-delimited"));
}

TEST(SigV4, ScopeKeyAndTokenMustBeOurs) {
  Request request = run_task();
  sign(request, alice(), noon());
  EXPECT_TRUE(
      refusal(verifier_for("s3"), request, noon())
          .starts_with("InvalidSignatureException: Credential should be scoped to correct service: 's3'"));
  EXPECT_TRUE(refusal(verifier_for("ecs", "", "eu-west-1"), request, noon())
                  .starts_with("InvalidSignatureException: Credential should be scoped to a valid region"));
  const std::string unknown =
      "UnrecognizedClientException: The security token included in the request is invalid.";
  EXPECT_EQ(refusal(verifier_for("ecs", "a token"), request, noon()), unknown);
  SigningIdentity mallory = alice();
  mallory.access_key = "AKIDOTHER";
  sign(request, mallory, noon());
  EXPECT_EQ(refusal(verifier_for("ecs"), request, noon()), unknown);
  SigningIdentity guesser = alice();
  guesser.secret_key = "guess";
  sign(request, guesser, noon());
  EXPECT_TRUE(
      refusal(verifier_for("ecs"), request, noon()).starts_with("InvalidSignatureException: The request"));
  SigningIdentity with_token = alice();
  with_token.session_token = "a token";
  sign(request, with_token, noon());
  EXPECT_EQ(refusal(verifier_for("ecs", "a token"), request, noon()), "accepted");
  EXPECT_EQ(refusal(verifier_for("ecs"), request, noon()), unknown);
}

TEST(SigV4, ExpiredCredentialsAndARotatedSecretAreNoticed) {
  Request request = run_task();
  sign(request, alice(), noon());
  auto current = std::make_shared<const Credentials>(Credentials{secret, "", noon() + 60s});
  const SignatureVerifier verifier([&](std::string_view) { return current; }, SigningPolicy{});
  EXPECT_EQ(refusal(verifier, request, noon()), "accepted");
  EXPECT_TRUE(refusal(verifier, request, noon() + 60s).starts_with("ExpiredTokenException: "));
  current = std::make_shared<const Credentials>(Credentials{"rotated", "", std::nullopt});
  EXPECT_TRUE(refusal(verifier, request, noon()).starts_with("InvalidSignatureException: The request"));
}

TEST(SigV4, HeadersThatDecideMustBeSigned) {
  Request request = run_task();
  request.headers[2].name = "Amz-Target";
  sign(request, alice(), noon());
  request.headers[2].name = "X-Amz-Target";
  EXPECT_EQ(
      refusal(verifier_for("ecs"), request, noon()),
      "AccessDeniedException: There were headers present in the request which were not signed: x-amz-target");
  request = run_task();
  request.headers[0].name = "Not-Host";
  sign(request, alice(), noon());
  EXPECT_TRUE(refusal(verifier_for("ecs"), request, noon()).starts_with("InvalidSignatureException: 'Host'"));
}

TEST(SigV4, AContentHashMustBeThatOfTheBody) {
  Request request = run_task();
  request.headers.push_back({"X-Amz-Content-Sha256", hex_of(sha256(request.body))});
  sign(request, alice(), noon());
  EXPECT_EQ(refusal(verifier_for("ecs"), request, noon()), "accepted");
  request.headers[3].value = "UNSIGNED-PAYLOAD";
  sign(request, alice(), noon());
  EXPECT_TRUE(
      refusal(verifier_for("ecs"), request, noon()).starts_with("InvalidSignatureException: The provided"));
}

TEST(SigV4, APresignedRequestLivesAsLongAsItSays) {
  Request request;
  request.method = "GET";
  request.target = "/events?filter=a+b";
  request.headers = {{"Host", "localhost:4566"}};
  SigningIdentity signer = alice();
  signer.session_token = "to/k+en==";
  presign(request, signer, noon(), 60s);
  const SignatureVerifier verifier = verifier_for("ecs", "to/k+en==");
  EXPECT_EQ(refusal(verifier, request, noon() + 60s), "accepted");
  EXPECT_TRUE(
      refusal(verifier, request, noon() + 61s).starts_with("InvalidSignatureException: Signature expired"));
  request.target.replace(request.target.find("Expires=60"), 10, "Expires=90");
  EXPECT_TRUE(refusal(verifier, request, noon()).starts_with("InvalidSignatureException: The request"));
  request.target = "/events?X-Amz-Algorithm=AWS4-HMAC-SHA256";
  EXPECT_TRUE(refusal(verifier, request, noon())
                  .starts_with("IncompleteSignatureException: AWS query-string parameters must include "
                               "'X-Amz-Credential'. "));
}

TEST(SigV4, ADateHeaderServesWhereThereIsNoOther) {
  Request request = run_task();
  request.headers.push_back({"Date", "Thu, 15 Jan 2026 12:00:00 GMT"});
  const auto canonical =
      canonical_request(request, {"date", "host", "x-amz-target"}, hex_of(sha256(request.body)));
  const std::string scope = "20260115/us-east-1/ecs/aws4_request";
  const std::string signature = signature_of(derive_signing_key(secret, "20260115", "us-east-1", "ecs"),
                                             string_to_sign("20260115T120000Z", scope, canonical.value()));
  request.headers.push_back(
      {"Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + scope +
                            ",SignedHeaders=date;host;x-amz-target,Signature=" + signature});
  EXPECT_EQ(refusal(verifier_for("ecs"), request, noon()), "accepted");
}

}  // namespace
}  // namespace troupe::api::http
