#include "host/entities/custom_fields.hpp"

#include "host/base/text.hpp"
#include "host/entities/definition_parser.hpp"
#include "host/store/introspection.hpp"

namespace opsflux::entities {
namespace {

constexpr std::string_view kOwnSection = "custom";
// PostgreSQL keeps no longer values in an index: 2704 bytes, and a code point may take four.
constexpr std::size_t kMaxIndexedLength = 600;

bool before(const CustomField& a, const CustomField& b) {
  return std::tie(a.entity, a.position, a.id) < std::tie(b.entity, b.position, b.id);
}

// Where the form shows the field: in the section that was chosen, else in the last one of the custom fields.
Json& section_of(Json& sections, const std::string& wanted) {
  for (const std::string& id : {wanted, std::string(kOwnSection)})
    for (Json& section : sections)
      if (section.at("id") == id) return section;
  Json own = {{"id", kOwnSection}, {"fields", Json::array()}};
  const bool all_in_tabs = std::all_of(sections.begin(), sections.end(),
                                       [](const Json& section) { return section.contains("tab"); });
  if (all_in_tabs) own["tab"] = sections.back().at("tab");
  sections.push_back(std::move(own));
  return sections.back();
}

Json file_of(const Definition& definition) {
  Json out = *definition.document;
  for (const char* key : {"module", "name", "path"}) out.erase(key);
  return out;
}

void add_to_file(Json& file, const CustomField& custom) {
  file["fields"].push_back(custom.field);
  if (custom.search) file["search"].push_back(custom.name);
  const auto views = file.find("views");
  if (views != file.end() && views->contains("form"))
    section_of(views->at("form").at("sections"), custom.section)["fields"].push_back(custom.name);
}

// An error of the file at "/fields/17/max" is one at "x_size.max", where the seventeenth is a custom field.
Error in_words(Error error, std::size_t first, std::span<const CustomField* const> used) {
  for (Error& cause : error.causes) cause = in_words(std::move(cause), first, used);
  const auto hash = error.field.find("#/fields/");
  if (hash == std::string::npos) return error;
  const std::string pointer = error.field.substr(hash + 1);
  const auto parts = split(pointer, '/');
  const auto index = parse_int(parts[2]);
  if (!index || *index < static_cast<std::int64_t>(first)) return error;
  error.field = used[static_cast<std::size_t>(*index) - first]->name;
  if (parts.size() > 3) error.field += "." + std::string(parts[3]);
  // "entities/vehicle.json at /fields/17/max: …" is for who writes the file.
  if (const auto place = error.message.find(pointer + ": "); place != std::string::npos)
    error.message = error.message.substr(place + pointer.size() + 2);
  return error;
}

bool is_indexed(const Field& field) {
  if (!has_order(field.type) || field.type == FieldType::kLongText) return false;
  return storage_of(field.type) != Storage::kText || field.max_length <= kMaxIndexedLength;
}

// Made of the identifier: names of columns are too long to make unique names of.
std::string index_name(const CustomField& custom) {
  const std::string module = custom.entity.substr(0, custom.entity.find('.'));
  std::string tail = custom.id.size() > 12 ? custom.id.substr(custom.id.size() - 12) : custom.id;
  return module + "_x_" + tail;
}

Result<void> drop_index(store::Transaction& transaction, const CustomField& custom) {
  return transaction.script("DROP INDEX IF EXISTS " + index_name(custom) + ";");
}

Result<void> make_index(store::Transaction& transaction, const CustomField& custom, const Field& field) {
  if (field.unique)
    return transaction.script("CREATE UNIQUE INDEX " + index_name(custom) + " ON " + custom.table + " (" +
                              custom.name + ") WHERE deleted_at IS NULL;");
  if (!is_indexed(field)) return {};
  return transaction.script("CREATE INDEX " + index_name(custom) + " ON " + custom.table + " (" +
                            custom.name + ", id);");
}

// Whoever reads the table at length must not make everybody else wait behind the change.
Result<void> wait_briefly(store::Transaction& transaction) {
  if (transaction.dialect() == store::Dialect::kSqlite) return {};
  return transaction.query("SELECT set_config('lock_timeout', '3s', true)", {},
                           [](const store::Row&) { return false; });
}

Json json_of(const store::Row& row, int column) {
  auto parsed = parse_json(row.text(column));
  return parsed ? std::move(*parsed) : Json::object();
}

}  // namespace

CustomFields::CustomFields(std::vector<CustomField> fields) : fields_(std::move(fields)) {
  std::sort(fields_.begin(), fields_.end(), before);
}

Result<CustomFields> CustomFields::load(store::Session& session) {
  std::vector<CustomField> out;
  TRY(
      session.query("SELECT id, entity, table_name, name, field, texts, section, search, position, "
                    "created_at, created_by, removed_at FROM core_custom_field",
                    {}, [&](const store::Row& row) {
                      const auto text = [&](int column) {
                        return row.is_null(column) ? std::string() : row.string(column);
                      };
                      out.push_back({row.string(0),
                                     row.string(1),
                                     row.string(2),
                                     row.string(3),
                                     json_of(row, 4),
                                     json_of(row, 5),
                                     text(6),
                                     row.boolean(7),
                                     row.i64(8),
                                     row.string(9),
                                     text(10),
                                     text(11),
                                     {}});
                      return true;
                    }));
  return CustomFields(std::move(out));
}

const CustomField* CustomFields::find(std::string_view id) const {
  const auto it =
      std::find_if(fields_.begin(), fields_.end(), [&](const CustomField& field) { return field.id == id; });
  return it == fields_.end() ? nullptr : &*it;
}

std::span<const CustomField> CustomFields::of(std::string_view entity) const {
  const auto of_it = [&](const CustomField& field) { return field.entity == entity; };
  const auto first = std::find_if(fields_.begin(), fields_.end(), of_it);
  const auto last = std::find_if_not(first, fields_.end(), of_it);
  return {first, last};
}

Result<std::shared_ptr<const Definition>> CustomFields::extend(
    std::shared_ptr<const Definition> definition) const {
  std::vector<const CustomField*> used;
  for (const CustomField& custom : of(definition->name))
    if (custom.in_use()) used.push_back(&custom);
  if (used.empty()) return definition;
  Json file = file_of(*definition);
  for (const CustomField* custom : used) add_to_file(file, *custom);
  const std::size_t own = definition->fields.size();
  const std::string name = "entities/" + definition->entity + ".json";
  auto extended = DefinitionParser(definition->module, name, own).run(file);
  if (!extended) return fail(in_words(std::move(extended.error()), own, used));
  return extended;
}

CustomFields CustomFields::fitted(std::span<const std::shared_ptr<const Definition>> definitions) const {
  CustomFields out = *this;
  for (CustomField& custom : out.fields_) custom.problem.clear();
  for (const auto& definition : definitions) {
    if (out.extend(definition)) continue;
    // Which of them it is: each is tried with those before it that fit.
    CustomFields tried;
    for (CustomField& custom : out.fields_) {
      if (custom.entity != definition->name) continue;
      tried.fields_.push_back(custom);
      if (auto fits = tried.extend(definition); !fits)
        tried.fields_.back().problem = custom.problem = fits.error().message;
    }
  }
  return out;
}

Result<void> CustomFields::check_columns(store::Session& session, std::string_view prefix) const {
  const bool any = std::any_of(fields_.begin(), fields_.end(),
                               [&](const CustomField& custom) { return custom.table.starts_with(prefix); });
  if (!any) return {};
  TRY_ASSIGN(tables, store::tables(session, prefix));
  for (const CustomField& custom : fields_) {
    if (!custom.table.starts_with(prefix)) continue;
    const auto table = std::find_if(tables.begin(), tables.end(),
                                    [&](const auto& info) { return info.name == custom.table; });
    if (table != tables.end() && table->column(custom.name) != nullptr) continue;
    return fail(Error::conflict("custom_field.lost",
                                "The migrations drop the column " + custom.table + "." + custom.name +
                                    " of a field that an administrator added. They must leave it where it "
                                    "is, or the field is purged first.")
                    .with("table", custom.table)
                    .with("column", custom.name));
  }
  return {};
}

bool may_be_custom(FieldType type) {
  switch (type) {
    case FieldType::kParent:    // one tree an entity
    case FieldType::kSequence:  // records that are there would have no number
    case FieldType::kJson:      // has no editor
    case FieldType::kAny:
    case FieldType::kGroup:
      return false;
    default:
      return true;
  }
}

Result<void> store_custom_field(store::Transaction& transaction, const CustomField& custom) {
  TRY(transaction.execute("DELETE FROM core_custom_field WHERE id = $1", {std::string_view(custom.id)}));
  const std::string field = to_text(custom.field), texts = to_text(custom.texts);
  TRY(transaction.execute(
      "INSERT INTO core_custom_field (id, entity, table_name, name, field, texts, section, search, position, "
      "created_at, created_by, removed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {std::string_view(custom.id), std::string_view(custom.entity), std::string_view(custom.table),
       std::string_view(custom.name), std::string_view(field), std::string_view(texts),
       store::text_or_null(std::string_view(custom.section)), custom.search, custom.position,
       std::string_view(custom.created_at), store::text_or_null(std::string_view(custom.created_by)),
       store::text_or_null(std::string_view(custom.removed_at))}));
  return {};
}

Result<void> add_custom_field(store::Transaction& transaction, const CustomField& custom,
                              const Field& field) {
  TRY(wait_briefly(transaction));
  TRY(transaction.script("ALTER TABLE " + custom.table + " ADD COLUMN " + custom.name + " " +
                         column_type(field) + ";"));
  TRY(make_index(transaction, custom, field));
  return store_custom_field(transaction, custom);
}

Result<void> change_custom_field(store::Transaction& transaction, const CustomField& custom,
                                 const Field& before, const Field& field) {
  if (before.unique != field.unique || is_indexed(before) != is_indexed(field)) {
    TRY(wait_briefly(transaction));
    TRY(drop_index(transaction, custom));
    TRY(make_index(transaction, custom, field));
  }
  return store_custom_field(transaction, custom);
}

Result<void> purge_custom_field(store::Transaction& transaction, const CustomField& custom) {
  TRY(wait_briefly(transaction));
  TRY(drop_index(transaction, custom));
  TRY(transaction.script("ALTER TABLE " + custom.table + " DROP COLUMN " + custom.name + ";"));
  TRY(transaction.execute("DELETE FROM core_file WHERE entity = $1 AND field = $2",
                          {std::string_view(custom.entity), std::string_view(custom.name)}));
  TRY(transaction.execute("DELETE FROM core_custom_field WHERE id = $1", {std::string_view(custom.id)}));
  return {};
}

Result<void> forget_custom_fields(store::Transaction& transaction, std::string_view module) {
  const std::string pattern = std::string(module) + ".";
  TRY(transaction.execute("DELETE FROM core_custom_field WHERE substr(entity, 1, length($1)) = $1",
                          {std::string_view(pattern)}));
  return {};
}

Result<std::int64_t> count_custom_values(store::Session& session, const CustomField& custom,
                                         std::string_view value) {
  std::int64_t out = 0;
  const auto take = [&](const store::Row& row) { out = row.i64(0); };
  std::string sql = "SELECT count(*) FROM " + custom.table + " WHERE " + custom.name;
  if (value.empty()) {
    TRY(session.query_one(sql + " IS NOT NULL", {}, take));
  } else if (custom.field.at("type") == "enum") {
    TRY(session.query_one(sql + " = $1", {value}, take));
  } else {
    const std::string quoted = "\"" + std::string(value) + "\"";
    const bool lite = session.dialect() == store::Dialect::kSqlite;
    sql = "SELECT count(*) FROM " + custom.table + " WHERE " +
          (lite ? "instr(" + custom.name + ", $1) > 0" : "strpos(" + custom.name + "::text, $1) > 0");
    TRY(session.query_one(sql, {std::string_view(quoted)}, take));
  }
  return out;
}

}  // namespace opsflux::entities
