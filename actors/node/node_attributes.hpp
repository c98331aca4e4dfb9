#pragma once

/// What Troupe's node can do, as the attributes that placement asks for.

#include "actors/core/shapes/resources.hpp"

#include <vector>

namespace troupe::node {

/// The attributes to register a host of this build with. Not among them, so that
/// tasks which need them are refused with the reason ATTRIBUTE: log drivers other
/// than json-file, secrets, environment files, private registry credentials from
/// Secrets Manager, volume drivers other than local, EFS, FSx, S3 Files, EBS, FireLens,
/// App Mesh, accelerators, port ranges, gMSA, SELinux and AppArmor options.
/// `ecr-auth` and `execution-role-…` are there: such tasks run, and their images must be in
/// the store or public.
std::vector<core::Attribute> supported_attributes();

}  // namespace troupe::node
