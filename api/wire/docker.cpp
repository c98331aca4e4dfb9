/// The shapes of Docker's texts.

#include "api/wire/docker.hpp"

#include "api/wire/codec/build_shape.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<docker::Config>() {
  return BuiltShape<docker::Config>::value;
}
template <>
const Shape& shape_of<docker::HostConfig>() {
  return BuiltShape<docker::HostConfig>::value;
}

}  // namespace troupe::api::wire
