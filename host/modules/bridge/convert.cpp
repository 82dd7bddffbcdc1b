#include "host/modules/bridge/convert.hpp"

#include <nlohmann/json.hpp>

#include "host/base/clock.hpp"
#include "host/base/text.hpp"
#include "host/entities/expression/types.hpp"

namespace opsflux::modules {
namespace {

std::string clean(opf_str text, std::size_t limit = 4096) {
  const std::string_view bytes = view(text).substr(0, limit);
  return is_utf8(bytes) ? std::string(bytes) : std::string("(text that is not UTF-8)");
}

Error bad_value(const std::string& message) { return Error::invalid("module.bad_value", message); }

opf_value of_text(Arena& arena, std::uint32_t type, std::string_view text) {
  const opf_str copy = arena.text(text);
  opf_value out{type, 0, {}, copy.len};
  out.u.text = copy.ptr;
  return out;
}

opf_value of_number(std::uint32_t type, std::int64_t number) {
  opf_value out{type, 0, {}, 0};
  out.u.i64 = number;
  return out;
}

}  // namespace

ErrorKind kind_of(opf_status status) {
  if (status == OPF_E_STALE || status == OPF_E_STATE || status < OPF_E_INVALID || status > OPF_E_INTERNAL)
    return ErrorKind::kInternal;
  return static_cast<ErrorKind>(status - 1);
}

opf_status status_of(ErrorKind kind) { return static_cast<opf_status>(kind) + 1; }

Error error_from(std::string_view module, const opf_error& error) {
  std::string reason = clean(error.reason, 64);
  if (!is_identifier(reason)) reason = "error";
  Error out = Error::make(kind_of(error.status), std::string(module) + "." + reason, clean(error.message));
  out.field = clean(error.field, 200);
  out.detail = clean(error.detail);
  out.retry_after_ms = std::max<std::int64_t>(0, error.retry_after_ms);
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(error.param_count, 32); ++i)
    out.params.emplace_back(clean(error.params[i].name, 64), text_from(error.params[i].value));
  return out;
}

opf_error error_to(Arena& arena, const Error& error) {
  opf_error out{};
  out.struct_size = sizeof out;
  out.status = status_of(error.kind);
  out.reason = arena.text(error.code);
  out.message = arena.text(error.message);
  out.field = arena.text(error.field);
  out.detail = arena.text(error.detail);
  out.retry_after_ms = error.retry_after_ms;
  auto* params = static_cast<opf_field*>(arena.allocate(error.params.size() * sizeof(opf_field)));
  if (params == nullptr) return out;
  for (std::size_t i = 0; i < error.params.size(); ++i)
    params[i] = {arena.text(error.params[i].first), of_text(arena, OPF_TEXT, error.params[i].second)};
  out.params = params;
  out.param_count = error.params.size();
  return out;
}

Result<Json> json_from(const opf_value& value) {
  switch (value.type) {
    case OPF_NULL:
      return Json(nullptr);
    case OPF_BOOL:
      return Json(value.u.i64 != 0);
    case OPF_I64:
      return Json(value.u.i64);
    case OPF_F64:
      return Json(value.u.f64);
    case OPF_TIMESTAMP:
      return Json(format_utc(value.u.i64));
    case OPF_DATE: {
      const auto text = expression::days_text(value.u.i64);
      if (!text) return fail(bad_value("The day is outside the years 1 to 9999."));
      return Json(*text);
    }
    case OPF_DECIMAL:
    case OPF_UUID:
    case OPF_TEXT:
    case OPF_JSON: {
      const std::string_view text =
          value.u.text == nullptr ? std::string_view() : std::string_view(value.u.text, value.len);
      if (!is_utf8(text)) return fail(bad_value("The text is not valid UTF-8."));
      if (value.type == OPF_JSON) return parse_json(text);
      return Json(text);
    }
    default:
      return fail(bad_value("The value has the type " + std::to_string(value.type) +
                            ", which is not one of this service."));
  }
}

opf_value value_to(Arena& arena, const entities::Field& field, const entities::FieldValue& value) {
  using entities::Storage;
  if (const auto* flag = std::get_if<bool>(&value)) return of_number(OPF_BOOL, *flag ? 1 : 0);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return of_number(OPF_I64, *number);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return of_number(OPF_NULL, 0);
  switch (entities::storage_of(field.type)) {
    case Storage::kDecimal:
      return of_text(arena, OPF_DECIMAL, *text);
    case Storage::kDate:
      return of_number(OPF_DATE, expression::parse_days(*text).value_or(0));
    case Storage::kTimestamp:
      return of_number(OPF_TIMESTAMP, parse_utc(*text).value_or(0));
    case Storage::kJson:
      return of_text(arena, OPF_JSON, *text);
    case Storage::kText:
      return of_text(arena, entities::is_reference(field.type) ? OPF_UUID : OPF_TEXT, *text);
    default:
      return of_text(arena, OPF_TEXT, *text);
  }
}

opf_value value_to(Arena& arena, const Json& value) {
  if (value.is_boolean()) return of_number(OPF_BOOL, value.get<bool>() ? 1 : 0);
  if (value.is_number_integer()) return of_number(OPF_I64, value.get<std::int64_t>());
  if (value.is_number_float()) {
    opf_value out{OPF_F64, 0, {}, 0};
    out.u.f64 = value.get<double>();
    return out;
  }
  if (value.is_string()) return of_text(arena, OPF_TEXT, value.get_ref<const std::string&>());
  if (value.is_null()) return of_number(OPF_NULL, 0);
  return of_text(arena, OPF_JSON, to_text(value));
}

std::string text_from(const opf_value& value) {
  const auto json = json_from(value);
  if (!json || json->is_null()) return {};
  return json->is_string() ? json->get<std::string>() : to_text(*json);
}

}  // namespace opsflux::modules
