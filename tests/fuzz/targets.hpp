#pragma once

/// The fuzz targets. Each is what is done with any bytes, defined in NAME_fuzz.cpp: the code under
/// test must neither crash nor break what the target requires of it.

#include <cstdlib>
#include <string_view>

namespace troupe::fuzz {

void agent_frames(std::string_view input);
void json(std::string_view input);
void query_language(std::string_view input);
void sigv4(std::string_view input);

/// Stops the fuzzer with the input that broke the promise.
inline void require(bool promise) {
  if (!promise) std::abort();
}

}  // namespace troupe::fuzz
