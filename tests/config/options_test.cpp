/// What options may be, and how a wrong one is named.

#include "config/options.hpp"
#include "config/agent_identity.hpp"
#include "config/credentials.hpp"
#include "config/host_registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace troupe::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/troupe-config-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Options, DefaultsAreGood) {
  EXPECT_THAT(check({}), ElementsAre());
}

TEST(Options, FargateCapacityNeedsARuntimeThatKeepsTasksApart) {
  Options options;
  for (const auto* capacity : {"", "instances", "fargate", "both", "external"}) {
    options.capacity = capacity;
    EXPECT_THAT(check(options), ElementsAre()) << capacity;
  }
  options.capacity = "much";
  EXPECT_THAT(check(options),
              ElementsAre(HasSubstr("capacity: must be instances, fargate, both or external")));
  options.capacity = "both";
  options.runtime = "docker";
  EXPECT_THAT(check(options), ElementsAre(HasSubstr("capacity: 'both' needs --runtime oci")));
  options.capacity = "external";
  EXPECT_THAT(check(options), ElementsAre());
}

TEST(Options, AllProblemsAreReportedAtOnceByName) {
  Options options;
  options.data = "relative";
  options.account = "12";
  options.runtime = "podman";
  EXPECT_THAT(check(options), ElementsAre(HasSubstr("data:"), HasSubstr("account:"), HasSubstr("runtime:")));
}

TEST(Options, SessionsOfRolesLiveForSecondsToHalfADay) {
  Options options;
  for (const std::uint32_t bad : {0U, 1U, 43'201U}) {
    options.role_session_seconds = bad;
    EXPECT_THAT(check(options), ElementsAre("role-session-seconds: must be 2-43200"));
  }
  options.role_session_seconds = 2;
  EXPECT_TRUE(check(options).empty());
}

TEST(Options, EverybodyIsBelievedOnLoopbackOnly) {
  Options options;
  options.auth = "any";
  EXPECT_THAT(check(options), ElementsAre());
  options.listen.host = "0.0.0.0";
  EXPECT_THAT(check(options), ElementsAre(HasSubstr("auth:")));
}

TEST(Listen, ReadsHostAndPort) {
  Listen listen;
  EXPECT_EQ(parse_listen("[::1]:80", listen), "");
  EXPECT_EQ(listen.host, "::1");
  EXPECT_EQ(listen.port, 80);
  EXPECT_EQ(parse_listen(":0", listen), "");
  EXPECT_EQ(listen.host, "0.0.0.0");
}

TEST(Listen, SaysWhatIsWrong) {
  Listen listen;
  EXPECT_THAT(parse_listen("localhost", listen), HasSubstr("no port"));
  EXPECT_THAT(parse_listen("localhost:65536", listen), HasSubstr("'65536' is not a port"));
  EXPECT_THAT(parse_listen("localhost:8x", listen), HasSubstr("'8x' is not a port"));
}

TEST(Credentials, AreMadeOnceAndReadableByTheirOwnerOnly) {
  const Folder folder;
  const auto made = load_or_make_credentials(folder.path());
  ASSERT_EQ(made.problem, "");
  EXPECT_EQ(made.access_key.size(), 20U);
  EXPECT_EQ(made.secret_key.size(), 40U);
  const auto again = load_or_make_credentials(folder.path());
  EXPECT_EQ(again.secret_key, made.secret_key);
  struct stat status {};
  ASSERT_EQ(stat((folder.path() + "/credentials").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(Credentials, ABrokenFileIsNamedAndNotReplaced) {
  const Folder folder;
  std::ofstream{folder.path() + "/credentials"} << "AWS_ACCESS_KEY_ID=AKIAX\n";
  EXPECT_THAT(load_or_make_credentials(folder.path()).problem, HasSubstr("has no AWS_SECRET_ACCESS_KEY"));
}

TEST(AgentIdentity, IsKeptForItsOwnerAlone) {
  const Folder folder;
  std::string problem;
  EXPECT_TRUE(load_agent_identity(folder.path(), problem).access_key.empty());
  EXPECT_EQ(problem, "");
  const AgentIdentity made{"http://s:1", "c", "eu-west-1", "123456789012", "AK", "S=K"};
  ASSERT_EQ(save_agent_identity(folder.path(), made), "");
  struct stat facts {};
  ASSERT_EQ(stat((folder.path() + "/identity").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777U, 0600U);
  const auto read = load_agent_identity(folder.path(), problem);
  EXPECT_EQ(problem, "");
  EXPECT_EQ(read.server, made.server);
  EXPECT_EQ(read.cluster, "c");
  EXPECT_EQ(read.region, "eu-west-1");
  EXPECT_EQ(read.account, "123456789012");
  EXPECT_EQ(read.access_key, "AK");
  EXPECT_EQ(read.secret_key, "S=K");
}

Options host_of(const Folder& folder, const std::string& capacity, const std::string& zone) {
  Options options;
  options.data = folder.path();
  options.capacity = capacity;
  options.availability_zone = zone;
  return options;
}

TEST(HostRegistration, WhatIsNotSaidAgainIsTakenFromTheDirectory) {
  const Folder folder;
  auto first = host_of(folder, "fargate", "");
  ASSERT_EQ(recall_registration(first), "");
  EXPECT_EQ(first.capacity, "fargate");
  ASSERT_EQ(keep_registration(first), "");
  auto second = host_of(folder, "", "eu-west-1c");
  ASSERT_EQ(recall_registration(second), "");
  EXPECT_EQ(second.capacity, "fargate");
  EXPECT_EQ(second.availability_zone, "eu-west-1c");
  ASSERT_EQ(keep_registration(second), "");
  auto third = host_of(folder, "external", "");
  ASSERT_EQ(recall_registration(third), "");
  EXPECT_EQ(third.capacity, "external") << "what is said counts";
  EXPECT_EQ(third.availability_zone, "eu-west-1c");
  ASSERT_EQ(keep_registration(third), "");
  auto fourth = host_of(folder, "", "");
  ASSERT_EQ(recall_registration(fourth), "");
  EXPECT_EQ(fourth.capacity, "external") << "from then on";
}

TEST(HostRegistration, WhatCannotBeReadOrWrittenIsSaid) {
  const Folder folder;
  std::filesystem::create_directory(folder.path() + "/registration");
  auto options = host_of(folder, "", "");
  EXPECT_THAT(recall_registration(options), HasSubstr("cannot read " + folder.path() + "/registration"));
  EXPECT_THAT(keep_registration(options), HasSubstr("cannot write " + folder.path() + "/registration"));
  std::filesystem::remove(folder.path() + "/registration");
  std::ofstream{folder.path() + "/registration"} << "capacity=much\n";
  ASSERT_EQ(recall_registration(options), "");
  EXPECT_THAT(check(options),
              ElementsAre(HasSubstr("capacity: must be instances, fargate, both or external")));
}

TEST(AgentIdentity, SaysWhatIsMissing) {
  const Folder folder;
  std::ofstream{folder.path() + "/identity"} << "ECS_CLUSTER=c\nAWS_ACCESS_KEY_ID=AK\n";
  std::string problem;
  load_agent_identity(folder.path(), problem);
  EXPECT_THAT(problem, HasSubstr("/identity has no "));
  EXPECT_NE(save_agent_identity("/nowhere/at/all", {}), "");
}

}  // namespace
}  // namespace troupe::config
