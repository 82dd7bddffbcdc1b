#include "host/services/audit/audit_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/http/exchange.hpp"

namespace opsflux::audit_service {
namespace {

using http::Exchange;

struct ExportQuery {
  AuditQuery rows;
  TrailExport options;
  std::string ending = "csv", content_type = "text/csv; charset=utf-8";
};

Result<void> read_format(ExportQuery& out, const std::string& value) {
  out.ending = value;
  if (value == "csv") return {};
  if (value == "json") {
    out.options.format = entities::ExportFormat::kJson;
    out.content_type = "application/json";
  } else if (value == "ndjson") {
    out.options.format = entities::ExportFormat::kNdjson;
    out.content_type = "application/x-ndjson";
  } else {
    return fail(bad_parameter("format", value, "csv, json or ndjson"));
  }
  return {};
}

Result<ExportQuery> export_query(const http::Request& request) {
  ExportQuery out;
  for (const auto& [name, value] : request.query_all()) {
    if (name == "format") {
      TRY(read_format(out, value));
    } else if (name == "separator") {
      if (value != "comma" && value != "semicolon" && value != "tab")
        return fail(bad_parameter(name, value, "comma, semicolon or tab"));
      out.options.separator = value == "comma" ? ',' : value == "semicolon" ? ';' : '\t';
    } else if (name == "filter") {
      out.rows.filter = value;
    } else if (name == "q") {
      out.rows.q = value;
    } else {
      return fail(unknown_parameter(name, "format, separator, filter and q"));
    }
  }
  return out;
}

void answer(Exchange& exchange, Result<std::string> made) {
  if (made)
    exchange.respond(http::Response::json(200, std::move(*made)));
  else
    exchange.fail(made.error());
}

void list(const AuditParts& parts, Exchange& exchange) {
  auto query = audit_query(exchange.request());
  answer(exchange, query ? parts.trail.list(*query) : Result<std::string>(fail(query.error())));
}

void summary(const AuditParts& parts, Exchange& exchange) {
  auto query = summary_query(exchange.request());
  answer(exchange, query ? parts.trail.summary(*query) : Result<std::string>(fail(query.error())));
}

void export_rows(const AuditParts& parts, Exchange& exchange) {
  auto query = export_query(exchange.request());
  if (!query) return void(exchange.fail(query.error()));
  query->options.cancelled = [&exchange] { return exchange.cancelled(); };
  auto made = parts.trail.export_rows(exchange.request().caller(), query->rows, query->options);
  if (!made) return void(exchange.fail(made.error()));
  http::Response response(200);
  response.body =
      http::FileBody{std::make_shared<const FileDescriptor>(std::move(made->file)), 0, made->size};
  response.header("Content-Type", query->content_type);
  response.header("Content-Disposition", "attachment; filename=\"audit." + query->ending + "\"");
  exchange.respond(std::move(response));
}

void verify(const AuditParts& parts, Exchange& exchange) {
  auto verdict = parts.audit.verify(parts.database);
  if (!verdict) return void(exchange.fail(verdict.error()));
  exchange.respond(http::Response::json(
      200, to_text({{"intact", verdict->intact},
                    {"sealed", verdict->sealed},
                    {"unsealed", verdict->unsealed},
                    {"removed", verdict->removed},
                    {"broken_at", verdict->intact ? Json() : Json(verdict->broken_seq)},
                    {"broken_id", verdict->broken_id.empty() ? Json() : Json(verdict->broken_id)},
                    {"reason", verdict->intact ? Json() : Json(verdict->reason)}})));
}

Json shown_settings(const AuditParts& parts) {
  Json data = Json::array();
  for (const auto& setting : parts.manifest.settings) {
    const std::string value = parts.settings.value(parts.manifest.id, setting);
    data.push_back({{"key", setting.key},
                    {"value", Json::parse(value)},
                    {"default", Json::parse(setting.default_json)},
                    {"min", *setting.min},
                    {"max", *setting.max}});
  }
  return {{"data", std::move(data)}};
}

void read_settings(const AuditParts& parts, Exchange& exchange) {
  exchange.respond(http::Response::json(200, to_text(shown_settings(parts))));
}

void change_settings(const AuditParts& parts, Exchange& exchange) {
  auto body = http::json_body(exchange.request());
  if (!body) return void(exchange.fail(body.error()));
  if (auto changed = parts.settings.change(parts.manifest, *body, exchange.request().caller()); !changed)
    return void(exchange.fail(changed.error()));
  read_settings(parts, exchange);
}

}  // namespace

AlertLimits alert_limits(const package::Manifest& manifest, const modules::Settings& settings) {
  AlertLimits out;
  const auto read = [&](const package::ManifestSetting& setting, std::int64_t& into) {
    into = parse_int(settings.value(manifest.id, setting)).value_or(into);
  };
  for (const auto& setting : manifest.settings) {
    if (setting.key == "window_minutes") read(setting, out.window_minutes);
    if (setting.key == "failed_log_ins") read(setting, out.failed_log_ins);
    if (setting.key == "deletions") read(setting, out.deletions);
    if (setting.key == "exported_records") read(setting, out.exported_records);
  }
  return out;
}

std::vector<http::Route> audit_routes(const AuditParts& parts) {
  std::vector<http::Route> out;
  const auto add = [&](http::Method method, std::string pattern, std::string_view permission,
                       void (*handler)(const AuditParts&, Exchange&)) -> http::Route& {
    out.push_back({method,
                   std::move(pattern),
                   http::Access::permit(std::string(permission)),
                   http::Run::kPooled,
                   {},
                   [parts, handler](Exchange exchange) { handler(parts, exchange); }});
    return out.back();
  };
  using http::Method;
  add(Method::kGet, "/api/v1/audit", kView, list);
  add(Method::kGet, "/api/v1/audit/{id}", kView, [](const AuditParts& p, Exchange& exchange) {
    answer(exchange, p.trail.read(exchange.request().param("id")));
  });
  add(Method::kGet, "/api/v1/audit/summary", kView, summary);
  http::Route& whole = add(Method::kGet, "/api/v1/audit/export", kView, export_rows);
  whole.limits.deadline = std::chrono::minutes(10);
  whole.access.confirmed = true;
  add(Method::kGet, "/api/v1/audit/verify", kView, verify).limits.deadline = std::chrono::minutes(10);
  add(Method::kGet, "/api/v1/audit/settings", kView, read_settings);
  add(Method::kPatch, "/api/v1/audit/settings", kConfigure, change_settings).access.confirmed = true;
  return out;
}

}  // namespace opsflux::audit_service
