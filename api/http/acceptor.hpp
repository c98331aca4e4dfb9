#pragma once

/// Takes new connections from one listening socket and deals them out to the
/// lanes. Private to this folder.

#include "api/http/http_session.hpp"
#include "api/http/listener.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <memory>
#include <vector>

namespace troupe::api::http {

class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  /// Lives on the first of `lanes`. Lanes and handlers outlive it.
  Acceptor(const std::vector<std::unique_ptr<Lane>>& lanes, const ServerHandlers& handlers,
           const Listener& listener, std::shared_ptr<std::atomic<std::size_t>> connections);

  // On the first lane's thread.
  void wait();
  void close();

 private:
  void accept_all();
  void deal(Accepted accepted);
  void rest();

  const std::vector<std::unique_ptr<Lane>>& lanes_;
  const ServerHandlers& handlers_;
  boost::asio::ip::tcp protocol_;
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor> acceptor_;
  Timer rest_timer_;
  std::shared_ptr<std::atomic<std::size_t>> connections_;
  std::size_t next_lane_ = 0;
  bool resting_ = false;  ///< Out of descriptors, and said so.
};

}  // namespace troupe::api::http
