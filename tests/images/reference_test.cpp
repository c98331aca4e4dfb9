/// Names of images: what Docker takes, we take, and spell the same.

#include "runtime/images/reference.hpp"

#include <gtest/gtest.h>

namespace troupe::runtime {
namespace {

const std::string kHex(64, 'a');

std::string normalised(const std::string& text) {
  const auto reference = parse_reference(text);
  return reference ? reference->normalised() : "refused: " + reference.error().message;
}

TEST(Reference, ShortNamesMeanDockerHub) {
  EXPECT_EQ(normalised("busybox"), "docker.io/library/busybox:latest");
  EXPECT_EQ(normalised("busybox:1.36"), "docker.io/library/busybox:1.36");
  EXPECT_EQ(normalised("amazon/amazon-ecs-sample"), "docker.io/amazon/amazon-ecs-sample:latest");
  EXPECT_EQ(normalised("docker.io/busybox"), "docker.io/library/busybox:latest");
  EXPECT_EQ(normalised("index.docker.io/library/busybox"), "docker.io/library/busybox:latest");
  EXPECT_EQ(normalised("docker://alpine:3"), "docker.io/library/alpine:3");
}

TEST(Reference, AFirstPartWithDotColonOrLocalhostIsARegistry) {
  EXPECT_EQ(normalised("host:5000/a/b"), "host:5000/a/b:latest");
  EXPECT_EQ(normalised("localhost/a"), "localhost/a:latest");
  EXPECT_EQ(normalised("quay.io/x/y__z:T.a-g_1"), "quay.io/x/y__z:T.a-g_1");
  EXPECT_EQ(normalised("123456789012.dkr.ecr.us-east-1.amazonaws.com/web:v1"),
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:v1");
  EXPECT_EQ(normalised("[::1]:5000/a"), "[::1]:5000/a:latest");
  EXPECT_EQ(normalised("host/a"), "docker.io/host/a:latest");
}

TEST(Reference, ADigestWinsOverATag) {
  EXPECT_EQ(normalised("a/b@sha256:" + kHex), "docker.io/a/b@sha256:" + kHex);
  EXPECT_EQ(normalised("a/b:tag@sha256:" + kHex), "docker.io/a/b@sha256:" + kHex);
  EXPECT_EQ(parse_reference("a/b:tag")->skopeo_name("sha256:" + kHex),
            "docker://docker.io/a/b@sha256:" + kHex);
}

TEST(Reference, LocalFilesAreAbsolute) {
  EXPECT_EQ(normalised("oci:/srv/x/../image/:v1"), "oci:/srv/image:v1");
  EXPECT_EQ(normalised("oci:/srv/image"), "oci:/srv/image");
  EXPECT_EQ(normalised("docker-archive:/a.tar"), "docker-archive:/a.tar");
  EXPECT_EQ(normalised("docker-archive:/a.tar:foo/bar:1"), "docker-archive:/a.tar:foo/bar:1");
  EXPECT_EQ(normalised("oci-archive:/a.tar"), "oci-archive:/a.tar");
  EXPECT_TRUE(normalised("oci:here").starts_with("oci:/"));
}

TEST(Reference, NormalisingTwiceChangesNothing) {
  for (const auto* text :
       {"busybox", "host:5000/a/b:c", "oci:/x:y", "docker-archive:/a:b/c:d", "localhost/z"}) {
    EXPECT_EQ(normalised(normalised(text)), normalised(text));
  }
}

TEST(Reference, WhatCannotBeIsRefusedWithTheReason) {
  struct Case {
    std::string text;
    std::string why;
  };
  const Case cases[] = {
      {"", "empty"},
      {"Busybox", "lower case"},
      {"a//b", "not a valid name"},
      {"/a", "not a valid name"},
      {"a/", "not a valid name"},
      {"-a", "not a valid name"},
      {"a..b", "not a valid name"},
      {"a___b", "not a valid name"},
      {"a:", "tag is not valid"},
      {"a:.b", "tag is not valid"},
      {"a:" + std::string(129, 't'), "tag is not valid"},
      {"a@sha256:abc", "digest"},
      {"a@md5:" + kHex, "digest"},
      {"ho_st:5000/a", "registry"},
      {"host:port/a", "registry"},
      {"host..x/a", "registry"},
      {"[::1/a", "registry"},
      {kHex, "64 hex digits"},
      {std::string(256, 'a'), "255"},
      {"a b", "not a valid name"},
      {"a\nb", "control characters"},
      {"oci:", "path is empty"},
      {"docker-archive::x", "path is empty"},
  };
  for (const auto& each : cases) {
    const auto reference = parse_reference(each.text);
    ASSERT_FALSE(reference) << each.text;
    EXPECT_EQ(reference.error().kind, FailureKind::invalid);
    EXPECT_NE(reference.error().message.find(each.why), std::string::npos) << reference.error().message;
    EXPECT_EQ(reference.error().message.find('\n'), std::string::npos);
  }
}

TEST(Reference, LoopbackIsKnownByItsAddress) {
  for (const auto* text :
       {"localhost:5000/a", "localhost/a", "127.0.0.1:5000/a", "127.8.0.1/a", "[::1]:5000/a"}) {
    EXPECT_TRUE(parse_reference(text)->on_loopback()) << text;
  }
  for (const auto* text :
       {"127.0.0.1.example.com/a", "localhost.example.com/a", "busybox", "oci:/127.0.0.1"}) {
    EXPECT_FALSE(parse_reference(text)->on_loopback()) << text;
  }
}

}  // namespace
}  // namespace troupe::runtime
