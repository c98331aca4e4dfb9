/// The one place where the non-template code of Asio and Beast is compiled, with their
/// SEPARATE_COMPILATION switches.

#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
