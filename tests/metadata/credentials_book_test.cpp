/// Who asks for credentials by which id, and the words of Amazon's agent for those who get none.

#include "api/metadata/credentials_book.hpp"

#include <gtest/gtest.h>

namespace troupe::api::metadata {
namespace {

constexpr core::TaskId first{{1, 1}};
constexpr core::TaskId second{{2, 2}};
constexpr auto own = core::TaskRole::TaskApplication;
constexpr auto execution = core::TaskRole::TaskExecution;

Credentials of(const std::string& key) {
  return {"arn:aws:iam::1:role/app", key, "secret", "token", "2027-01-01T00:00:00Z"};
}

class Credentialed : public ::testing::Test {
 protected:
  Credentialed() {
    book.complete();
    book.keep(first, own, "id-1", [this] { return of(key); });
    book.keep(first, execution, "id-x", [] { return of("EXEC"); });
    book.keep(second, own, "id-2", [] { return of("TWO"); });
  }
  http::Response get(const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target;
    auto answer = book.answer(request);
    EXPECT_TRUE(answer) << target;
    return answer.value_or(http::Response{});
  }
  CredentialsBook book;
  std::string key = "ONE";
};

TEST_F(Credentialed, AreToldAsSdksReadThem) {
  const auto answer = get("/v2/credentials/id-1");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(answer.body,
            R"({"RoleArn":"arn:aws:iam::1:role/app","AccessKeyId":"ONE","SecretAccessKey":"secret",)"
            R"("Token":"token","Expiration":"2027-01-01T00:00:00Z"})");
  EXPECT_EQ(get("/v1/credentials?id=id-1").body, answer.body);
  EXPECT_EQ(book.path_of(first), "/v2/credentials/id-1");
  EXPECT_EQ(book.path_of({{3, 3}}), "");
}

TEST_F(Credentialed, AreAsTheyAreWhenTheyAreAskedFor) {
  key = "LATER";
  EXPECT_NE(get("/v2/credentials/id-1").body.find("LATER"), std::string::npos);
}

TEST_F(Credentialed, OfAnIdThatNobodyHasAreRefusedInTheAgentsWords) {
  const auto unknown = get("/v2/credentials/id-3");
  EXPECT_EQ(unknown.status, 400U);
  EXPECT_EQ(unknown.body, R"({"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not )"
                          R"(found","HTTPErrorCode":400})");
  EXPECT_EQ(get("/v1/credentials?id=x").body,
            R"({"code":"InvalidIdInRequest","message":"CredentialsV1Request: Credentials not found",)"
            R"("HTTPErrorCode":400})");
  for (const auto* none : {"/v2/credentials/", "/v1/credentials", "/v1/credentials?id="}) {
    EXPECT_EQ(get(none).status, 400U) << none;
    EXPECT_NE(get(none).body.find("No Credential ID in the request"), std::string::npos) << none;
  }
}

TEST_F(Credentialed, GoWithTheirTask) {
  book.forget(first);
  book.forget(first);
  EXPECT_EQ(get("/v2/credentials/id-1").status, 400U);
  EXPECT_EQ(get("/v2/credentials/id-x").status, 400U);
  EXPECT_EQ(get("/v2/credentials/id-2").status, 200U);
  EXPECT_EQ(book.path_of(first), "");
}

TEST_F(Credentialed, AnotherIdTakesThePlaceOfTheFirst) {
  book.keep(first, own, "id-9", [] { return of("NINE"); });
  EXPECT_EQ(get("/v2/credentials/id-1").status, 400U);
  EXPECT_EQ(get("/v2/credentials/id-9").status, 200U);
}

TEST(CredentialsBook, SaysThatItDoesNotKnowYet) {
  CredentialsBook book;
  http::Request request;
  request.target = "/v2/credentials/id";
  EXPECT_EQ(book.answer(request)->status, 503U);
  EXPECT_EQ(book.answer(request)->body,
            R"({"code":"CredentialsUninitialized","message":"CredentialsV2Request: Credentials )"
            R"(uninitialized for ID","HTTPErrorCode":503})");
  book.complete();
  EXPECT_EQ(book.answer(request)->status, 400U);
  for (const auto* elsewhere : {"/", "/v2", "/v2/credentialsx", "/v4/credentials/id", "/v2/metadata"}) {
    request.target = elsewhere;
    EXPECT_FALSE(book.answer(request)) << elsewhere;
  }
}

}  // namespace
}  // namespace troupe::api::metadata
