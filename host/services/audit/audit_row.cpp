#include "host/services/audit/audit_row.hpp"

#include "host/tabular/csv_cell.hpp"

namespace opsflux::audit_service {
namespace {

// The places of audit_select().
enum Column : int {
  kId,
  kAt,
  kActorId,
  kActorName,
  kPerson,
  kVia,
  kAddress,
  kSession,
  kAgent,
  kAction,
  kEntity,
  kRecord,
  kChanges,
  kResult,
  kReason,
  kSeq,
  kHash
};

struct Named {
  std::string_view name;
  int column;
};
constexpr Named kTexts[] = {{"via", kVia},          {"address", kAddress}, {"session_id", kSession},
                            {"user_agent", kAgent}, {"action", kAction},   {"entity", kEntity},
                            {"record_id", kRecord}};
constexpr Named kCells[] = {{"seq", kSeq},
                            {"at", kAt},
                            {"actor_id", kActorId},
                            {"actor", kPerson},
                            {"actor_then", kActorName},
                            {"via", kVia},
                            {"address", kAddress},
                            {"session_id", kSession},
                            {"user_agent", kAgent},
                            {"action", kAction},
                            {"entity", kEntity},
                            {"record_id", kRecord},
                            {"result", kResult},
                            {"reason", kReason},
                            {"changes", kChanges},
                            {"id", kId},
                            {"hash", kHash}};

void text_or_null(JsonWriter& json, const store::Row& row, int column) {
  if (row.is_null(column))
    json.null();
  else
    json.string(row.text(column));
}

}  // namespace

void write_members(JsonWriter& json, const store::Row& row) {
  json.key("id").string(row.text(kId)).key("at").string(row.text(kAt));
  json.key("actor").begin_object().key("id");
  text_or_null(json, row, kActorId);
  json.key("name");
  text_or_null(json, row, row.is_null(kPerson) ? kActorName : kPerson);
  json.end_object();
  for (const Named& text : kTexts) {
    json.key(text.name);
    text_or_null(json, row, text.column);
  }
  json.key("changes").raw(row.is_null(kChanges) ? "[]" : row.text(kChanges));
  json.key("result").string(row.text(kResult)).key("reason");
  text_or_null(json, row, kReason);
  json.key("seq");
  if (row.is_null(kSeq))
    json.null();
  else
    json.number(row.i64(kSeq));
  json.key("hash");
  text_or_null(json, row, kHash);
}

std::string csv_header(char separator) {
  std::string out = "\xEF\xBB\xBF";  // so that Excel reads UTF-8
  for (const Named& cell : kCells) {
    if (&cell != kCells) out += separator;
    out += cell.name;
  }
  return out + "\r\n";
}

void append_csv(std::string& out, const store::Row& row, char separator) {
  for (const Named& cell : kCells) {
    if (&cell != kCells) out += separator;
    // Whom nobody knows is called as he was then.
    const int column = cell.column == kPerson && row.is_null(kPerson) ? kActorName : cell.column;
    tabular::append_csv_cell(out, row.is_null(column) ? std::string_view() : row.text(column), separator,
                             column != kSeq);
  }
  out += "\r\n";
}

}  // namespace opsflux::audit_service
