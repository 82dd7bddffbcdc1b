#include "host/services/privacy/privacy.hpp"

#include <future>
#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace opsflux::privacy {
namespace {

constexpr std::string_view kColumns = "id, user_id, kind, state, asked_at, asked_by, due_at, done_at, report";

Request request_of(const store::Row& row) {
  return {row.string(0), row.string(1), row.string(2), row.string(3), row.string(4),
          row.string(5), row.string(6), row.string(7), row.string(8)};
}

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Error no_request() { return Error::not_found("privacy.no_request", "There is no such request."); }

Result<std::vector<Request>> read_requests(store::Database& database, const std::string& where,
                                           const std::vector<std::string>& values) {
  std::vector<Request> out;
  TRY(database.read([&](store::Session& session) {
    out.clear();
    std::vector<store::Value> bound(values.begin(), values.end());
    return session.query("SELECT " + std::string(kColumns) + " FROM privacy_request WHERE " + where, bound,
                         [&](const store::Row& row) {
                           out.push_back(request_of(row));
                           return true;
                         });
  }));
  return out;
}

Result<void> insert_request(store::Transaction& transaction, const Request& request) {
  TRY(transaction.execute(
      "INSERT INTO privacy_request (id, user_id, kind, state, asked_at, asked_by, due_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {request.id, request.user_id, request.kind, request.state, request.asked_at, request.asked_by,
       store::text_or_null(std::string_view(request.due_at))}));
  return {};
}

}  // namespace

Json to_json(const Request& request) {
  const auto report = parse_json(request.report);
  return {{"id", request.id},
          {"user", request.user_id},
          {"kind", request.kind},
          {"state", request.state},
          {"asked_at", request.asked_at},
          {"asked_by", request.asked_by},
          {"due_at", or_null(request.due_at)},
          {"done_at", or_null(request.done_at)},
          {"report", request.report.empty() || !report ? Json() : *report}};
}

std::vector<std::string_view> kept_after_erasure() {
  return {"trail", "authorship", "consents", "records", "backups"};
}

Result<std::optional<Person>> find_person(store::Session& session, std::string_view id) {
  std::optional<Person> out;
  TRY(session.query_one(
      "SELECT id, email, name, role, deleted_at FROM identity_user WHERE id = $1", {id},
      [&](const store::Row& row) {
        out = Person{row.string(0), row.string(1), row.string(2), row.string(3), !row.is_null(4)};
      }));
  return out;
}

Privacy::Privacy(Parts parts)
    : parts_(std::move(parts)), consents_(parts_.database, parts_.audit, parts_.clock, parts_.ids) {}

Privacy::~Privacy() { stop(); }

Result<std::unique_ptr<Privacy>> Privacy::open(Parts parts) {
  TRY(make_folders(parts.folder));
  std::unique_ptr<Privacy> out(new Privacy(std::move(parts)));
  TRY(out->consents_.load());
  return out;
}

void Privacy::stop() { runner_.stop(); }

void Privacy::wait() const {
  std::promise<void> reached;
  if (const_cast<Executor&>(runner_).post([&] { reached.set_value(); })) reached.get_future().wait();
}

Result<Request> Privacy::find(std::string_view id) const {
  TRY_ASSIGN(found, read_requests(parts_.database, "id = $1", {std::string(id)}));
  if (found.empty()) return fail(no_request());
  return found.front();
}

Result<std::vector<Request>> Privacy::requests_of(std::string_view user_id) const {
  return read_requests(parts_.database, "user_id = $1 ORDER BY asked_at DESC, id DESC LIMIT 100",
                       {std::string(user_id)});
}

Result<Request> Privacy::ask_export(const Caller& caller) {
  const UtcNs now = parts_.clock.now();
  const std::string since = format_utc(now - std::chrono::nanoseconds(kExportEvery).count());
  const Request request{
      parts_.ids.next(), caller.user_id, "export", "waiting", format_utc(now), caller.user_id, "", "", ""};
  TRY(parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    bool soon = false;
    TRY(
        transaction.query_one("SELECT 1 FROM privacy_request WHERE user_id = $1 AND kind = 'export' AND "
                              "state <> 'failed' AND asked_at > $2",
                              {caller.user_id, since}, [&](const store::Row&) { soon = true; }));
    if (soon)
      return fail(Error::make(ErrorKind::kTooMany, "privacy.export_too_soon",
                              "A copy of your data was asked for within the last day."));
    TRY(insert_request(transaction, request));
    return parts_.audit.write(transaction, caller, {"privacy.export_asked", "identity.user", caller.user_id});
  }));
  begin_export(request.id);
  return request;
}

void Privacy::begin_export(const std::string& id) {
  runner_.post([this, id] {
    auto request = find(id);
    if (!request) return log::error("privacy.export_failed", request.error());
    const auto made = make_export(*request);
    if (!made) log::error("privacy.export_failed", made.error());
    const std::string now = format_utc(parts_.clock.now());
    const std::string report = made ? "" : to_text({{"code", made.error().code}});
    const auto saved = parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute(
          "UPDATE privacy_request SET state = $2, done_at = $3, report = $4 WHERE id = $1",
          {id, made ? "done" : "failed", now, store::text_or_null(std::string_view(report))}));
      return {};
    });
    if (!saved) log::error("privacy.export_failed", saved.error());
  });
}

Result<std::filesystem::path> Privacy::file_of(const Caller& caller, std::string_view id) const {
  TRY_ASSIGN(request, find(id));
  if (request.user_id != caller.user_id || request.kind != "export" || request.state != "done")
    return fail(no_request());
  return path_of(id);
}

Result<void> Privacy::set_status(store::Transaction& transaction, const entities::Catalog& catalog,
                                 const Caller& caller, std::string_view user_id,
                                 std::string_view status) const {
  Caller system = caller;
  system.system = true;
  system.via = "privacy";
  entities::WriteContext write{transaction, catalog, system};
  TRY(parts_.engine.update(write, *catalog.find("identity.user"), user_id, 0,
                           {{"status", status}, {"active", status == "active"}}));
  return {};
}

Result<Request> Privacy::ask_erasure(const Caller& caller, std::string_view user_id, std::string_view typed) {
  const UtcNs now = parts_.clock.now();
  const auto catalog = parts_.catalog();
  const Request request{parts_.ids.next(),
                        std::string(user_id),
                        "erasure",
                        "waiting",
                        format_utc(now),
                        caller.user_id,
                        format_utc(now + std::chrono::nanoseconds(kErasureWait).count()),
                        "",
                        ""};
  const auto write = [&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(person, find_person(transaction, user_id));
    if (!person) return fail(Error::not_found("identity.user_missing", "There is no such user."));
    if (to_lower_ascii(trim(typed)) != to_lower_ascii(person->email))
      return fail(Error::invalid("privacy.not_confirmed",
                                 "Type the e-mail address of the account that is to be erased.")
                      .at("email"));
    bool asked = false;
    TRY(
        transaction.query_one("SELECT 1 FROM privacy_request WHERE user_id = $1 AND kind = 'erasure' AND "
                              "state IN ('waiting', 'running', 'done')",
                              {user_id}, [&](const store::Row&) { asked = true; }));
    if (asked)
      return fail(
          Error::conflict("privacy.erasure_asked", "The erasure of this account was asked for already."));
    if (!person->deleted) TRY(set_status(transaction, *catalog, caller, user_id, "archived"));
    TRY(insert_request(transaction, request));
    return parts_.audit.write(transaction, caller,
                              {"privacy.erasure_asked", "identity.user", request.user_id});
  };
  TRY(parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    transaction.on_commit([catalog] {});  // callbacks of the engine may name its entities
    return write(transaction);
  }));
  return request;
}

Result<void> Privacy::undo_erasure(const Caller& caller, std::string_view id) {
  const auto catalog = parts_.catalog();
  const std::string now = format_utc(parts_.clock.now());
  TRY_ASSIGN(request, find(id));
  if (request.kind != "erasure") return fail(no_request());
  return parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    transaction.on_commit([catalog] {});
    TRY_ASSIGN(changed, transaction.execute("UPDATE privacy_request SET state = 'undone', done_at = $2 "
                                            "WHERE id = $1 AND state = 'waiting'",
                                            {id, now}));
    if (changed == 0)
      return fail(Error::conflict("privacy.erasure_over",
                                  "This erasure was begun or undone already and cannot be undone any more."));
    TRY_ASSIGN(person, find_person(transaction, request.user_id));
    if (person && !person->deleted) TRY(set_status(transaction, *catalog, caller, request.user_id, "active"));
    return parts_.audit.write(transaction, caller,
                              {"privacy.erasure_undone", "identity.user", request.user_id});
  });
}

Result<Json> Privacy::erasures() const {
  TRY_ASSIGN(requests, read_requests(parts_.database,
                                     "kind = 'erasure' ORDER BY asked_at DESC, id DESC LIMIT 500", {}));
  Json out = Json::array();
  TRY(parts_.database.read([&](store::Session& session) -> Result<void> {
    out = Json::array();
    for (const Request& request : requests) {
      Json one = to_json(request);
      TRY_ASSIGN(person, find_person(session, request.user_id));
      one["name"] = person ? Json(person->name) : Json();
      one["email"] = person ? Json(person->email) : Json();
      TRY_ASSIGN(by, find_person(session, request.asked_by));
      one["asked_by_name"] = by ? Json(by->name) : Json();
      out.push_back(std::move(one));
    }
    return {};
  }));
  return out;
}

Result<Json> Privacy::access_log(std::string_view user_id, std::int64_t page, std::int64_t page_size) const {
  Json data = Json::array();
  std::int64_t total = 0;
  TRY(parts_.database.read([&](store::Session& session) -> Result<void> {
    data = Json::array();
    TRY(session.query_one("SELECT count(*) FROM core_audit WHERE entity = 'identity.user' AND record_id = $1",
                          {user_id}, [&](const store::Row& row) { total = row.i64(0); }));
    return session.query(
        "SELECT a.at, a.action, a.actor_id, coalesce(u.name, a.actor_name), a.via, a.changes FROM core_audit "
        "a "
        "LEFT JOIN identity_user u ON u.id = a.actor_id WHERE a.entity = 'identity.user' AND a.record_id = "
        "$1 "
        "ORDER BY a.id DESC LIMIT $2 OFFSET $3",
        {user_id, page_size, (page - 1) * page_size}, [&](const store::Row& row) {
          Json fields = Json::array();
          if (const auto changes = parse_json(row.text(5)); changes && changes->is_array())
            for (const Json& change : *changes) fields.push_back(get_string_or(change, "field", ""));
          data.push_back({{"at", row.string(0)},
                          {"action", row.string(1)},
                          {"mine", row.text(2) == user_id},
                          {"by", or_null(row.string(3))},
                          {"via", or_null(row.string(4))},
                          {"fields", std::move(fields)}});
          return true;
        });
  }));
  return Json{{"data", std::move(data)},
              {"meta",
               {{"page", page},
                {"page_size", page_size},
                {"total", total},
                {"pages", (total + page_size - 1) / page_size}}}};
}

Result<void> Privacy::resume() {
  TRY_ASSIGN(waiting, read_requests(parts_.database, "kind = 'export' AND state = 'waiting'", {}));
  for (const Request& request : waiting) begin_export(request.id);
  return {};
}

Result<void> Privacy::sweep() {
  const UtcNs now = parts_.clock.now();
  const std::string before = format_utc(now - std::chrono::nanoseconds(kExportKept).count());
  TRY_ASSIGN(
      old, read_requests(parts_.database, "kind = 'export' AND state = 'done' AND done_at <= $1", {before}));
  for (const Request& request : old) {
    TRY(remove_tree(path_of(request.id)));
    TRY(parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute("UPDATE privacy_request SET state = 'removed' WHERE id = $1", {request.id}));
      return {};
    }));
  }
  TRY_ASSIGN(due, read_requests(parts_.database,
                                "kind = 'erasure' AND state IN ('waiting', 'running') AND due_at <= $1",
                                {format_utc(now)}));
  for (const Request& request : due)
    if (const auto erased = erase(request); !erased) log::error("privacy.not_erased", erased.error());
  return {};
}

}  // namespace opsflux::privacy
