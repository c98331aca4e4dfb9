/// Paths of the endpoint, and the two steps of an answer: the task, then its stats.

#include "api/metadata/endpoint.hpp"

#include <mutex>

namespace troupe::api::metadata {
namespace {

enum class View { container, task, container_stats, task_stats };

struct Route {
  ContainerRef container;
  View view = View::container;
};

using Reply = std::function<void(http::Response)>;

http::Response json_response(std::string body, unsigned status = 200) {
  http::Response out;
  out.status = status;
  out.content_type = "application/json";
  out.body = std::move(body);
  return out;
}

http::Response not_found(std::string_view what) {
  std::string body;
  http::append_json_string(body, what);
  return json_response(std::move(body), 404);
}

std::optional<Route> parse_route(std::string_view path) {
  constexpr std::string_view start = "/v4/";
  if (!path.starts_with(start)) return std::nullopt;
  path.remove_prefix(start.size());
  const auto slash = path.find('/');
  const auto view = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
  auto container = parse_container_id(path.substr(0, slash));
  if (!container) return std::nullopt;
  if (view.empty() || view == "/") return Route{*std::move(container), View::container};
  if (view == "/task") return Route{*std::move(container), View::task};
  if (view == "/stats") return Route{*std::move(container), View::container_stats};
  if (view == "/task/stats") return Route{*std::move(container), View::task_stats};
  return std::nullopt;
}

/// Where stats come from.
struct Sources {
  StatsReader read;
  std::shared_ptr<LastReadings> last;
};

/// Stats of several containers that arrive in any order, from any thread.
struct Gathered {
  std::mutex mutex;
  std::vector<std::pair<std::string, std::optional<ContainerReading>>> all;
  std::size_t missing = 0;
  Reply reply;
};

/// Asks the reader, and adds what was read before.
void read_container(const Sources& sources, const std::string& id,
                    std::function<void(std::optional<ContainerReading>)> then) {
  sources.read(id, [id, last = sources.last, then = std::move(then)](std::optional<ContainerStats> stats) {
    then(stats ? std::optional{last->complete(id, *std::move(stats))} : std::nullopt);
  });
}

void gather_stats(const Sources& sources, const core::Task& task, const Reply& reply) {
  const auto gathered = std::make_shared<Gathered>();
  gathered->reply = reply;
  gathered->missing = task.containers.size();
  for (const auto& container : task.containers) {
    gathered->all.emplace_back(container_id(task.id, container.name), std::nullopt);
  }
  if (gathered->missing == 0) return reply(json_response("{}"));
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    read_container(sources, gathered->all[i].first, [gathered, i](std::optional<ContainerReading> read) {
      const std::lock_guard lock{gathered->mutex};
      gathered->all[i].second = std::move(read);
      if (--gathered->missing == 0) gathered->reply(json_response(task_stats_json(gathered->all)));
    });
  }
}

void answer_with(const core::Realm& realm, const Sources& sources, const Route& route, const core::Task& task,
                 const Reply& reply) {
  const auto container = container_json(realm, task, route.container.name);
  if (!container) return reply(not_found("The task has no such container."));
  const auto id = container_id(route.container.task, route.container.name);
  switch (route.view) {
    case View::container:
      return reply(json_response(*container));
    case View::task:
      return reply(json_response(task_json(realm, task)));
    case View::container_stats:
      return read_container(sources, id, [id, reply](const std::optional<ContainerReading>& read) {
        reply(json_response(stats_json(id, read)));
      });
    case View::task_stats:
      return gather_stats(sources, task, reply);
  }
}

}  // namespace

Endpoint::Endpoint(EndpointOptions options) : options_(std::move(options)) {
  if (!options_.read_stats) {
    options_.read_stats = [](const std::string&, const StatsReply& reply) { reply(std::nullopt); };
  }
}

void Endpoint::handle(const std::shared_ptr<const http::Request>& request, http::Responder responder) const {
  handle(*request, [responder](http::Response response) { responder.reply(std::move(response)); });
}

void Endpoint::handle(const http::Request& request, std::function<void(http::Response)> reply) const {
  const bool reads = request.method == "GET";
  if (reads && options_.credentials) {
    if (auto answer = options_.credentials->answer(request)) return reply(*std::move(answer));
  }
  const auto route = reads ? parse_route(request.path()) : std::nullopt;
  if (!route) return reply(not_found("There is nothing at this address."));
  const auto show = [reply = std::move(reply), realm = options_.realm,
                     sources = Sources{options_.read_stats, last_},
                     route = *route](const std::optional<core::TaskPtr>& task) {
    if (!task) return reply(http::error_response(http::server_exception()));
    if (!*task) return reply(not_found("There is no such task."));
    answer_with(realm, sources, route, **task, reply);
  };
  options_.tasks(route->container.task, show);
}

}  // namespace troupe::api::metadata
