#include "host/services/mail/mail_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/http/exchange.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/mail/letter.hpp"

namespace opsflux::mail {
namespace {

using http::Request;
using http::Response;

constexpr std::int64_t kMaxPageSize = 200;

struct ListQuery {
  std::string state{};
  std::int64_t page = 1, page_size = 50;
};

Error bad_parameter(std::string_view name, std::string_view value, std::string_view expected) {
  return Error::malformed("entity.bad_parameter",
                          "The parameter " + std::string(name) + " must be " + std::string(expected) + ".")
      .at(name)
      .with("name", name)
      .with("value", value)
      .with("expected", expected);
}

Result<std::int64_t> number(std::string_view name, std::string_view value, std::int64_t max) {
  const auto found = parse_int(value);
  if (found && *found >= 1 && *found <= max) return *found;
  return fail(bad_parameter(name, value, "a whole number from 1 to " + std::to_string(max)));
}

Result<ListQuery> list_query(const Request& request) {
  ListQuery out;
  for (const auto& [name, value] : request.query_all()) {
    if (name == "state") {
      if (value != "waiting" && value != "sent" && value != "dead")
        return fail(bad_parameter(name, value, "waiting, sent or dead"));
      out.state = value;
    } else if (name == "page") {
      TRY_ASSIGN(page, number(name, value, 1'000'000));
      out.page = page;
    } else if (name == "page_size") {
      TRY_ASSIGN(size, number(name, value, kMaxPageSize));
      out.page_size = size;
    } else {
      return fail(Error::malformed("entity.unknown_parameter", "There is no parameter \"" + name +
                                                                   "\"; there are state, page and page_size.")
                      .at(name)
                      .with("name", name));
    }
  }
  return out;
}

Json text_or_null(const store::Row& row, int column) {
  return row.is_null(column) ? Json() : Json(row.string(column));
}

// The sentence of a stored error in the reader's language.
Json sentence(const i18n::Catalog& catalog, i18n::Language reader, std::string_view stored) {
  const auto json = parse_json(stored);
  if (stored.empty() || !json) return nullptr;
  Error error = Error::internal(get_string_or(*json, "code", ""), get_string_or(*json, "message", ""));
  if (json->contains("params"))
    for (const auto& [key, value] : (*json)["params"].items())
      if (value.is_string()) error.params.emplace_back(key, value.get<std::string>());
  return catalog.sentence(reader, error);
}

Result<Json> read_rows(const Parts& parts, const ListQuery& query, i18n::Language reader) {
  const auto catalog = parts.translator.catalog();
  Json data = Json::array();
  const std::string_view state = query.state;
  TRY(parts.database.read([&](store::Session& session) {
    data = Json::array();
    return session.query(
        "SELECT id, kind, recipient, language, subject, state, attempts, next_at, created_at, sent_at, "
        "last_error "
        "FROM mail_message WHERE ($1 = '' OR state = $1) ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET "
        "$3",
        {state, query.page_size, (query.page - 1) * query.page_size}, [&](const store::Row& row) {
          const bool waiting = row.text(5) == "waiting";
          data.push_back({{"id", row.string(0)},
                          {"kind", row.string(1)},
                          {"recipient", row.string(2)},
                          {"language", row.string(3)},
                          {"subject", row.string(4)},
                          {"state", row.string(5)},
                          {"attempts", row.i64(6)},
                          {"next_at", waiting ? Json(row.string(7)) : Json()},
                          {"created_at", row.string(8)},
                          {"sent_at", text_or_null(row, 9)},
                          {"error", sentence(*catalog, reader, row.text(10))}});
          return true;
        });
  }));
  return data;
}

Result<Json> read_counts(const Parts& parts) {
  Json counts = {{"waiting", 0}, {"sent", 0}, {"dead", 0}};
  TRY(parts.database.read([&](store::Session& session) {
    return session.query("SELECT state, count(*) FROM mail_message GROUP BY state", {},
                         [&](const store::Row& row) {
                           counts[row.string(0)] = row.i64(1);
                           return true;
                         });
  }));
  return counts;
}

Result<Response> list(const MailDesk& desk, const Request& request) {
  TRY_ASSIGN(query, list_query(request));
  const Parts& parts = desk.mail.parts();
  const i18n::Language reader = i18n::language_of(&request);
  TRY_ASSIGN(data, read_rows(parts, query, reader));
  TRY_ASSIGN(meta, read_counts(parts));
  const std::int64_t total = query.state.empty()
                                 ? meta["waiting"].get<std::int64_t>() + meta["sent"].get<std::int64_t>() +
                                       meta["dead"].get<std::int64_t>()
                                 : meta[query.state].get<std::int64_t>();
  const MailSettings settings = parts.settings();
  const auto usable = check(settings);
  meta["page"] = query.page;
  meta["page_size"] = query.page_size;
  meta["total"] = total;
  meta["pages"] = (total + query.page_size - 1) / query.page_size;
  meta["server"] = settings.server.host.empty()
                       ? Json()
                       : Json(settings.server.host + ":" + std::to_string(settings.server.port));
  meta["problem"] = usable ? Json() : Json(parts.translator.catalog()->sentence(reader, usable.error()));
  return Response::json(200, to_text({{"data", std::move(data)}, {"meta", std::move(meta)}}));
}

Result<std::string> recipient_of(const Request& request) {
  if (request.body_size() == 0) return request.caller().email;
  TRY_ASSIGN(body, http::json_body(request));
  const bool fits = body.is_object() && (body.empty() || (body.size() == 1 && body.contains("to")));
  if (!fits || (!body.empty() && !body["to"].is_string()))
    return fail(Error::invalid("mail.bad_test", "The body is an object with an address \"to\", or is empty.")
                    .at("to"));
  return body.empty() ? request.caller().email : body["to"].get<std::string>();
}

Result<Response> send_test(const MailDesk& desk, const Request& request) {
  TRY_ASSIGN(recipient, recipient_of(request));
  const Parts& parts = desk.mail.parts();
  if (auto fits = check_address(recipient); !fits) return fail(std::move(fits.error()).at("to"));
  TRY(check(parts.settings()));
  std::string id;
  TRY(parts.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    Message message;
    message.kind = "test";
    message.recipient = recipient;
    message.name = request.caller().email == recipient ? request.caller().name : "";
    message.language = i18n::language_tag(i18n::language_of(&request));
    TRY_ASSIGN(queued, desk.mail.queue(transaction, message));
    id = std::move(queued);
    return parts.audit.write(transaction, request.caller(), {"mail.tested", "mail", id});
  }));
  desk.mail.look_again();
  return Response::json(202, to_text({{"id", id}}));
}

Result<Response> retry(const MailDesk& desk, const Request& request) {
  TRY(desk.mail.retry(request.param("id"), request.caller()));
  return Response::no_content();
}

// A secret has none.
Json fallback_of(const package::ManifestSetting& setting) {
  return setting.secret ? Json() : Json::parse(setting.default_json);
}

Result<Response> read_settings(const MailDesk& desk, const Request&) {
  Json data = Json::array();
  for (const auto& setting : desk.manifest.settings) {
    const std::string value = desk.settings.value(desk.manifest.id, setting);
    const Json fallback = fallback_of(setting);
    data.push_back({{"key", setting.key},
                    {"value", setting.secret  ? Json()
                              : value.empty() ? fallback
                                              : Json::parse(value)},
                    {"default", fallback},
                    {"secret", setting.secret},
                    {"set", !value.empty()}});
  }
  return Response::json(200, to_text({{"data", std::move(data)}}));
}

Result<Response> change_settings(const MailDesk& desk, const Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  TRY(desk.settings.change(desk.manifest, body, request.caller()));
  desk.mail.look_again();
  return read_settings(desk, request);
}

}  // namespace

MailSettings mail_settings(const package::Manifest& manifest, const modules::Settings& settings,
                           const std::string& public_url) {
  const auto value = [&](std::string_view key) -> Json {
    for (const auto& setting : manifest.settings) {
      if (setting.key != key) continue;
      const std::string set = settings.value(manifest.id, setting);
      return set.empty() ? fallback_of(setting) : Json::parse(set);
    }
    return nullptr;
  };
  const auto text = [&](std::string_view key) {
    const Json found = value(key);
    return found.is_string() ? found.get<std::string>() : std::string();
  };
  MailSettings out;
  out.server.host = text("host");
  if (const Json port = value("port"); port.is_number_integer()) out.server.port = port.get<std::int64_t>();
  const std::string security = text("security");
  using Security = SmtpServer::Security;
  out.server.security = security == "none"  ? Security::kNone
                        : security == "tls" ? Security::kTls
                                            : Security::kStartTls;
  out.server.user = text("user");
  out.server.password = text("password");
  out.server.ca_file = text("ca_file");
  out.from = text("from");
  out.from_name = text("from_name");
  out.base_url = text("base_url");
  if (out.base_url.empty()) out.base_url = public_url;
  while (out.base_url.ends_with('/')) out.base_url.pop_back();
  return out;
}

std::vector<http::Route> mail_routes(const MailDesk& desk) {
  using http::Method;
  std::vector<http::Route> out;
  const auto add = [&](Method method, const std::string& path,
                       Result<Response> (*handler)(const MailDesk&, const Request&)) {
    out.push_back({method,
                   "/api/v1/mail" + path,
                   http::Access::permit(std::string(kManage)),
                   http::Run::kPooled,
                   {},
                   [desk, handler](http::Exchange exchange) {
                     auto made = handler(desk, exchange.request());
                     if (made)
                       exchange.respond(std::move(*made));
                     else
                       exchange.fail(made.error());
                   }});
  };
  add(Method::kGet, "", list);
  add(Method::kPost, "/test", send_test);
  add(Method::kPost, "/{id}/retry", retry);
  add(Method::kGet, "/settings", read_settings);
  add(Method::kPatch, "/settings", change_settings);
  return out;
}

}  // namespace opsflux::mail
