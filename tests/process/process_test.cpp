/// Running programs: output, ends, deadlines, and what a child does and does not see.

#include "runtime/process/process.hpp"
#include "runtime/process/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <atomic>
#include <csignal>
#include <thread>

namespace troupe::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

Command shell(const std::string& script) {
  Command command;
  command.argv = {"sh", "-c", script};
  return command;
}

std::string text_of(const std::string& path) {
  auto text = read_file(path);
  return text ? *text : text.error().message;
}

TEST(Process, OutputErrorAndExitCodeComeBackApart) {
  const auto finished = run(shell("echo out; echo err >&2; exit 7"));
  ASSERT_TRUE(finished) << finished.error().message;
  EXPECT_EQ(finished->exit_code, 7);
  EXPECT_EQ(finished->out, "out\n");
  EXPECT_EQ(finished->err, "err\n");
}

TEST(Process, JoinedStreamsKeepTheirOrderAndTheirLastBytes) {
  Command command = shell("i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done; echo last >&2");
  command.streams = Streams::joined;
  command.keep = Keep::last;
  command.output_limit_bytes = 15;
  const auto finished = run(command);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->out, "line 4999\nlast\n");
  EXPECT_EQ(finished->err, "");
}

TEST(Process, OutputBeyondTheLimitIsDroppedAndTheProgramStillEnds) {
  Command command = shell("head -c 3000000 /dev/zero; echo done >&2");
  command.output_limit_bytes = 1000;
  const auto finished = run(command);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->out.size(), 1000U);
  EXPECT_EQ(finished->err, "done\n");
}

TEST(Process, InputIsReadToItsEnd) {
  Command command;
  command.argv = {"wc", "-c"};
  command.input = std::string(1 << 20, 'x');
  const auto out = run_checked(command);
  ASSERT_TRUE(out);
  EXPECT_EQ(*out, "1048576\n");
}

TEST(Process, SignalsCountFrom128) {
  EXPECT_EQ(run(shell("kill -TERM $$"))->exit_code, 128 + SIGTERM);
}

TEST(Process, DeadlineKillsTheWholeProcessGroup) {
  Command command = shell("sleep 60 & echo $! ; wait");
  command.deadline = milliseconds(150);
  const auto begin = steady_clock::now();
  const auto finished = run(command);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().kind, FailureKind::unavailable);
  EXPECT_THAT(finished.error().message, HasSubstr("did not end within 150 ms"));
  EXPECT_LT(steady_clock::now() - begin, milliseconds(5000));
}

TEST(Process, AProgramLeftInTheBackgroundDoesNotHoldUs) {
  Command command = shell("sleep 60 & echo $!");
  const auto begin = steady_clock::now();
  const auto finished = run(command);
  ASSERT_TRUE(finished);
  EXPECT_LT(steady_clock::now() - begin, milliseconds(5000));
  kill(std::stoi(finished->out), SIGKILL);
}

TEST(Process, OnlyWantedDescriptorsAreInherited) {
  const Descriptor leaky(open("/dev/zero", O_RDONLY));  // Deliberately without O_CLOEXEC.
  const Descriptor wanted(open("/dev/null", O_RDONLY | O_CLOEXEC));
  Command command = shell("for f in /proc/$$/fd/*; do echo ${f##*/} $(readlink $f); done");
  command.descriptors = {{3, wanted.get()}, {9, wanted.get()}};
  const auto out = run_checked(command);
  ASSERT_TRUE(out);
  EXPECT_THAT(*out, HasSubstr("3 /dev/null\n"));
  EXPECT_THAT(*out, HasSubstr("9 /dev/null\n"));
  EXPECT_THAT(*out, Not(HasSubstr("/dev/zero")));
}

TEST(Process, EnvironmentIsOnlyWhatWasGiven) {
  setenv("TROUPE_LEAK", "1", 1);
  Command command;
  command.argv = {"env"};
  command.environment = {{"A", "b c"}};
  const auto out = run_checked(command);
  ASSERT_TRUE(out);
  EXPECT_THAT(*out, HasSubstr("A=b c\n"));
  EXPECT_THAT(*out, HasSubstr("PATH=/usr/local/sbin:"));
  EXPECT_THAT(*out, Not(HasSubstr("TROUPE_LEAK")));
}

TEST(Process, IgnoredAndBlockedSignalsAreNotInherited) {
  signal(SIGPIPE, SIG_IGN);
  Command command;
  command.argv = {"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"};
  const auto out = run_checked(command);
  signal(SIGPIPE, SIG_DFL);
  ASSERT_TRUE(out);
  EXPECT_EQ(*out, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Process, MountsAndUnmountsAreSeenByTheChildOnly) {
  char folder[] = "/tmp/troupe-process-XXXXXX";
  char outside[] = "/tmp/troupe-process-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  ASSERT_NE(mkdtemp(outside), nullptr);
  ASSERT_EQ(mount("tmpfs", outside, "tmpfs", 0, "size=64k"), 0);
  const auto before = text_of("/proc/self/mountinfo");
  Command command = shell("touch " + std::string(folder) + "/inside; ls " + folder + "; cat /proc/mounts");
  command.mounts = PrivateMounts{{outside, "/nowhere"}, {{"tmpfs", folder, "tmpfs", 0, "size=64k", ""}}};
  const auto out = run_checked(command);
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_THAT(*out, HasSubstr("inside\n"));
  EXPECT_THAT(*out, Not(HasSubstr(outside)));
  EXPECT_THAT(*out, HasSubstr(std::string(folder) + " tmpfs rw"));
  EXPECT_NE(access((std::string(folder) + "/inside").c_str(), F_OK), 0);
  EXPECT_EQ(text_of("/proc/self/mountinfo"), before);
  umount(outside);
  rmdir(outside);
  rmdir(folder);
}

TEST(Process, AMountThatFailsNamesItsTarget) {
  Command command = shell("true");
  command.mounts = PrivateMounts{{}, {{"none", "/no/such/place", "tmpfs", 0, "", ""}}};
  const auto finished = run(command);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().message, "sh: cannot mount /no/such/place: No such file or directory");
}

TEST(Process, NetworkNamespaceIsEntered) {
  Command command = shell("readlink /proc/self/ns/net");
  const auto ours = run_checked(command);
  command.network_namespace = "/proc/self/ns/net";
  ASSERT_TRUE(ours);
  EXPECT_EQ(*run_checked(command), *ours);
  command.network_namespace = "/no/such/namespace";
  EXPECT_EQ(run(command).error().kind, FailureKind::not_found);
}

TEST(Process, MissingProgramsNameTheirPackage) {
  Command command;
  command.argv = {"no-such-program"};
  EXPECT_EQ(run(command).error().kind, FailureKind::not_found);
  EXPECT_EQ(find_program("/bin/sh").value(), "/bin/sh");
  EXPECT_THAT(find_program("sh").value(), HasSubstr("/sh"));
}

TEST(Process, RunCheckedSaysTheLastLine) {
  const auto out = run_checked(shell("echo first >&2; echo second >&2; exit 3"));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind, FailureKind::failed);
  EXPECT_EQ(out.error().message, "sh: second");
}

TEST(Process, ManyThreadsMayRunAtOnce) {
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&good, thread] {
      for (int i = 0; i < 25; ++i) {
        const std::string word = std::to_string(thread * 1000 + i);
        Command command;
        command.argv = {"echo", word};
        const auto out = run_checked(command);
        good += out && *out == word + "\n" ? 1 : 0;
      }
    });
  }
  for (std::thread& each : threads) {
    each.join();
  }
  EXPECT_EQ(good, 200);
}

TEST(Process, OverheadStaysBelowAFewMilliseconds) {
  Command command;
  command.argv = {"true"};
  const auto begin = steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(run(command));
  }
  const auto each = std::chrono::duration<double, std::micro>(steady_clock::now() - begin).count() / 100;
  RecordProperty("microseconds_per_run", std::to_string(each));
  EXPECT_LT(each,
            20'000);  // About 600 on an idle machine; the bound only catches a return to copying memory.
}

}  // namespace
}  // namespace troupe::runtime
