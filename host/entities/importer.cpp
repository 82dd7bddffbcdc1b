#include "host/entities/importer.hpp"

#include <nlohmann/json.hpp>

#include "host/base/ids.hpp"
#include "host/base/text.hpp"
#include "host/entities/record_checks.hpp"
#include "host/entities/record_io.hpp"
#include "host/entities/record_key.hpp"

namespace opsflux::entities {
namespace {

using tabular::Cell;

// Letters and digits only, small, without the accents of the languages we speak.
std::string folded(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kAccents[] = {
      {"\xC3\xA0", 'a'}, {"\xC3\xA1", 'a'}, {"\xC3\xA2", 'a'}, {"\xC3\xA3", 'a'}, {"\xC3\xA4", 'a'},
      {"\xC3\xA7", 'c'}, {"\xC3\xA8", 'e'}, {"\xC3\xA9", 'e'}, {"\xC3\xAA", 'e'}, {"\xC3\xAB", 'e'},
      {"\xC3\xAC", 'i'}, {"\xC3\xAD", 'i'}, {"\xC3\xAE", 'i'}, {"\xC3\xAF", 'i'}, {"\xC3\xB1", 'n'},
      {"\xC3\xB2", 'o'}, {"\xC3\xB3", 'o'}, {"\xC3\xB4", 'o'}, {"\xC3\xB5", 'o'}, {"\xC3\xB6", 'o'},
      {"\xC3\xB9", 'u'}, {"\xC3\xBA", 'u'}, {"\xC3\xBB", 'u'}, {"\xC3\xBC", 'u'}};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0xC3 && i + 1 < text.size()) {
      // The capital letters stand 0x20 before the small ones.
      std::string pair = {text[i], static_cast<char>(static_cast<unsigned char>(text[i + 1]) | 0x20)};
      for (const auto& [accent, letter] : kAccents)
        if (accent == pair) out += letter;
      ++i;
    } else if (std::isalnum(c) != 0) {
      out += static_cast<char>(std::tolower(c));
    } else if (c >= 0x80) {
      out += text[i];
    }
  }
  return out;
}

std::optional<bool> truth(std::string_view text) {
  const std::string word = folded(text);
  for (const char* yes :
       {"true", "yes", "oui", "si", "sim", "y", "o", "s", "x", "1", "vrai", "verdadero", "verdadeiro"})
    if (word == yes) return true;
  for (const char* no : {"false", "no", "non", "nao", "n", "0", "faux", "falso"})
    if (word == no) return false;
  return std::nullopt;
}

bool is_of_row(const Error& error) {
  return error.kind != ErrorKind::kUnavailable && error.kind != ErrorKind::kInternal;
}

Error at_field(Error error, const Field& field) {
  error.field = field.name;
  return error;
}

}  // namespace

std::string cell_text(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<tabular::Number>(&cell)) return number->digits;
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "true" : "false";
  if (const auto* date = std::get_if<tabular::Date>(&cell)) return tabular::to_iso(*date);
  if (const auto* time = std::get_if<tabular::DateTime>(&cell)) return tabular::to_iso(*time);
  if (const auto* error = std::get_if<tabular::CellError>(&cell)) return error->text;
  return {};
}

std::optional<std::size_t> guess_field(const EntityEntry& entity, const Caller& caller,
                                       std::string_view header,
                                       const std::function<std::vector<std::string>(const Field&)>& labels) {
  const std::string wanted = folded(header);
  const FieldAccess& access = entity.fields_for(caller);
  if (wanted.empty()) return std::nullopt;
  for (const std::size_t index : access.visible) {
    const Field& field = entity.definition->fields[index];
    if (access.locked[index] || field.computed || field.read_only || is_file(field.type)) continue;
    if (folded(field.name) == wanted) return index;
    for (const std::string& label : labels(field))
      if (folded(label) == wanted) return index;
  }
  return std::nullopt;
}

Importer::Importer(Engine& engine, const Catalog& catalog, const EntityEntry& entity, Caller caller,
                   ImportPlan plan, std::vector<std::string> headers)
    : engine_(engine),
      catalog_(catalog),
      entity_(entity),
      caller_(std::move(caller)),
      plan_(std::move(plan)),
      headers_(std::move(headers)) {}

Result<void> Importer::check_plan() const {
  const Definition& definition = *entity_.definition;
  const FieldAccess& access = entity_.fields_for(caller_);
  const auto refuse = [&](std::string_view code, const std::string& message, std::string_view what) {
    return fail(Error::invalid(code, message).at("mapping").with("name", what));
  };
  std::set<std::size_t> used;
  for (const auto& field : plan_.fields) {
    if (!field) continue;
    const std::string& name = definition.fields[*field].name;
    if (access.hidden[*field]) return refuse("import.no_field", "There is no field " + name + ".", name);
    if (is_file(definition.fields[*field].type))
      return refuse("import.files", "The field " + name + " names files, which a table cannot bring.", name);
    if (definition.fields[*field].computed || access.locked[*field])
      return refuse("import.not_importable", "The field " + name + " cannot be set.", name);
    if (!used.insert(*field).second)
      return refuse("import.field_twice", "Two columns go to the field " + name + ".", name);
  }
  if (used.empty()) return refuse("import.no_columns", "No column goes to a field.", "");
  std::vector<std::string> names;
  for (const std::size_t index : plan_.key) {
    names.push_back(definition.fields[index].name);
    if (!used.contains(index))
      return refuse("import.key_without_column", "No column goes to the key field " + names.back() + ".",
                    names.back());
  }
  if (names.empty()) return {};
  const bool single = names.size() == 1 && definition.fields[plan_.key.front()].unique;
  const bool together = std::any_of(
      definition.unique_together.begin(), definition.unique_together.end(), [&](const auto& group) {
        return std::is_permutation(group.begin(), group.end(), names.begin(), names.end());
      });
  if (single || together) return {};
  return refuse("import.key_not_unique", "The fields " + join(names, ", ") + " are not unique.",
                join(names, ", "));
}

Result<Json> Importer::number_of(const Field& field, const Cell& cell) const {
  std::string digits;
  if (const auto* number = std::get_if<tabular::Number>(&cell)) {
    digits = number->digits;
  } else {
    auto read = tabular::interpret_number(cell_text(cell), plan_.decimal);
    if (!read) return fail(at_field(std::move(read.error()), field));
    digits = read->digits;
  }
  if (field.type != FieldType::kInteger) return Json(digits);
  // A spreadsheet writes whole numbers with a fraction of zeros at times.
  if (const auto point = digits.find('.');
      point != std::string::npos && digits.find_first_not_of('0', point + 1) == std::string::npos)
    digits.resize(point);
  const auto whole = parse_int(digits);
  return whole ? Json(*whole) : Json(digits);
}

Result<Json> Importer::moment_of(const Field& field, const Cell& cell) const {
  if (field.type == FieldType::kDate) {
    if (const auto* date = std::get_if<tabular::Date>(&cell)) return Json(tabular::to_iso(*date));
    if (const auto* time = std::get_if<tabular::DateTime>(&cell)) return Json(tabular::to_iso(time->date));
    auto read = tabular::interpret_date(cell_text(cell), plan_.dates);
    if (!read) return fail(at_field(std::move(read.error()), field));
    return Json(tabular::to_iso(*read));
  }
  tabular::DateTime time;
  if (const auto* date = std::get_if<tabular::Date>(&cell)) {
    time.date = *date;
  } else if (const auto* given = std::get_if<tabular::DateTime>(&cell)) {
    time = *given;
  } else {
    auto read = tabular::interpret_datetime(cell_text(cell), plan_.dates);
    if (!read) return fail(at_field(std::move(read.error()), field));
    time = *read;
  }
  time.utc = true;  // a time without a zone is taken as UTC
  return Json(tabular::to_iso(time));
}

// By identifier, else by a unique field or the title; several that fit are refused.
Result<std::string> Importer::find_target(WriteContext& write, const EntityEntry& target,
                                          const std::string& text) {
  if (is_uuid(text)) return text;
  const auto key = std::pair(&target, text);
  if (const auto known = targets_.find(key); known != targets_.end()) return known->second;
  const Definition& definition = *target.definition;
  std::vector<std::string> columns;
  for (const Field& field : definition.fields)
    if (field.unique && storage_of(field.type) == Storage::kText) columns.push_back(field.name);
  if (const auto title = definition.find(definition.title);
      title && storage_of(definition.fields[*title].type) == Storage::kText)
    columns.push_back(definition.title);
  for (const std::string& column : columns) {
    if (target.fields_for(caller_).hidden[*definition.find(column)]) continue;
    std::vector<expression::SqlValue> owned = {text};
    const std::string policy =
        RowPolicy(target, catalog_, caller_, 0).sql("t", owned, write.transaction.dialect());
    std::vector<std::string> found;
    TRY(write.transaction.query("SELECT t.id FROM " + definition.table + " t WHERE t." + column +
                                    " = $1 AND t.deleted_at IS NULL" + policy + " LIMIT 2",
                                as_params(owned, owned.size()), [&](const store::Row& row) {
                                  found.push_back(row.string(0));
                                  return true;
                                }));
    if (found.size() == 1) return targets_[key] = found.front();
    if (found.size() > 1)
      return fail(Error::invalid("import.several_targets",
                                 "Several records of " + definition.name + " are called \"" + text + "\".")
                      .with("value", text)
                      .with("entity", definition.name));
  }
  return fail(
      Error::invalid("import.no_target", "No record of " + definition.name + " is called \"" + text + "\".")
          .with("value", text)
          .with("entity", definition.name));
}

Result<Json> Importer::reference_of(WriteContext& write, const Field& field, std::size_t index,
                                    const std::string& text) {
  const EntityEntry* target = entity_.references[index];
  if (target == nullptr) return Json(text);
  if (field.type != FieldType::kReferences) {
    TRY_ASSIGN(id, find_target(write, *target, text));
    return Json(id);
  }
  Json out = Json::array();
  for (const std::string_view part : split(text, ';')) {
    if (trim(part).empty()) continue;
    TRY_ASSIGN(id, find_target(write, *target, std::string(trim(part))));
    out.push_back(id);
  }
  return out;
}

Result<Json> Importer::value_of(WriteContext& write, const Field& field, std::size_t index,
                                const Cell& cell) {
  if (tabular::is_empty(cell)) return Json();
  if (const auto* broken = std::get_if<tabular::CellError>(&cell))
    return fail(
        Error::invalid("import.broken_cell", "The cell has no value but the error " + broken->text + ".")
            .with("value", broken->text));
  const std::string text = cell_text(cell);
  if (trim(text).empty()) return Json();
  if (field.type == FieldType::kInteger || storage_of(field.type) == Storage::kDecimal)
    return number_of(field, cell);
  if (field.type == FieldType::kDate || field.type == FieldType::kDatetime) return moment_of(field, cell);
  if (!field.to.empty()) return reference_of(write, field, index, std::string(trim(text)));
  const auto labelled = [&](std::string_view given) {
    const std::string value = plan_.value_of_label ? plan_.value_of_label(field, trim(given)) : std::string();
    return value.empty() ? std::string(trim(given)) : value;
  };
  switch (field.type) {
    case FieldType::kBoolean: {
      if (const auto* flag = std::get_if<bool>(&cell)) return Json(*flag);
      const auto read = truth(text);
      return read ? Json(*read) : Json(text);
    }
    case FieldType::kEnum:
      return Json(labelled(text));
    case FieldType::kTags:
    case FieldType::kEnums: {
      Json out = Json::array();
      for (const std::string_view part : split(text, ';'))
        if (!trim(part).empty()) out.push_back(labelled(part));
      return out;
    }
    case FieldType::kJson:
    case FieldType::kAddress:
    case FieldType::kGeo:
      return parse_json(text);
    default:
      return Json(text);
  }
}

void Importer::note(std::vector<RowProblem>& problems, const tabular::Row& row, Error error) const {
  if (!error.causes.empty()) {
    for (Error& cause : error.causes) note(problems, row, std::move(cause));
    return;
  }
  RowProblem problem{row.number, "", "", std::move(error)};
  const auto index = entity_.definition->find(problem.error.field);
  for (std::size_t i = 0; index && i < plan_.fields.size() && i < row.cells.size(); ++i)
    if (plan_.fields[i] == *index) {
      problem.column = headers_[i];
      problem.value = cell_text(row.cells[i]).substr(0, 200);
    }
  problems.push_back(std::move(problem));
}

Result<Json> Importer::input_of(WriteContext& write, const tabular::Row& row,
                                std::vector<RowProblem>& problems) {
  Json out = Json::object();
  std::vector<Error> causes;
  for (std::size_t i = 0; i < plan_.fields.size() && i < row.cells.size(); ++i) {
    if (!plan_.fields[i]) continue;
    const Field& field = entity_.definition->fields[*plan_.fields[i]];
    auto value = value_of(write, field, *plan_.fields[i], row.cells[i]);
    if (value)
      out[field.name] = std::move(*value);
    else
      causes.push_back(at_field(std::move(value.error()), field));
  }
  if (causes.empty()) return out;
  note(problems, row, together(std::move(causes)));
  return Json();
}

Result<std::string> Importer::existing(WriteContext& write, const Json& input) const {
  RecordKey key;
  for (const std::size_t index : plan_.key) {
    const Field& field = entity_.definition->fields[index];
    TRY_ASSIGN(value, parse_value(field, input.value(field.name, Json())));
    if (is_empty(value)) return std::string();  // without a key it is a new one
    key.emplace_back(index, std::move(value));
  }
  return find_by_key(write, entity_, key);
}

Result<ImportedRow> Importer::write_row(WriteContext& write, const Json& input) {
  std::string id;
  if (!plan_.key.empty()) {
    TRY_ASSIGN(found, existing(write, input));
    id = std::move(found);
  }
  if (id.empty()) {
    TRY_ASSIGN(made, engine_.create(write, entity_, input));
    return ImportedRow{made.id, true, 0, made.version};
  }
  TRY_ASSIGN(before, engine_.load(write.transaction, catalog_, entity_, caller_, id));
  TRY_ASSIGN(changed, engine_.update(write, entity_, id, 0, input));
  return ImportedRow{changed.id, false, before.version, changed.version};
}

// In a dry run every batch is undone, so that two rows with the same unique value would not meet.
bool Importer::seen_before(const Json& input, const tabular::Row& row, Seen& here,
                           std::vector<RowProblem>& problems) const {
  bool twice = false;
  for (std::size_t i = 0; i < entity_.definition->fields.size(); ++i) {
    const Field& field = entity_.definition->fields[i];
    const auto value = input.find(field.name);
    const bool key = std::find(plan_.key.begin(), plan_.key.end(), i) != plan_.key.end();
    if (!field.unique || key || value == input.end() || value->is_null()) continue;
    const std::string text = value->is_string() ? value->get<std::string>() : to_text(*value);
    const auto batches = seen_.find(i);
    const bool before = batches != seen_.end() && batches->second.contains(text);
    if (here[i].insert(text).second && !before) continue;
    note(problems, row,
         Error::conflict("entity.not_unique", "Another row before has the same " + field.name + ".")
             .at(field.name)
             .with("fields", field.name)
             .with("entity", entity_.definition->name));
    twice = true;
  }
  return twice;
}

// A savepoint for each row costs more than a row on PostgreSQL, so it has one only where something is wrong.
Result<BatchResult> Importer::batch(std::span<const tabular::Row> rows, bool dry, const Also& also) {
  if (!careful_) {
    auto done = write_batch(rows, dry, also, false);
    if (done || !is_of_row(done.error())) return done;
  }
  auto done = write_batch(rows, dry, also, true);
  careful_ = done && !done->problems.empty();
  return done;
}

// With savepoints a row that is refused is told among the problems; without them it ends the batch.
Result<BatchResult> Importer::write_batch(std::span<const tabular::Row> rows, bool dry, const Also& also,
                                          bool savepoints) {
  BatchResult out;
  Seen here;
  const auto done = engine_.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    out = {};
    here.clear();
    WriteContext write{transaction, catalog_, caller_};
    write.trial = dry;
    write.all_at_once = !savepoints;
    for (const tabular::Row& row : rows) {
      TRY_ASSIGN(input, input_of(write, row, out.problems));
      if (input.is_null() || (dry && seen_before(input, row, here, out.problems))) continue;
      ImportedRow written;
      const auto work = [&]() -> Result<void> {
        TRY_ASSIGN(one, write_row(write, input));
        written = std::move(one);
        return also && !dry ? also(transaction, written) : Result<void>();
      };
      auto kept = savepoints ? transaction.savepoint(work) : work();
      if (kept)
        out.written.push_back(std::move(written));
      else if (!savepoints || !is_of_row(kept.error()))
        return kept;
      else
        note(out.problems, row, std::move(kept.error()));
    }
    if (!dry) return {};
    // Whatever still waits to be sent is answered before it is undone.
    TRY(transaction.query_one("SELECT 1", {}, [](const store::Row&) {}));
    return fail(Error::make(ErrorKind::kCancelled, "import.dry", "Only tried."));
  });
  if (!done && !(dry && done.error().code == "import.dry")) return fail(done.error());
  for (auto& [field, texts] : here) seen_[field].merge(texts);
  return out;
}

}  // namespace opsflux::entities
