#include "host/services/audit/audit_query.hpp"

#include "host/base/ids.hpp"
#include "host/base/text.hpp"

namespace opsflux::audit_service {
namespace {

using expression::FieldInfo;
using expression::FieldList;
using expression::Type;

constexpr std::string_view kChanges = "CAST(a.changes AS text)", kResult = "COALESCE(a.result, 'done')";

FieldInfo text_field(std::string_view name, std::string_view sql, bool nullable = true) {
  FieldInfo field;
  field.name = name;
  field.sql = sql;
  field.nullable = nullable;
  return field;
}

FieldList audit_fields(const People& people) {
  FieldInfo at = text_field("at", "a.at", false);
  at.type = Type::kTimestamp;
  FieldInfo seq = text_field("seq", "a.seq");
  seq.type = Type::kInt;
  FieldInfo result = text_field("result", kResult, false);
  result.type = Type::kEnum;
  result.values = {"done", "refused"};
  return FieldList({text_field("id", "a.id", false), at, text_field("actor_id", "a.actor_id"),
                    text_field("actor", "COALESCE(u." + people.name + ", a.actor_name)"),
                    text_field("actor_name", "a.actor_name"), text_field("via", "a.via"),
                    text_field("address", "a.address"), text_field("session_id", "a.session_id"),
                    text_field("user_agent", "a.user_agent"), text_field("action", "a.action", false),
                    text_field("entity", "a.entity", false), text_field("record_id", "a.record_id"),
                    text_field("changes", kChanges), result, text_field("reason", "a.reason"), seq});
}

std::string escape_like(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

Error bad_cursor() {
  return Error::invalid("entity.bad_cursor", "The cursor is not one that this list gave.").at("cursor");
}

}  // namespace

Error bad_parameter(std::string_view name, std::string_view value, std::string_view expected) {
  return Error::malformed("entity.bad_parameter",
                          "The parameter " + std::string(name) + " must be " + std::string(expected) + ".")
      .at(name)
      .with("name", name)
      .with("value", value)
      .with("expected", expected);
}

Error unknown_parameter(std::string_view name, std::string_view known) {
  return Error::malformed("entity.unknown_parameter", "There is no parameter \"" + std::string(name) +
                                                          "\"; there are " + std::string(known) + ".")
      .at(name)
      .with("name", name);
}

Result<AuditQuery> audit_query(const http::Request& request) {
  AuditQuery query;
  for (const auto& [name, value] : request.query_all()) {
    if (name == "filter") {
      query.filter = value;
    } else if (name == "q") {
      query.q = value;
    } else if (name == "cursor") {
      query.cursor = value;
    } else if (name == "count") {
      if (value != "true" && value != "false") return fail(bad_parameter(name, value, "true or false"));
      query.count = value == "true";
    } else if (name == "page_size") {
      const auto size = parse_int(value);
      if (!size || *size < 1 || *size > kMaxPageSize)
        return fail(bad_parameter(name, value, "a whole number from 1 to " + std::to_string(kMaxPageSize)));
      query.page_size = *size;
    } else {
      return fail(unknown_parameter(name, "filter, q, page_size, cursor and count"));
    }
  }
  return query;
}

Result<AuditConditions> AuditConditions::compile(const AuditQuery& query, const People& people,
                                                 store::Dialect dialect, const Clock& clock) {
  AuditConditions out;
  out.from = " FROM core_audit a LEFT JOIN " + people.table + " u ON u.id = a.actor_id";
  out.where = " WHERE a.id IS NOT NULL";
  if (!query.filter.empty()) {
    TRY_ASSIGN(fragment, expression::compile_filter(query.filter, audit_fields(people), dialect, 1,
                                                    expression::Context::at(clock.now())));
    out.add(fragment.sql);
    out.owned_ = std::move(fragment.params);
  }
  if (utf8_length(query.q) > 200)
    return fail(Error::invalid("entity.query_too_long", "\"q\" has at most 200 characters.").at("q"));
  out.add_words(query.q);
  return out;
}

std::string AuditConditions::parameter(expression::SqlValue value) {
  owned_.push_back(std::move(value));
  return "$" + std::to_string(owned_.size());
}

void AuditConditions::add_words(std::string_view q) {
  for (const std::string_view word : split(q, ' ')) {
    if (trim(word).empty()) continue;
    const std::string place = parameter("%" + escape_like(trim(word)) + "%");
    std::string any;
    for (const std::string_view column :
         {kChanges, std::string_view("a.actor_name"), std::string_view("u.name"),
          std::string_view("a.address"), std::string_view("a.action"), std::string_view("a.entity"),
          std::string_view("a.record_id"), std::string_view("a.reason")})
      any += (any.empty() ? "" : " OR ") +
             ("lower(" + std::string(column) + ") LIKE lower(" + place + ") ESCAPE '\\'");
    add("(" + any + ")");
  }
}

// Rows that come later are newer, and so never behind a cursor.
Result<void> AuditConditions::start_after(std::string_view cursor) {
  if (cursor.empty()) return {};
  const auto text = from_base64url(cursor);
  const auto parts = text ? split(*text, '|') : std::vector<std::string_view>();
  if (parts.size() != 2 || !parse_utc(parts[0]) || !is_uuid(parts[1])) return fail(bad_cursor());
  const std::string at = parameter(std::string(parts[0])), id = parameter(std::string(parts[1]));
  add("(a.at, a.id) < (" + at + ", " + id + ")");
  return {};
}

std::vector<store::Value> AuditConditions::params() const {
  std::vector<store::Value> out;
  for (const auto& value : owned_)
    std::visit(
        [&out](const auto& held) {
          if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>)
            out.emplace_back(std::string_view(held));
          else
            out.emplace_back(held);
        },
        value);
  return out;
}

std::string audit_select(const People& people) {
  return "SELECT a.id, a.at, a.actor_id, a.actor_name, u." + people.name +
         ", a.via, a.address, a.session_id, a.user_agent, a.action, a.entity, a.record_id, " +
         std::string(kChanges) + ", " + std::string(kResult) + ", a.reason, a.seq, a.hash";
}

std::string cursor_after(std::string_view at, std::string_view id) {
  return to_base64url(std::string(at) + "|" + std::string(id));
}

}  // namespace opsflux::audit_service
