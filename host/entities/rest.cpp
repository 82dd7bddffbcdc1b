#include "host/entities/rest.hpp"

#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/entities/bulk.hpp"
#include "host/entities/download.hpp"
#include "host/entities/rest_around.hpp"
#include "host/entities/rest_parameters.hpp"
#include "host/http/exchange.hpp"

namespace opsflux::entities {
namespace {

struct Answer {
  Written written;
  std::string json;
};

// One entity's handlers. Copied into each route.
class Handlers {
 public:
  Handlers(const Catalog& catalog, const EntityEntry& entity, Engine& engine)
      : catalog_(&catalog), entity_(&entity), engine_(&engine) {}

  void list(http::Exchange exchange) const {
    auto query = list_query(exchange.request());
    if (!query) return void(exchange.fail(query.error()));
    auto prepared = engine_->prepare_list(*catalog_, *entity_, exchange.request().caller(), *query);
    if (!prepared) return void(exchange.fail(prepared.error()));
    // What is known already is answered here and now; only the database is worth another thread.
    if (prepared->known)
      return void(
          exchange.respond(http::Response::shared(200, std::move(prepared->known), "application/json")));
    auto list = std::make_shared<Engine::PreparedList>(std::move(*prepared));
    exchange.run_pooled([engine = engine_, list](http::Exchange pooled) {
      auto listed = engine->make_list(*list);
      if (!listed) return void(pooled.fail(listed.error()));
      pooled.respond(http::Response::shared(200, std::move(*listed), "application/json"));
    });
  }

  void aggregate(http::Exchange exchange) const {
    auto query = aggregate_query(exchange.request());
    if (!query) return void(exchange.fail(query.error()));
    auto groups = engine_->aggregate(*catalog_, *entity_, exchange.request().caller(), *query);
    if (!groups) return void(exchange.fail(groups.error()));
    exchange.respond(http::Response::shared(200, std::move(*groups), "application/json"));
  }

  void export_all(http::Exchange exchange) const {
    auto query = export_query(exchange.request());
    if (!query) return void(exchange.fail(query.error()));
    ExportOptions options = query->options;
    options.cancelled = [&exchange] { return exchange.cancelled(); };
    auto made =
        export_records(*engine_, *catalog_, *entity_, exchange.request().caller(), query->list, options);
    if (!made) return void(exchange.fail(made.error()));
    http::Response response(200);
    response.body =
        http::FileBody{std::make_shared<const FileDescriptor>(std::move(made->file)), 0, made->size};
    response.header("Content-Type", query->content_type);
    response.header("Content-Disposition",
                    "attachment; filename=\"" + entity_->definition->plural + "." + query->ending + "\"");
    exchange.respond(std::move(response));
  }

  void read(http::Exchange exchange) const {
    const http::Request& request = exchange.request();
    auto expand = expansions(request);
    if (!expand) return void(exchange.fail(expand.error()));
    std::string out;
    const std::string_view id = request.param("id");
    auto version = engine_->read(*catalog_, *entity_, request.caller(), id, *expand, out);
    if (!version) return void(exchange.fail(version.error()));
    exchange.respond(http::Response::json(200, std::move(out)).etag(std::to_string(*version)));
  }

  void activity(http::Exchange exchange) const {
    std::string out;
    if (auto listed = engine_->activity(*catalog_, *entity_, exchange.request().caller(),
                                        exchange.request().param("id"), out);
        !listed)
      return void(exchange.fail(listed.error()));
    exchange.respond(http::Response::json(200, std::move(out)));
  }

  void create(http::Exchange exchange) const {
    auto input = http::json_body(exchange.request());
    if (!input) return void(exchange.fail(input.error()));
    write(std::move(exchange), 201,
          [input = std::move(*input)](Engine& engine, WriteContext& context, const EntityEntry& entity) {
            return engine.create(context, entity, input);
          });
  }

  void bulk(http::Exchange exchange) const {
    auto body = http::json_body(exchange.request());
    if (!body) return void(exchange.fail(body.error()));
    auto request = BulkRequest::parse(*body);
    if (!request) return void(exchange.fail(request.error()));
    if (request->all)
      bulk_all(std::move(exchange), *request);
    else
      bulk_each(std::move(exchange), *request);
  }

  void update(http::Exchange exchange) const {
    auto version = expected_version(exchange.request());
    if (!version) return void(exchange.fail(version.error()));
    auto input = http::json_body(exchange.request());
    if (!input) return void(exchange.fail(input.error()));
    write(std::move(exchange), 200,
          [input = std::move(*input), id = param_id(exchange), version = *version](
              Engine& engine, WriteContext& context, const EntityEntry& entity) {
            return engine.update(context, entity, id, version, input);
          });
  }

  void remove(http::Exchange exchange) const {
    auto version = expected_version(exchange.request());
    if (!version) return void(exchange.fail(version.error()));
    write(std::move(exchange), 204,
          [id = param_id(exchange), version = *version](Engine& engine, WriteContext& context,
                                                        const EntityEntry& entity) {
            return engine.remove(context, entity, id, version);
          });
  }

  void restore(http::Exchange exchange) const {
    write(std::move(exchange), 200,
          [id = param_id(exchange)](Engine& engine, WriteContext& context, const EntityEntry& entity) {
            return engine.restore(context, entity, id);
          });
  }

 private:
  Result<Written> carry_out(store::Transaction& transaction, const Caller& caller,
                            const BulkOperation& operation) const {
    WriteContext context{transaction, *catalog_, caller};
    return apply(*engine_, context, *entity_, operation);
  }

  // One transaction; the first that fails undoes all.
  void bulk_all(http::Exchange exchange, const BulkRequest& request) const {
    std::vector<Written> written;
    const auto done = engine_->database().write_now([&](store::Transaction& transaction) -> Result<void> {
      written.clear();
      for (std::size_t i = 0; i < request.operations.size(); ++i) {
        auto one = carry_out(transaction, exchange.request().caller(), request.operations[i]);
        if (!one) return opsflux::fail(at_operation(std::move(one.error()), i));
        written.push_back(std::move(*one));
      }
      return {};
    });
    if (!done) return void(exchange.fail(done.error()));
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    for (std::size_t i = 0; i < written.size(); ++i) write_result(json, request.operations[i], written[i]);
    end_results(json, written.size(), 0);
    exchange.respond(http::Response::json(200, std::move(out)));
  }

  // A transaction each; what fails is told in its place, and the others go on.
  void bulk_each(http::Exchange exchange, const BulkRequest& request) const {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    std::size_t failed = 0;
    for (std::size_t i = 0; i < request.operations.size() && !exchange.cancelled(); ++i) {
      Written written;
      const auto done = engine_->database().write_now([&](store::Transaction& transaction) -> Result<void> {
        TRY_ASSIGN(one, carry_out(transaction, exchange.request().caller(), request.operations[i]));
        written = std::move(one);
        return {};
      });
      if (done) {
        write_result(json, request.operations[i], written);
        continue;
      }
      ++failed;
      json.begin_object()
          .key("action")
          .string(to_string(request.operations[i].action))
          .key("state")
          .string("failed");
      json.key("error").raw(exchange.problem(done.error())).end_object();
    }
    end_results(json, request.operations.size() - failed, failed);
    exchange.respond(http::Response::json(200, std::move(out)));
  }

  static void write_result(JsonWriter& json, const BulkOperation& operation, const Written& written) {
    json.begin_object().key("action").string(to_string(operation.action)).key("state").string("done");
    json.key("id").string(written.id).key("version").number(written.version).end_object();
  }
  static void end_results(JsonWriter& json, std::size_t done, std::size_t failed) {
    json.end_array().key("meta").begin_object().key("done").number(static_cast<std::int64_t>(done));
    json.key("failed").number(static_cast<std::int64_t>(failed)).end_object().end_object();
  }

  static std::string param_id(const http::Exchange& exchange) {
    return std::string(exchange.request().param("id"));
  }

  // Runs `work` in a write transaction and answers once it is durable. The exchange keeps the route table,
  // and with it the catalog, until then.
  template <class Work>
  void write(http::Exchange exchange, int status, Work work) const {
    auto answer = std::make_shared<Answer>();
    engine_->database().write(
        [self = *this, exchange, work = std::move(work), answer,
         status](store::Transaction& transaction) -> Result<void> {
          WriteContext context{transaction, *self.catalog_, exchange.request().caller()};
          TRY_ASSIGN(written, work(*self.engine_, context, *self.entity_));
          *answer = {std::move(written), {}};
          if (status == 204) return {};
          return self.engine_->show(context, *self.entity_, answer->written.id, answer->json);
        },
        [exchange, answer, status, path = &entity_->definition->path](Result<void> done) mutable {
          if (!done) return void(exchange.fail(done.error()));
          if (status == 204) return void(exchange.respond(http::Response::no_content()));
          http::Response response = http::Response::json(status, std::move(answer->json))
                                        .etag(std::to_string(answer->written.version));
          if (status == 201) response.header("Location", *path + "/" + answer->written.id);
          exchange.respond(std::move(response));
        });
  }

  const Catalog* catalog_;
  const EntityEntry* entity_;
  Engine* engine_;
};

}  // namespace

std::vector<http::Route> entity_routes(const Catalog& catalog, Engine& engine) {
  using http::Access;
  using http::Method;
  std::vector<http::Route> routes;
  // The embedded database answers in microseconds: a point read is cheaper than handing it to another thread.
  const http::Run point_read = engine.database().embedded() ? http::Run::kInline : http::Run::kPooled;
  for (const EntityEntry* entity : catalog.all()) {
    const Definition& definition = *entity->definition;
    const Handlers handlers(catalog, *entity, engine);
    const auto add = [&](Method method, const std::string& suffix, std::string_view action, http::Run run,
                         void (Handlers::*handler)(http::Exchange) const) {
      http::Route route{
          method,
          definition.path + suffix,
          Access::permit(definition.permission(action)),
          run,
          {},
          [handlers, handler](http::Exchange exchange) { (handlers.*handler)(std::move(exchange)); },
          definition.module};
      routes.push_back(std::move(route));
    };
    add(Method::kGet, "", "view", http::Run::kInline, &Handlers::list);
    add(Method::kPost, "", "create", http::Run::kInline, &Handlers::create);
    add(Method::kGet, "/aggregate", "view", http::Run::kPooled, &Handlers::aggregate);
    add(Method::kGet, "/export", "export", http::Run::kPooled, &Handlers::export_all);
    routes.back().limits.deadline = std::chrono::minutes(10);
    // Each operation is judged by the right it takes.
    routes.push_back({Method::kPost,
                      definition.path + "/bulk",
                      Access::signed_in(),
                      http::Run::kPooled,
                      {},
                      [handlers](http::Exchange exchange) { handlers.bulk(std::move(exchange)); },
                      definition.module});
    add(Method::kGet, "/{id}", "view", point_read, &Handlers::read);
    add(Method::kPatch, "/{id}", "edit", http::Run::kInline, &Handlers::update);
    add(Method::kDelete, "/{id}", "delete", http::Run::kInline, &Handlers::remove);
    add(Method::kPost, "/{id}/restore", "delete", http::Run::kInline, &Handlers::restore);
    add(Method::kGet, "/{id}/activity", "view", http::Run::kPooled, &Handlers::activity);
    add_routes_around(routes, catalog, *entity, engine);
    add_download_route(routes, catalog, *entity, engine);
  }
  return routes;
}

}  // namespace opsflux::entities
