/// The text that Prometheus reads, to the byte.

#include "api/metrics/cluster_metrics.hpp"
#include "api/metrics/process_metrics.hpp"
#include "api/metrics/server_metrics.hpp"

#include "tests/rendering/usage_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::api::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Metric height{"height_metres", "How high."};
constexpr Metric steps{"steps_total", "Steps so far."};

TEST(Exposition, SamplesOfAMetricStandTogether) {
  Exposition out;
  out.add(height, {{"hill", "a"}}, 1.5);
  out.add(steps, {}, 3);
  out.add(height, {{"hill", "b"}, {"side", "north"}}, 2e10);
  EXPECT_EQ(out.text(),
            "# HELP height_metres How high.\n"
            "# TYPE height_metres gauge\n"
            "height_metres{hill=\"a\"} 1.5\n"
            "height_metres{hill=\"b\",side=\"north\"} 2e+10\n"
            "# HELP steps_total Steps so far.\n"
            "# TYPE steps_total counter\n"
            "steps_total 3\n");
}

TEST(Exposition, LabelsAreEscaped) {
  Exposition out;
  out.add(height, {{"hill", "a\\b\"c\nd}é"}}, 0);
  EXPECT_THAT(out.text(), HasSubstr("height_metres{hill=\"a\\\\b\\\"c\\nd}é\"} 0\n"));
}

TEST(ServerMetrics, TellOfJournalEventsAndCapacityProviders) {
  core::ServerFigures figures;
  figures.journal.batches = 12;
  figures.journal.bytes = 3'000;
  figures.journal.failures = 1;
  figures.journal.stored_bytes = 70'000;
  for (const double seconds : {0.0001, 0.0002, 0.02, 7.0}) figures.journal.commits.add(seconds);
  figures.events = {3, 40, 2};
  figures.reservations = {{"prod", "elastic", 150}};
  Exposition out;
  add_server(out, figures);
  const auto text = out.text();
  EXPECT_THAT(text, HasSubstr("# TYPE troupe_journal_commit_seconds histogram\n"
                              "troupe_journal_commit_seconds_bucket{le=\"0.0001\"} 1\n"
                              "troupe_journal_commit_seconds_bucket{le=\"0.00025\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("troupe_journal_commit_seconds_bucket{le=\"0.05\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("troupe_journal_commit_seconds_bucket{le=\"1\"} 3\n"
                              "troupe_journal_commit_seconds_bucket{le=\"+Inf\"} 4\n"
                              "troupe_journal_commit_seconds_sum 7.0203\n"
                              "troupe_journal_commit_seconds_count 4\n"));
  for (const char* line :
       {"troupe_journal_batches_total 12", "troupe_journal_written_bytes_total 3000",
        "troupe_journal_failures_total 1", "troupe_journal_stored_bytes 70000", "troupe_events_subscribers 3",
        "troupe_events_frames_total 40", "troupe_events_slow_readers_total 2",
        R"(troupe_capacity_provider_reservation_percent{cluster="prod",capacity_provider="elastic"} 150)"}) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string{line} + "\n"));
  }
}

TEST(ClusterMetrics, TellCountsReservationsAndUse) {
  Exposition out;
  add_cluster(out, testing::used_cluster());
  const auto text = out.text();
  const std::string instance =
      R"({cluster="prod",instance_id="00000000000000030000000000000004",host="host-1"} )";
  const std::string container = R"({cluster="prod",instance_id="00000000000000030000000000000004",)"
                                R"(group="family:web",family="web",)"
                                R"(task="00000000000000010000000000000002",container="nginx"} )";
  for (const auto& line :
       {std::string{R"(troupe_tasks{cluster="prod",status="STOPPED"} 4)"},
        std::string{R"(troupe_services{cluster="prod",status="ACTIVE"} 1)"},
        std::string{R"(troupe_service_desired_tasks{cluster="prod",service="shop"} 3)"},
        std::string{R"(troupe_service_pending_tasks{cluster="prod",service="shop"} 1)"},
        std::string{R"(troupe_instances{cluster="prod",status="ACTIVE",agent="connected"} 1)"},
        "troupe_instance_cpu_registered_units" + instance + "2048",
        "troupe_instance_cpu_remaining_units" + instance + "1792",
        "troupe_instance_memory_reserved_bytes" + instance + "201326592",
        "troupe_instance_cpu_used_units" + instance + "150",
        "troupe_container_cpu_used_units" + container + "150",
        "troupe_container_memory_limit_bytes" + container + "134217728",
        "troupe_container_network_sent_bytes_total" + container + "2000",
        "troupe_container_block_written_bytes_total" + container + "4000"}) {
    EXPECT_THAT(text, HasSubstr("\n" + line + "\n"));
  }
  EXPECT_THAT(text, HasSubstr("# TYPE troupe_container_block_read_bytes_total counter\n"));
  EXPECT_THAT(text, Not(HasSubstr(R"(container="side")")));
}

TEST(ClusterMetrics, ASilentHostHasNoFiguresOfUse) {
  auto cluster = testing::used_cluster();
  cluster.instances.front().usage = std::make_shared<const core::InstanceUsage>();
  Exposition out;
  add_cluster(out, cluster);
  EXPECT_THAT(out.text(), Not(HasSubstr("_used_")));
  EXPECT_THAT(out.text(), HasSubstr("troupe_instance_cpu_reserved_units"));
}

TEST(ProcessMetrics, AreThoseOfEveryClientLibrary) {
  Exposition out;
  add_process(out);
  for (const auto* name : {"process_cpu_seconds_total ", "process_resident_memory_bytes ",
                           "process_open_fds ", "process_max_fds "}) {
    EXPECT_THAT(out.text(), HasSubstr(std::string{"\n"} + name));
  }
}

}  // namespace
}  // namespace troupe::api::metrics
