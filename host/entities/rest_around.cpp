#include "host/entities/rest_around.hpp"

#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/collaboration.hpp"
#include "host/entities/duplicates.hpp"
#include "host/entities/files.hpp"
#include "host/entities/history.hpp"
#include "host/entities/merge.hpp"
#include "host/entities/rest_parameters.hpp"
#include "host/http/exchange.hpp"

namespace opsflux::entities {
namespace {

// What the handlers of one entity share. Copied into each route.
struct Place {
  const Catalog* catalog;
  const EntityEntry* entity;
  Engine* engine;
};

// One request about one record.
struct Asked {
  Place place;
  std::string id,
      other;         // the record; what else the path names: a comment, a grantee, a merge, a version, a file
  std::string last;  // a third name: an emoji
  Json input;        // the body
  std::int64_t expected = 0;  // the version that If-Match names

  Collaboration collaboration() const { return Collaboration(*place.engine); }
  Merger merger() const { return Merger(*place.engine); }
  Files files() const { return Files(*place.engine); }
  History history() const { return History(*place.engine); }
};

std::string param(const http::Request& request, std::string_view name) {
  return std::string(request.param(name));
}

Result<std::int64_t> version_number(std::string_view text) {
  const auto number = parse_int(text);
  if (number && *number > 0) return *number;
  return fail(Error::not_found("entity.no_version", "The record has no version " + std::string(text) + ".")
                  .with("version", text));
}

// Appends the answer to the text.
using Read = Result<void> (*)(const Asked&, const Caller&, const http::Request&, std::string&);
// Appends the answer to the text; an empty answer is 204.
using Write = Result<void> (*)(const Asked&, WriteContext&, std::string&);

struct AroundRoute {
  http::Method method;
  const char* path;    // after the entity's
  const char* action;  // the right that the route asks for
  Read read;
  Write write;
  bool body;
  int status;
};

// The record as it stands after the write.
Result<void> show(const Asked& asked, WriteContext& write, std::string_view id, std::string& out) {
  return asked.place.engine->show(write, *asked.place.entity, id, out);
}

const Catalog& catalog(const Asked& asked) { return *asked.place.catalog; }
const EntityEntry& entity(const Asked& asked) { return *asked.place.entity; }

template <Mark kMark, bool kOn>
Result<void> set_mark(const Asked& asked, WriteContext& write, std::string&) {
  return asked.collaboration().mark(write, entity(asked), asked.id, kMark, kOn);
}

template <bool kOn>
Result<void> set_reaction(const Asked& asked, WriteContext& write, std::string&) {
  return asked.collaboration().react(write, entity(asked), asked.id, asked.other, asked.last, kOn);
}

Result<void> read_difference(const Asked& asked, const Caller& caller, const http::Request& request,
                             std::string& out) {
  TRY_ASSIGN(from, version_number(request.query("from").value_or("")));
  TRY_ASSIGN(to, version_number(request.query("to").value_or("")));
  return asked.history().difference(catalog(asked), entity(asked), caller, asked.id, from, to, out);
}

using http::Method;
const AroundRoute kRoutes[] = {
    {Method::kGet, "/{id}/duplicates", "view",
     [](const Asked& asked, const Caller& caller, const http::Request&, std::string& out) {
       return Duplicates::find_like(*asked.place.engine, catalog(asked), entity(asked), caller, asked.id,
                                    out);
     },
     nullptr, false, 200},
    {Method::kPost, "/duplicates", "view",
     [](const Asked& asked, const Caller& caller, const http::Request&, std::string& out) -> Result<void> {
       const Json values = asked.input.is_object() ? asked.input.value("values", Json()) : Json();
       return Duplicates::find(*asked.place.engine, catalog(asked), entity(asked), caller, values,
                               asked.input.is_object() ? get_string_or(asked.input, "id", "") : "", out);
     },
     nullptr, true, 200},
    {Method::kGet, "/{id}/around", "view",
     [](const Asked& asked, const Caller& caller, const http::Request&, std::string& out) {
       return asked.collaboration().summary(catalog(asked), entity(asked), caller, asked.id, out);
     },
     nullptr, false, 200},
    {Method::kPut, "/{id}/favourite", "view", nullptr, set_mark<Mark::kFavourite, true>, false, 204},
    {Method::kDelete, "/{id}/favourite", "view", nullptr, set_mark<Mark::kFavourite, false>, false, 204},
    {Method::kPut, "/{id}/follow", "view", nullptr, set_mark<Mark::kFollow, true>, false, 204},
    {Method::kDelete, "/{id}/follow", "view", nullptr, set_mark<Mark::kFollow, false>, false, 204},
    {Method::kPut, "/{id}/tags", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.collaboration().set_tags(write, entity(asked), asked.id, asked.input);
     },
     true, 204},
    {Method::kPost, "/{id}/shares", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.collaboration().share(write, entity(asked), asked.id, asked.input);
     },
     true, 204},
    {Method::kDelete, "/{id}/shares/{grantee}", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.collaboration().unshare(write, entity(asked), asked.id, asked.other);
     },
     false, 204},
    {Method::kGet, "/{id}/comments", "view",
     [](const Asked& asked, const Caller& caller, const http::Request&, std::string& out) {
       return asked.collaboration().comments(catalog(asked), entity(asked), caller, asked.id, out);
     },
     nullptr, false, 200},
    {Method::kPost, "/{id}/comments", "view", nullptr,
     [](const Asked& asked, WriteContext& write, std::string& out) -> Result<void> {
       TRY_ASSIGN(made, asked.collaboration().comment(write, entity(asked), asked.id, asked.input));
       JsonWriter(out).begin_object().key("id").string(made).end_object();
       return {};
     },
     true, 201},
    {Method::kPatch, "/{id}/comments/{comment}", "view", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.collaboration().edit_comment(write, entity(asked), asked.id, asked.other, asked.input);
     },
     true, 204},
    {Method::kDelete, "/{id}/comments/{comment}", "view", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.collaboration().delete_comment(write, entity(asked), asked.id, asked.other);
     },
     false, 204},
    {Method::kPut, "/{id}/comments/{comment}/reactions/{emoji}", "view", nullptr, set_reaction<true>, false,
     204},
    {Method::kDelete, "/{id}/comments/{comment}/reactions/{emoji}", "view", nullptr, set_reaction<false>,
     false, 204},
    {Method::kGet, "/{id}/attachments", "view",
     [](const Asked& asked, const Caller& caller, const http::Request&, std::string& out) {
       return asked.files().list(catalog(asked), entity(asked), caller, asked.id, out);
     },
     nullptr, false, 200},
    {Method::kPost, "/{id}/attachments", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.files().attach(write, entity(asked), asked.id, asked.input);
     },
     true, 204},
    {Method::kDelete, "/{id}/attachments/{file}", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.files().detach(write, entity(asked), asked.id, asked.other);
     },
     false, 204},
    {Method::kGet, "/{id}/versions", "view",
     [](const Asked& asked, const Caller& caller, const http::Request&, std::string& out) {
       return asked.history().versions(catalog(asked), entity(asked), caller, asked.id, out);
     },
     nullptr, false, 200},
    {Method::kGet, "/{id}/versions/{version}", "view",
     [](const Asked& asked, const Caller& caller, const http::Request&, std::string& out) -> Result<void> {
       TRY_ASSIGN(number, version_number(asked.other));
       return asked.history().version(catalog(asked), entity(asked), caller, asked.id, number, out);
     },
     nullptr, false, 200},
    {Method::kPost, "/{id}/versions/{version}/restore", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string& out) -> Result<void> {
       TRY_ASSIGN(number, version_number(asked.other));
       TRY(asked.history().restore(write, entity(asked), asked.id, number, asked.expected));
       return show(asked, write, asked.id, out);
     },
     false, 200},
    {Method::kGet, "/{id}/difference", "view", read_difference, nullptr, false, 200},
    {Method::kGet, "/{id}/blame", "view",
     [](const Asked& asked, const Caller& caller, const http::Request&, std::string& out) {
       return asked.history().blame(catalog(asked), entity(asked), caller, asked.id, out);
     },
     nullptr, false, 200},
    {Method::kPost, "/{id}/clone", "create", nullptr,
     [](const Asked& asked, WriteContext& write, std::string& out) -> Result<void> {
       TRY_ASSIGN(made, asked.place.engine->clone(write, entity(asked), asked.id, asked.input));
       return show(asked, write, made.id, out);
     },
     true, 201},
    {Method::kPost, "/{id}/purge", "delete", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.place.engine->purge(write, entity(asked), asked.id);
     },
     false, 204},
    {Method::kPut, "/{id}/lock", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.place.engine->lock(write, entity(asked), asked.id,
                                       get_int_or(asked.input, "seconds", 300));
     },
     true, 204},
    {Method::kDelete, "/{id}/lock", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string&) {
       return asked.place.engine->unlock(write, entity(asked), asked.id);
     },
     false, 204},
    {Method::kGet, "/{id}/merges", "view",
     [](const Asked& asked, const Caller& caller, const http::Request&, std::string& out) {
       return asked.merger().list(catalog(asked), entity(asked), caller, asked.id, out);
     },
     nullptr, false, 200},
    {Method::kPost, "/{id}/merges", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string& out) -> Result<void> {
       TRY(asked.merger().merge(write, entity(asked), asked.id, asked.input));
       return show(asked, write, asked.id, out);
     },
     true, 200},
    {Method::kPost, "/{id}/merges/{merge}/undo", "edit", nullptr,
     [](const Asked& asked, WriteContext& write, std::string& out) -> Result<void> {
       TRY(asked.merger().undo(write, entity(asked), asked.id, asked.other));
       return show(asked, write, asked.id, out);
     },
     false, 200},
};

Result<Asked> ask(const Place& place, const AroundRoute& route, const http::Request& request) {
  Asked out{place, param(request, "id"), "", "", Json(), 0};
  for (const char* name : {"grantee", "comment", "version", "merge", "file"})
    if (std::string value = param(request, name); !value.empty()) out.other = std::move(value);
  out.last = param(request, "emoji");
  if (route.body) {
    TRY_ASSIGN(input, http::json_body(request));
    out.input = std::move(input);
  }
  TRY_ASSIGN(expected, expected_version(request));
  out.expected = expected;
  return out;
}

void serve_read(const Place& place, const AroundRoute& route, http::Exchange exchange) {
  const http::Request& request = exchange.request();
  auto asked = ask(place, route, request);
  if (!asked) return void(exchange.fail(asked.error()));
  std::string out;
  if (auto read = route.read(*asked, request.caller(), request, out); !read)
    return void(exchange.fail(read.error()));
  exchange.respond(http::Response::json(200, std::move(out)));
}

void serve_write(const Place& place, const AroundRoute& route, http::Exchange exchange) {
  auto asked = ask(place, route, exchange.request());
  if (!asked) return void(exchange.fail(asked.error()));
  auto answer = std::make_shared<std::string>();
  place.engine->database().write(
      [asked = std::move(*asked), write = route.write, exchange, answer](store::Transaction& transaction) {
        answer->clear();
        WriteContext context{transaction, catalog(asked), exchange.request().caller()};
        return write(asked, context, *answer);
      },
      [exchange, answer, status = route.status](Result<void> done) mutable {
        if (!done) return void(exchange.fail(done.error()));
        if (status == 204) return void(exchange.respond(http::Response::no_content()));
        exchange.respond(http::Response::json(status, std::move(*answer)));
      });
}

}  // namespace

void add_routes_around(std::vector<http::Route>& routes, const Catalog& catalog, const EntityEntry& entity,
                       Engine& engine) {
  const Place place{&catalog, &entity, &engine};
  const Definition& definition = *entity.definition;
  for (const AroundRoute& route : kRoutes)
    routes.push_back({route.method,
                      definition.path + route.path,
                      http::Access::permit(definition.permission(route.action)),
                      route.read != nullptr ? http::Run::kPooled : http::Run::kInline,
                      {},
                      [place, &route](http::Exchange exchange) {
                        (route.read != nullptr ? serve_read : serve_write)(place, route, std::move(exchange));
                      },
                      definition.module});
}

}  // namespace opsflux::entities
