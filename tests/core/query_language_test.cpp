/// The cluster query language: what expressions mean, and what is not one.

#include "actors/core/query_language/expression.hpp"
#include "tests/core/placement_sample.hpp"

#include <gmock/gmock.h>

namespace troupe::core {
namespace {

using ::testing::HasSubstr;

ContainerInstance sample() {
  ContainerInstance made;
  made.agent_connected = true;
  made.host_id = "i-0abc";
  made.version_info.agentVersion = "1.10.2";
  made.registered_at = *parse_instant("2018-06-18T22:28:28Z") + Millis{500};
  made.attributes = {attribute("ecs.instance-type", "t2.small"),
                     attribute("ecs.availability-zone", "us-east-1a"),
                     attribute("stack", "prod"),
                     attribute("rank", "9"),
                     {.name = "flag", .value = {}, .targetType = {}, .targetId = {}}};
  return made;
}

bool matches(std::string_view text, const ContainerInstance& instance = sample()) {
  const auto parsed = Expression::parse(text);
  EXPECT_TRUE(parsed) << text << ": " << parsed.error().message;
  return parsed && parsed->matches({instance, 2, {"service:web", "family:batch"}});
}

std::string refusal(std::string_view text) {
  const auto parsed = Expression::parse(text);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, ErrorCode::invalid_parameter);
  return parsed.error().message;
}

TEST(QueryLanguage, TheExamplesOfTheDeveloperGuideMatch) {
  EXPECT_TRUE(matches("attribute:ecs.instance-type == t2.small"));
  EXPECT_TRUE(matches("attribute:ecs.instance-type =~ t2.*"));
  EXPECT_TRUE(
      matches("attribute:ecs.instance-type =~ t2.* and attribute:ecs.availability-zone != us-east-1d"));
  EXPECT_TRUE(matches("attribute:ecs.availability-zone in [us-east-1a, us-east-1b]"));
  EXPECT_TRUE(matches("attribute:ecs.availability-zone =~ us-east-1[ab]{1,2}"));
  EXPECT_TRUE(matches("task:group == service:web"));
  EXPECT_FALSE(matches("not(task:group == service:web)"));
  EXPECT_TRUE(matches("runningTasksCount >= 1"));
  EXPECT_TRUE(matches("ec2InstanceId in ['i-abcd1234', 'i-0abc']"));
  EXPECT_TRUE(matches("registeredAt >= 2018-06-18T22:28:28+00:00"));
  EXPECT_TRUE(matches("agentVersion > 1.9.3"));
}

TEST(QueryLanguage, EachSpellingOfAnOperatorMeansTheSame) {
  const std::vector<std::pair<std::string, std::string>> spellings = {
      {"==", "equals"},   {"!=", "not_equals"},      {">", "greater_than"}, {">=", "greater_than_equal"},
      {"<", "less_than"}, {"<=", "less_than_equal"}, {"=~", "matches"},     {"!~", "not_matches"}};
  for (const auto& [symbol, word] : spellings) {
    for (const auto* value : {"8", "9", "10", "x"}) {
      EXPECT_EQ(matches("attribute:rank " + symbol + " " + value),
                matches("attribute:rank " + word + " " + value))
          << symbol << value;
    }
  }
  EXPECT_TRUE(matches("attribute:rank exists and attribute:none !exists and attribute:none not_exists"));
  EXPECT_TRUE(matches("attribute:rank in [8,9] and attribute:rank !in [8] && attribute:rank not_in ['8']"));
  EXPECT_TRUE(matches("attribute:rank==9&&agentConnected==true||attribute:rank==8"));
}

TEST(QueryLanguage, AnInstanceWithoutTheAttributeSatisfiesOnlyNegations) {
  for (const auto* text : {"attribute:none == a", "attribute:none in [a]", "attribute:none =~ .*",
                           "attribute:none > 0", "attribute:none exists"}) {
    EXPECT_FALSE(matches(text)) << text;
  }
  for (const auto* text :
       {"attribute:none != a", "attribute:none !in [a]", "attribute:none !~ .*", "attribute:none !exists"}) {
    EXPECT_TRUE(matches(text)) << text;
  }
  EXPECT_TRUE(matches("attribute:flag exists and attribute:flag == ''"));
}

TEST(QueryLanguage, AndBindsCloserThanOrAndNotClosest) {
  EXPECT_TRUE(matches("attribute:rank == 9 or attribute:rank == 8 and attribute:stack == dev"));
  EXPECT_FALSE(matches("(attribute:rank == 9 or attribute:rank == 8) and attribute:stack == dev"));
  EXPECT_TRUE(matches("not attribute:rank == 8 and attribute:stack == prod"));
  EXPECT_FALSE(matches("not (attribute:rank == 9 and attribute:stack == prod)"));
  EXPECT_TRUE(matches("!!attribute:rank == 9"));
  EXPECT_TRUE(matches("! not ! ! (attribute:rank == 9 or attribute:rank == 8)"));
}

TEST(QueryLanguage, PatternsMatchTheWholeValue) {
  EXPECT_FALSE(matches("attribute:ecs.instance-type =~ t2"));
  EXPECT_TRUE(matches("attribute:ecs.instance-type =~ 't2[.](small|large)'"));
  EXPECT_TRUE(matches("attribute:ecs.instance-type =~ \"\\w\\d\\.\\w+\""));
  EXPECT_TRUE(matches("attribute:ecs.instance-type =~ x|t2.small"));
  EXPECT_TRUE(matches("attribute:ecs.instance-type !~ m.*"));
}

TEST(QueryLanguage, TasksAreAskedOneByOne) {
  EXPECT_TRUE(matches("task:group in [service:web, service:none]"));
  EXPECT_TRUE(matches("task:group =~ family:.*"));
  EXPECT_FALSE(matches("task:group != service:web"));
  EXPECT_TRUE(matches("task:group !~ service:d.*"));
  EXPECT_TRUE(matches("runningTasksCount == 2 and runningTasksCount < 3"));
  EXPECT_TRUE(Expression::parse("runningTasksCount == 2 or agentConnected == true")->reads_tasks());
  EXPECT_FALSE(Expression::parse("agentConnected == true")->reads_tasks());
}

TEST(QueryLanguage, VersionsCompareAsNumbers) {
  EXPECT_TRUE(matches("agentVersion == 1.10.2"));
  EXPECT_TRUE(matches("agentVersion >= 1.9"));
  EXPECT_TRUE(matches("agentVersion < 1.10.10"));
  EXPECT_TRUE(matches("agentVersion < 2"));
  auto unknown = sample();
  unknown.version_info.agentVersion.reset();
  EXPECT_FALSE(matches("agentVersion >= 0.1", unknown));
  EXPECT_TRUE(matches("agentVersion != 0.1", unknown));
}

TEST(QueryLanguage, TimesMayHaveAZoneOrNone) {
  for (const auto* text : {"2018-06-18T22:28:28+00:00", "2018-06-18T22:28:28Z", "2018-06-18T22:28:28",
                           "2018-06-19T00:28:28+02:00", "2018-06-18T22:28:28.25Z"}) {
    EXPECT_TRUE(matches(std::string{"registeredAt == "} + text)) << text;
  }
  EXPECT_TRUE(matches("registeredAt > 2018-06-18"));
  EXPECT_TRUE(matches("registeredAt < 2018-06-19"));
  for (const auto* text :
       {"2018-13-01", "2018-02-30", "yesterday", "2018-06-18T25:00:00", "2018-06-18T22:28"}) {
    EXPECT_EQ(refusal(std::string{"registeredAt == "} + text),
              "Invalid expression: expected a date and time at column 17.");
  }
}

TEST(QueryLanguage, ErrorsNameTheColumn) {
  const std::vector<std::pair<std::string, std::string>> broken = {
      {"", "expected a comparison at column 1"},
      {"  ", "expected a comparison at column 3"},
      {"running==0", "unknown subject at column 1"},
      {"attribute: == 1", "unknown subject at column 1"},
      {"attribute:a", "expected an operator at column 12"},
      {"attribute:a is b", "expected an operator at column 13"},
      {"attribute:a ==", "expected a value at column 15"},
      {"attribute:a == 'b", "expected a value at column 16"},
      {"attribute:a == b c", "expected 'and' or 'or' at column 18"},
      {"attribute:a == b and", "expected a comparison at column 21"},
      {"(attribute:a == b", "the parenthesis is not closed at column 1"},
      {"attribute:a == b)", "the parenthesis was not opened at column 17"},
      {"()", "expected a comparison at column 2"},
      {"attribute:a in b", "expected a list in brackets at column 16"},
      {"attribute:a in []", "expected a value at column 17"},
      {"attribute:a in [b", "expected a comma or a closing bracket at column 18"},
      {"attribute:a in [b,]", "expected a value at column 19"},
      {"attribute:a == 'é' x", "expected 'and' or 'or' at column 20"},
      {"agentConnected > 1", "the operator does not fit its subject at column 16"},
      {"runningTasksCount == many", "expected a whole number at column 22"},
      {"agentVersion == new", "expected a version number at column 17"},
      {"attribute:a =~ '('", "unsupported regular expression at column 16"},
      {"attribute:a =~ '(a)\\1'", "unsupported regular expression at column 16"},
  };
  for (const auto& [text, message] : broken) {
    EXPECT_EQ(refusal(text), "Invalid expression: " + message + ".") << text;
  }
}

TEST(QueryLanguage, LongAndDeepExpressionsAreAnswered) {
  const std::string comparison = "attribute:rank==9";
  const auto nested = [&](std::size_t depth) {
    return std::string(depth, '(') + comparison + std::string(depth, ')');
  };
  EXPECT_TRUE(matches(nested(990)));
  EXPECT_THAT(refusal(nested(1000)), HasSubstr("longer than 2000 characters"));
  EXPECT_THAT(refusal(std::string(1000, '(') + comparison), HasSubstr("not closed at column 1000"));
  EXPECT_THAT(refusal(comparison + std::string(1000, ')')), HasSubstr("was not opened at column 18"));
  EXPECT_TRUE(matches(std::string(1980, '!') + comparison));
  EXPECT_FALSE(matches(std::string(1981, '!') + comparison));
  std::string chain = comparison;
  while (chain.size() + 19 <= expression_bytes_max) chain += "||" + comparison;
  EXPECT_TRUE(matches(chain));
  EXPECT_TRUE(matches("attribute:rank == 9" + std::string(1981, ' ')));
  EXPECT_THAT(refusal("attribute:rank == 9" + std::string(1982, ' ')), HasSubstr("longer than 2000"));
}

TEST(QueryLanguage, PatternsThatBacktrackElsewhereTakeNoTime) {
  auto instance = sample();
  instance.attributes = {attribute("a", std::string(128, 'a'))};
  EXPECT_FALSE(matches("attribute:a =~ '(a+)+b' or attribute:a =~ '(a|aa)*c' or attribute:a =~ '(.*)*(.*)*d'",
                       instance));
  EXPECT_THAT(refusal("attribute:a =~ '" + std::string(900, '(') + std::string(900, '*') + "'"),
              HasSubstr("unsupported"));
  EXPECT_THAT(refusal("attribute:a =~ '((((a{100}){100}){100}){100})'"), HasSubstr("unsupported"));
}

}  // namespace
}  // namespace troupe::core
