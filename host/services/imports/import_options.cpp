#include "host/services/imports/import_options.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"

namespace opsflux::imports {
namespace {

constexpr std::size_t kShownRows = 10;
constexpr int kLookedAt = 1000;

// The place of a text among those that are possible.
Result<std::size_t> one_of(const Json& body, const char* key, std::initializer_list<std::string_view> words) {
  const Json given = body.is_object() ? body.value(key, Json()) : Json();
  if (given.is_null()) return std::size_t{0};
  const auto it =
      given.is_string() ? std::find(words.begin(), words.end(), given.get<std::string>()) : words.end();
  if (it != words.end()) return static_cast<std::size_t>(it - words.begin());
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  return fail(bad_option(key, all));
}

std::string label_key(const entities::Definition& definition) {
  return definition.module + ".entity." + definition.entity + ".";
}

}  // namespace

Result<const entities::EntityEntry*> entity_to_import(const modules::Registry& registry, const Caller& caller,
                                                      std::string_view name) {
  const entities::EntityEntry* entity = registry.catalog().find(name);
  if (entity == nullptr || !registry.catalog().permissions.allows(caller, entity->permission[0]))
    return fail(Error::not_found("entity.no_entity", "There is no entity " + std::string(name) + ".")
                    .at("entity")
                    .with("entity", name));
  TRY(registry.catalog().permissions.require(caller, entity->permission[1]));
  return entity;
}

Error bad_option(std::string_view name, std::string_view expected) {
  return Error::invalid("import.bad_options", "The value of \"" + std::string(name) +
                                                  "\" does not fit: " + std::string(expected) + ".")
      .at(name)
      .with("name", name)
      .with("expected", expected);
}

Result<tabular::ReadOptions> read_options(const Json& body, std::string_view file_name) {
  tabular::ReadOptions out;
  out.file_name = file_name;
  out.pad_short_rows = true;
  out.sheet = get_string_or(body, "sheet", "");
  TRY_ASSIGN(separator, one_of(body, "separator", {"", ",", ";", "\t", "|"}));
  out.separator = std::string_view("\0,;\t|", 5)[separator];
  TRY_ASSIGN(encoding, one_of(body, "encoding", {"", "UTF-8", "UTF-16LE", "UTF-16BE", "Windows-1252"}));
  if (encoding > 0) out.encoding = static_cast<tabular::Encoding>(encoding - 1);
  return out;
}

Result<Options> parse_options(const Json& body, const entities::EntityEntry& entity, const Caller& caller,
                              const std::vector<std::string>& headers) {
  Options out;
  // What the caller may not see is no field.
  const auto find = [&](const std::string& name) {
    const auto index = entity.definition->find(name);
    return index && entity.fields_for(caller).hidden[*index] ? std::nullopt : index;
  };
  if (!body.is_object()) return fail(bad_option("mapping", "an object"));
  for (const auto& [name, value] : body.items())
    if (name != "mapping" && name != "key" && name != "mode" && name != "decimal" && name != "dates" &&
        name != "separator" && name != "encoding" && name != "sheet")
      return fail(bad_option(name, "mapping, key, mode, decimal, dates, separator, encoding, sheet"));
  const Json mapping = body.value("mapping", Json::object()), key = body.value("key", Json::array());
  if (!mapping.is_object()) return fail(bad_option("mapping", "a field for each header"));
  for (const auto& [header, field] : mapping.items()) {
    if (std::find(headers.begin(), headers.end(), header) == headers.end())
      return fail(bad_option("mapping", join(headers, ", ")));
    if (!field.is_string() && !field.is_null()) return fail(bad_option("mapping", "a field for each header"));
  }
  for (const std::string& header : headers) {
    const std::string name = get_string_or(mapping, header, "");
    const auto index = find(name);
    if (!name.empty() && !index)
      return fail(Error::invalid("import.no_field", "There is no field " + name + ".")
                      .at("mapping")
                      .with("name", name));
    out.plan.fields.push_back(index);
  }
  if (!key.is_array()) return fail(bad_option("key", "a list of fields"));
  for (const Json& name : key) {
    const auto index = name.is_string() ? find(name.get<std::string>()) : std::nullopt;
    if (!index) return fail(bad_option("key", "a list of fields"));
    out.plan.key.push_back(*index);
  }
  TRY_ASSIGN(mode, one_of(body, "mode", {"all", "skip"}));
  out.all = mode == 0;
  TRY_ASSIGN(decimal, one_of(body, "decimal", {"point", "comma"}));
  out.plan.decimal = static_cast<tabular::DecimalMark>(decimal);
  TRY_ASSIGN(dates, one_of(body, "dates", {"ymd", "dmy", "mdy"}));
  out.plan.dates = static_cast<tabular::DateOrder>(dates);
  return out;
}

Json problem_json(const Error& error, const std::string& sentence) {
  return {{"code", error.code}, {"field", error.field}, {"message", sentence}};
}

Error interrupted() {
  return Error::unavailable("import.interrupted", "The server stopped during the import.");
}

std::vector<std::string> labels_of(const i18n::Catalog& texts, const entities::Definition& definition,
                                   const entities::Field& field) {
  std::vector<std::string> out;
  for (const i18n::Language language : i18n::kLanguages)
    if (const std::string* label =
            texts.find(language, label_key(definition) + "field." + field.name + ".label"))
      out.push_back(*label);
  return out;
}

std::string value_of_label(const i18n::Catalog& texts, const entities::Definition& definition,
                           const entities::Field& field, std::string_view text) {
  if (std::find(field.values.begin(), field.values.end(), text) != field.values.end())
    return std::string(text);
  for (const std::string& value : field.values)
    for (const i18n::Language language : i18n::kLanguages)
      if (const std::string* label =
              texts.find(language, label_key(definition) + "enum." + field.name + "." + value);
          label != nullptr && to_lower_ascii(*label) == to_lower_ascii(text))
        return value;
  return {};
}

Result<Json> look_at(tabular::TableReader& reader, const entities::EntityEntry& entity, const Caller& caller,
                     const i18n::Catalog& texts) {
  const std::vector<std::string>& headers = reader.headers();
  const entities::Definition& definition = *entity.definition;
  std::vector<std::optional<std::size_t>> fields;
  Json mapping = Json::object();
  for (const std::string& header : headers) {
    auto field = guess_field(entity, caller, header,
                             [&](const entities::Field& f) { return labels_of(texts, definition, f); });
    if (field && std::find(fields.begin(), fields.end(), field) != fields.end()) field.reset();
    mapping[header] = field ? Json(definition.fields[*field].name) : Json();
    fields.push_back(field);
  }
  std::vector<tabular::NumberColumn> numbers(headers.size());
  std::vector<tabular::DateColumn> dates(headers.size());
  Json rows = Json::array();
  for (int n = 0; n < kLookedAt; ++n) {
    auto row = reader.next();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    Json cells = Json::array();
    for (std::size_t i = 0; i < (*row)->cells.size(); ++i) {
      const tabular::Cell& cell = (*row)->cells[i];
      cells.push_back(entities::cell_text(cell).substr(0, 200));
      const auto* text = std::get_if<std::string>(&cell);
      if (text == nullptr || i >= fields.size() || !fields[i]) continue;
      const entities::FieldType type = definition.fields[*fields[i]].type;
      if (entities::is_number(type)) numbers[i].add(*text);
      if (type == entities::FieldType::kDate || type == entities::FieldType::kDatetime) dates[i].add(*text);
    }
    if (rows.size() < kShownRows) rows.push_back({{"row", (*row)->number}, {"cells", std::move(cells)}});
  }
  if (rows.empty()) return fail(Error::invalid("import.empty", "The file has no rows."));
  std::string decimal = "point", order = "ymd";
  Json ambiguous = Json::array();
  for (std::size_t i = 0; i < headers.size(); ++i) {
    using tabular::Reading;
    if (numbers[i].reading() == Reading::kCertain)
      decimal = numbers[i].mark() == tabular::DecimalMark::kComma ? "comma" : decimal;
    if (dates[i].reading() == Reading::kCertain && dates[i].order() != tabular::DateOrder::kYmd)
      order = dates[i].order() == tabular::DateOrder::kDmy ? "dmy" : "mdy";
    if (numbers[i].reading() == Reading::kAmbiguous || dates[i].reading() == Reading::kAmbiguous)
      ambiguous.push_back(headers[i]);
  }
  return Json{{"headers", headers}, {"rows", rows},   {"mapping", mapping},
              {"decimal", decimal}, {"dates", order}, {"ambiguous", ambiguous}};
}

}  // namespace opsflux::imports
