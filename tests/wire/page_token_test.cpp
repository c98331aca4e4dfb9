#include "api/wire/page_token.hpp"

#include "api/wire/error.hpp"

#include <gtest/gtest.h>

namespace troupe::api::wire {
namespace {

constexpr std::string_view query = "ListTasks/default/RUNNING";

TEST(PageToken, TheKeyComesBackToTheSameQuery) {
  for (const std::string key :
       {"", "a", "ab", "abc", "arn:aws:ecs:us-east-1:000000000000:task/default/0123"}) {
    EXPECT_EQ(decode_page_token(query, encode_page_token(query, key)).value(), key);
  }
}

TEST(PageToken, ATokenOfAnotherQueryIsRefused) {
  const auto read = decode_page_token("ListTasks/default/STOPPED", encode_page_token(query, "key"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, core::ErrorCode::invalid_parameter);
  EXPECT_TRUE(read.error().message.starts_with("Invalid token "));
}

TEST(PageToken, AChangedTokenIsRefused) {
  const std::string token = encode_page_token(query, "some key");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(decode_page_token(query, changed)) << changed;
    EXPECT_FALSE(decode_page_token(query, token.substr(0, i))) << i;
  }
  EXPECT_FALSE(decode_page_token(query, token + "A"));
  EXPECT_FALSE(decode_page_token(query, "not a token!"));
}

TEST(PageToken, MaxResultsHasItsLimits) {
  EXPECT_EQ(page_of(query, std::nullopt, std::nullopt)->limit, 100U);
  EXPECT_EQ(page_of(query, std::nullopt, std::nullopt, {.usual = 10, .most = 100})->limit, 10U);
  EXPECT_EQ(page_of(query, "", 1)->limit, 1U);
  for (const std::int32_t bad : {0, -1, 101}) {
    EXPECT_EQ(page_of(query, std::nullopt, bad).error().message, "maxResults should be between 1 and 100.");
  }
  EXPECT_FALSE(page_of(query, "x", 1));
}

TEST(PageToken, PagesCoverAListOnceWhateverTheirSize) {
  std::vector<std::string> all;
  for (char c = 'a'; c <= 'z'; ++c) all.emplace_back(1, c);
  for (std::int32_t size = 1; size <= 30; ++size) {
    std::vector<std::string> seen;
    std::optional<std::string> token;
    int pages = 0;
    do {
      const auto page = page_of(query, token, size);
      ASSERT_TRUE(page);
      auto paged = paginate(all, *page);
      EXPECT_LE(paged.items.size(), static_cast<std::size_t>(size));
      seen.insert(seen.end(), paged.items.begin(), paged.items.end());
      token = next_token(query, paged.next);
      ++pages;
    } while (token);
    EXPECT_EQ(seen, all);
    EXPECT_EQ(pages, (26 + size - 1) / size);
  }
}

TEST(PageToken, PagingGoesOnBehindAnItemThatIsGone) {
  const std::vector<std::string> without_b{"a", "c", "d"};
  EXPECT_EQ(paginate(without_b, {.after = "b", .limit = 1}).items, std::vector<std::string>{"c"});
  EXPECT_TRUE(paginate(without_b, {.after = "d", .limit = 1}).items.empty());
}

TEST(ErrorAnswer, IsAwssEnvelope) {
  const ErrorAnswer not_found = error_answer({core::ErrorCode::cluster_not_found, "Cluster not found."});
  EXPECT_EQ(not_found.status, 400U);
  EXPECT_EQ(not_found.body, R"({"__type":"ClusterNotFoundException","message":"Cluster not found."})");
  EXPECT_EQ(error_answer({core::ErrorCode::server, "x"}).status, 500U);
  EXPECT_EQ(error_answer({core::ErrorCode::throttling, "Rate exceeded"}).status, 400U);
  EXPECT_EQ(body_too_large(1'048'576).status, 413U);
  EXPECT_EQ(error_answer({core::ErrorCode::client, "a \"b\"\n"}).body,
            R"({"__type":"ClientException","message":"a \"b\"\n"})");
}

}  // namespace
}  // namespace troupe::api::wire
