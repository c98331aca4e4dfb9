#pragma once

/// How the runtime says that something did not work: a value, never an exception.

#include <boost/system/result.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace troupe::runtime {

/// What a caller can do about a failure; the text is for people.
enum class FailureKind : std::uint8_t {
  invalid,      ///< The request itself cannot work (bad reference, unknown option).
  not_found,    ///< The image, container, sandbox or volume does not exist.
  denied,       ///< A registry or the kernel refused for lack of rights or credentials.
  conflict,     ///< Something else holds what is needed (a port, a name, a lock).
  no_space,     ///< A disk is full, or a limit of the kernel is reached.
  unavailable,  ///< A registry or a program did not answer in time; trying again may work.
  failed,       ///< A program ended with an error; the text carries what it said.
};

/// One failure: its kind and one line of text without a final period.
struct Failure {
  FailureKind kind = FailureKind::failed;
  std::string message;
};

/// Lets `Result::value()` name `Failure`; calling it on a failure is a bug.
[[noreturn]] inline void throw_exception_from_error(const Failure& /*failure*/,
                                                    const boost::source_location& /*where*/) {
  std::abort();
}

template <class T>
using Result = boost::system::result<T, Failure>;

}  // namespace troupe::runtime
