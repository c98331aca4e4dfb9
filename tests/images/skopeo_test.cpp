/// What skopeo says, and what it means to a caller.

#include "runtime/images/skopeo.hpp"

#include <gtest/gtest.h>

namespace troupe::runtime {
namespace {

TEST(SkopeoFailure, TheLastLineIsKeptWithoutTimeLevelAndEscapes) {
  const auto failure = skopeo_failure(
      "Getting image source signatures\n"
      "time=\"2026-11-22T15:25:18Z\" level=fatal msg=\"initializing source docker://127.0.0.1:1/foo:x: "
      "pinging "
      "container registry 127.0.0.1:1: Get \\\"https://127.0.0.1:1/v2/\\\": dial tcp 127.0.0.1:1: connect: "
      "connection refused\"\n");
  EXPECT_EQ(failure.message,
            "initializing source docker://127.0.0.1:1/foo:x: pinging container registry 127.0.0.1:1: Get "
            "\"https://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused");
  EXPECT_EQ(failure.kind, FailureKind::unavailable);
  EXPECT_EQ(skopeo_failure("time=\"x\" level=fatal msg=short\n").message, "short");
  EXPECT_EQ(skopeo_failure("plain words\n\n").message, "plain words");
  EXPECT_EQ(skopeo_failure("time=\"x\" level=fatal msg=\"one\\ntwo\"").message, "one two");
  EXPECT_EQ(skopeo_failure("bad \x1b[31m bytes").message, "bad  [31m bytes");
  EXPECT_FALSE(skopeo_failure("").message.empty());
}

TEST(SkopeoFailure, WordsDecideWhatACallerCanDo) {
  struct Case {
    const char* words;
    FailureKind kind;
  };
  const Case cases[] = {
      {"reading manifest x in h/foo: manifest unknown: manifest unknown", FailureKind::not_found},
      {"reading manifest x in h/foo: name unknown: repository name not known", FailureKind::not_found},
      {"initializing source oci:lay:nope: no descriptor found for reference \"nope\"",
       FailureKind::not_found},
      {"choosing image instance: no image found in manifest list for architecture amd64",
       FailureKind::not_found},
      {"reading manifest x in docker.io/a/b: errors:\\ndenied: requested access to the resource is denied",
       FailureKind::denied},
      {"unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or "
       "password",
       FailureKind::denied},
      {"reading manifest x in h/a: authentication required", FailureKind::denied},
      {"dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host", FailureKind::unavailable},
      {"net/http: TLS handshake timeout", FailureKind::unavailable},
      {"toomanyrequests: You have reached your pull rate limit", FailureKind::unavailable},
      {"received unexpected HTTP status: 503 Service Unavailable", FailureKind::unavailable},
      {"writing blob: write /x/oci-put-blob123: no space left on device", FailureKind::no_space},
      {"x509: certificate signed by unknown authority", FailureKind::failed},
  };
  for (const auto& each : cases) EXPECT_EQ(skopeo_failure(each.words).kind, each.kind) << each.words;
}

}  // namespace
}  // namespace troupe::runtime
