#include "host/services/custom_fields/changes.hpp"

#include <nlohmann/json.hpp>
#include <thread>

#include "host/services/custom_fields/field_input.hpp"

namespace opsflux::custom_fields {
namespace {

using entities::CustomField;
using entities::CustomFields;
using entities::Definition;

void replace(std::vector<CustomField>& fields, const CustomField& field) {
  for (CustomField& one : fields)
    if (one.id == field.id) one = field;
}

// What a definition says wrongly, in the words of somebody who fills in a form. `key` is that of the field.
std::string code_for(const std::string& code, std::string_view key) {
  static const std::pair<std::string_view, std::string_view> kCodes[] = {
      {"definition.bad_bound", "custom_field.bad_bound"},
      {"definition.bad_default", "custom_field.bad_default"},
      {"definition.bad_pattern", "custom_field.bad_pattern"},
      {"definition.missing_key", "custom_field.missing_rule"},
      {"definition.useless_key", "custom_field.useless_rule"},
      {"definition.unknown_value", "custom_field.unknown_name"},
      {"definition.unknown_field", "custom_field.unknown_name"},
      {"definition.unknown_currency", "custom_field.unknown_name"},
      {"definition.not_a_currency", "custom_field.unknown_name"},
      {"definition.not_an_image_type", "custom_field.not_an_image_type"},
      {"entity.filter_unknown_field", "custom_field.unknown_name"}};
  for (const auto& [from, to] : kCodes)
    if (code == from) return std::string(to);
  if (key == "accept") return "custom_field.bad_media_type";
  if (key == "max_size") return "custom_field.bad_file_size";
  return "custom_field.wrong_rule";
}

// "x_size.max" of the definition is "field.max" of what the client sent.
Error in_body(Error error, const CustomField& changed) {
  for (Error& cause : error.causes) cause = in_body(std::move(cause), changed);
  const std::string key =
      error.field.starts_with(changed.name + ".") ? error.field.substr(changed.name.size() + 1) : "";
  error.code = error.causes.empty() ? code_for(error.code, key) : "custom_field.wrong";
  if (error.field == changed.name || key == "name")
    error.field = "name";
  else if (!key.empty())
    error.field = "field." + key;
  return error;
}

Error of_unique(Error error) {
  if (error.code != "store.unique") return error;
  return Error::conflict("custom_field.duplicates",
                         "The field cannot be unique: there are records with the same value.")
      .at("field.unique");
}

const entities::Field& field_of(const Definition& definition, const CustomField& custom) {
  return definition.fields[*definition.find(custom.name)];
}

// The registries in which a field was still used when it was removed; requests that hold one name its column.
// On the control thread only.
std::vector<std::weak_ptr<const modules::Registry>>& earlier() {
  static std::vector<std::weak_ptr<const modules::Registry>> all;
  return all;
}

// Until those requests are done; one that takes longer finds its column gone.
void await_readers() {
  for (int i = 0; i < 400 && !earlier().empty(); ++i) {
    std::erase_if(earlier(), [](const auto& registry) { return registry.expired(); });
    if (!earlier().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

Json shown(const CustomField* field) {
  if (field == nullptr) return Json::object();
  Json out = {{"entity", field->entity},   {"name", field->name},
              {"texts", field->texts},     {"search", field->search},
              {"section", field->section}, {"removed", !field->removed_at.empty()}};
  for (const auto& [key, value] : field->field.items())
    if (key != "name") out["field." + key] = value;
  return out;
}

}  // namespace

Changes::Fields Changes::current() const {
  return parts_.installer.registry().current()->custom_fields()->all();
}

Result<CustomField> Changes::find(std::string_view id, bool removed) const {
  const auto registry = parts_.installer.registry().current();
  const CustomField* found = registry->custom_fields()->find(id);
  if (found == nullptr) return fail(Error::not_found("custom_field.not_found", "There is no such field."));
  if (found->removed_at.empty() == removed)
    return fail(removed
                    ? Error::conflict("custom_field.in_use", "The field is in use; remove it first.")
                    : Error::conflict("custom_field.removed", "The field was removed; restore it first."));
  return *found;
}

Result<std::shared_ptr<const Definition>> Changes::extended(const CustomFields& fields,
                                                            const CustomField& changed) const {
  const auto registry = parts_.installer.registry().current();
  const auto written = registry->written_definition(changed.entity);
  if (written == nullptr)
    return fail(Error::invalid("custom_field.no_entity", "There is no entity \"" + changed.entity + "\".")
                    .at("entity")
                    .with("entity", changed.entity));
  auto out = fields.extend(written);
  if (!out) return fail(in_body(std::move(out.error()), changed));
  return out;
}

Result<void> Changes::note(store::Transaction& transaction, std::string_view action,
                           const CustomField* before, const CustomField* after) const {
  const Json old = shown(before), now = shown(after);
  Json changes = Json::array();
  const auto add = [&](const std::string& key) {
    const Json was = old.value(key, Json()), is = now.value(key, Json());
    if (was != is) changes.push_back({{"field", key}, {"before", was}, {"after", is}});
  };
  for (const auto& [key, unused] : now.items()) add(key);
  for (const auto& [key, unused] : old.items())
    if (!now.contains(key)) add(key);
  const CustomField& field = after == nullptr ? *before : *after;
  return parts_.audit.write(
      transaction, caller_,
      {"custom_field." + std::string(action), "custom_field", field.id, to_text(changes)});
}

Result<std::string> Changes::add(const Json& body, i18n::Language language) {
  const auto registry = parts_.installer.registry().current();
  const std::string entity = body.is_object() ? get_string_or(body, "entity", "") : "";
  const auto taken = registry->custom_fields()->of(entity);
  TRY_ASSIGN(field, new_field(body, language, taken));
  const auto written = registry->written_definition(field.entity);
  if (written != nullptr &&
      (taken.size() >= entities::kMaxCustomFields || written->fields.size() + taken.size() >= 200))
    return fail(Error::conflict("custom_field.too_many", "The entity has as many fields as it can have."));
  field.id = parts_.ids.next();
  if (written != nullptr) field.table = written->table;
  field.created_at = format_utc(parts_.clock.now());
  field.created_by = caller_.user_id;
  Fields all = current();
  all.push_back(field);
  CustomFields next(std::move(all));
  TRY_ASSIGN(definition, extended(next, field));
  TRY(parts_.installer.customize(std::move(next), [&](store::Transaction& transaction) -> Result<void> {
    TRY(add_custom_field(transaction, field, field_of(*definition, field)));
    return note(transaction, "created", nullptr, &field);
  }));
  return field.id;
}

// A value that records have is not taken away from under them.
Result<void> Changes::check_values(store::Session& session, const CustomField& before,
                                   const CustomField& after) const {
  const Json kept = after.field.value("values", Json::array());
  for (const Json& value : before.field.value("values", Json::array())) {
    if (std::find(kept.begin(), kept.end(), value) != kept.end()) continue;
    const auto& name = value.get_ref<const std::string&>();
    TRY_ASSIGN(count, count_custom_values(session, before, name));
    if (count > 0)
      return fail(Error::conflict("custom_field.value_in_use",
                                  std::to_string(count) + " records have the value \"" + name + "\".")
                      .at("field.values")
                      .with("count", std::to_string(count))
                      .with("value", name));
  }
  return {};
}

Result<std::string> Changes::change(std::string_view id, const Json& body) {
  TRY_ASSIGN(before, find(id, false));
  TRY_ASSIGN(after, changed_field(before, body));
  Fields all = current();
  replace(all, after);
  CustomFields next(std::move(all));
  TRY_ASSIGN(definition, extended(next, after));
  const CustomFields old({before});
  TRY_ASSIGN(was, extended(old, before));
  auto stored =
      parts_.installer.customize(std::move(next), [&](store::Transaction& transaction) -> Result<void> {
        TRY(check_values(transaction, before, after));
        TRY(change_custom_field(transaction, after, field_of(*was, before), field_of(*definition, after)));
        return note(transaction, "changed", &before, &after);
      });
  if (!stored) return fail(of_unique(std::move(stored.error())));
  return after.id;
}

Result<std::string> Changes::remove(std::string_view id) {
  TRY_ASSIGN(before, find(id, false));
  CustomField after = before;
  after.removed_at = format_utc(parts_.clock.now());
  after.problem.clear();
  Fields all = current();
  replace(all, after);
  CustomFields next(std::move(all));
  const auto written = parts_.installer.registry().current()->written_definition(after.entity);
  if (written != nullptr)
    if (auto without = next.extend(written); !without)
      return fail(
          Error::conflict("custom_field.needed", "Another field needs this one: " + without.error().message)
              .with("reason", without.error().field));
  earlier().push_back(parts_.installer.registry().current());
  TRY(parts_.installer.customize(std::move(next), [&](store::Transaction& transaction) -> Result<void> {
    TRY(store_custom_field(transaction, after));
    return note(transaction, "removed", &before, &after);
  }));
  return after.id;
}

Result<std::string> Changes::restore(std::string_view id) {
  TRY_ASSIGN(before, find(id, true));
  CustomField after = before;
  after.removed_at.clear();
  Fields all = current();
  replace(all, after);
  CustomFields next(std::move(all));
  TRY(extended(next, after));
  TRY(parts_.installer.customize(std::move(next), [&](store::Transaction& transaction) -> Result<void> {
    TRY(store_custom_field(transaction, after));
    return note(transaction, "restored", &before, &after);
  }));
  return after.id;
}

Result<std::string> Changes::purge(std::string_view id) {
  TRY_ASSIGN(before, find(id, true));
  await_readers();
  Fields all = current();
  std::erase_if(all, [&](const CustomField& field) { return field.id == before.id; });
  TRY(parts_.installer.customize(CustomFields(std::move(all)),
                                 [&](store::Transaction& transaction) -> Result<void> {
                                   TRY(purge_custom_field(transaction, before));
                                   return note(transaction, "purged", &before, nullptr);
                                 }));
  return before.id;
}

Result<void> Changes::reorder(const Json& body) {
  const Json ids = body.is_object() ? body.value("ids", Json()) : Json();
  const std::string entity = body.is_object() ? get_string_or(body, "entity", "") : "";
  Fields all = current();
  std::int64_t position = 0;
  std::vector<const CustomField*> moved;
  for (const Json& id : ids.is_array() ? ids : Json::array())
    for (CustomField& field : all)
      if (field.entity == entity && Json(field.id) == id) {
        field.position = ++position;
        moved.push_back(&field);
      }
  const auto count = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const auto& field) { return field.entity == entity; }));
  if (!ids.is_array() || moved.size() != ids.size() || moved.size() != count)
    return fail(
        Error::invalid("custom_field.wrong_order", "\"ids\" names each custom field of the entity once.")
            .at("ids"));
  return parts_.installer.customize(CustomFields(all), [&](store::Transaction& transaction) -> Result<void> {
    for (const CustomField* field : moved) TRY(store_custom_field(transaction, *field));
    return {};
  });
}

}  // namespace opsflux::custom_fields
