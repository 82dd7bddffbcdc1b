#include "host/entities/record_checks.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/file_fields.hpp"
#include "host/entities/record_expression.hpp"
#include "host/entities/row_policy.hpp"

namespace opsflux::entities {
namespace {

// Records one inside the other, in a tree.
constexpr int kMaxTreeDepth = 100;

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Error no_reference(const Field& field, std::string_view entity) {
  return Error::invalid("entity.no_reference", "The field " + field.name + " points to a record of " +
                                                   std::string(entity) + " that does not exist.")
      .at(field.name)
      .with("field", field.name)
      .with("entity", entity);
}

}  // namespace

Error together(std::vector<Error> causes) {
  if (causes.size() == 1) return std::move(causes.front());
  Error error = Error::invalid("entity.invalid", std::to_string(causes.size()) + " fields are wrong.")
                    .with("count", std::to_string(causes.size()));
  error.causes = std::move(causes);
  return error;
}

Error below(Error error, const std::string& place) {
  error.field = error.field.empty() ? place : place + "/" + error.field;
  for (Error& cause : error.causes) cause = below(std::move(cause), place);
  return error;
}

Error missing_value(const Field& field) {
  return Error::invalid("entity.required", "The field " + field.name + " must be filled in.")
      .at(field.name)
      .with("field", field.name);
}

Result<bool> RecordChecks::holds(const ExpressionPtr& condition, const Record& record) const {
  return condition->holds(record_context(definition_, record, write_.caller, clock_));
}

Result<void> RecordChecks::run(const Record& record, const Record* before) {
  TRY(check_values(record, before));
  return logic(record, before);
}

Result<void> RecordChecks::values(const Record& record, const Record* before) {
  TRY(check_values(record, before));
  return told();
}

Result<void> RecordChecks::logic(const Record& record, const Record* before) {
  TRY(status(record, before));
  // A rule may take every single value to be right.
  if (causes_.empty()) TRY(rules(record));
  return told();
}

Result<void> RecordChecks::check_values(const Record& record, const Record* before) {
  required(record);
  TRY(references(record, before));
  return check_files(write_, entity_, record, before, causes_);
}

Result<void> RecordChecks::told() {
  if (!causes_.empty()) return fail(together(std::move(causes_)));
  return {};
}

void RecordChecks::required(const Record& record) {
  for (std::size_t i = 0; i < definition_.fields.size(); ++i) {
    const Field& field = definition_.fields[i];
    if (has_own_currency(field) && !is_empty(record.values[i])) {
      const std::size_t currency = *definition_.find(field.currency);
      if (is_empty(record.values[currency])) missing(currency);
    }
    if (!is_empty(record.values[i]) || (!field.required && !field.required_if)) continue;
    if (field.visible_if && !holds(field.visible_if, record).value_or(true)) continue;
    if (field.required || holds(field.required_if, record).value_or(false)) missing(i);
  }
}

void RecordChecks::missing(std::size_t index) {
  if (!hides(index)) return causes_.push_back(missing_value(definition_.fields[index]));
  const auto told = [](const Error& error) { return error.code == "entity.required_unseen"; };
  if (std::none_of(causes_.begin(), causes_.end(), told))
    causes_.push_back(
        Error::invalid("entity.required_unseen", "A field that you may not see must be filled in."));
}

bool RecordChecks::hides(std::size_t index) const { return entity_.fields_for(write_.caller).hidden[index]; }

bool RecordChecks::hides(const std::string& field) const {
  const auto index = definition_.find(field);
  return index && hides(*index);
}

Result<void> RecordChecks::references(const Record& record, const Record* before) {
  for (std::size_t i = 0; i < definition_.fields.size(); ++i) {
    const Field& field = definition_.fields[i];
    const FieldValue& value = record.values[i];
    if (is_empty(value) || (before != nullptr && before->values[i] == value)) continue;
    if (field.type == FieldType::kAny) {
      TRY(any(field, text_of(value)));
    } else if (const EntityEntry* target = entity_.references[i]; target == nullptr) {
      continue;  // of a module that is not there
    } else if (field.type == FieldType::kReferences) {
      TRY_ASSIGN(ids, parse_json(text_of(value)));
      for (const Json& id : ids) TRY(reference(field, *target, id.get_ref<const std::string&>()));
    } else {
      TRY(reference(field, *target, text_of(value)));
    }
    if (field.type == FieldType::kParent) TRY(tree(field, record));
  }
  return {};
}

Result<void> RecordChecks::reference(const Field& field, const EntityEntry& target, std::string_view id) {
  RowPolicy policy(target, write_.catalog, write_.caller, 0);
  // People are named everywhere; everything else may only be pointed to by who may see it.
  const bool person = field.type == FieldType::kUser;
  bool found = false;
  if (person || policy.allowed()) {
    std::vector<expression::SqlValue> owned = {std::string(id)};
    const std::string where = person ? std::string() : policy.sql("t", owned, write_.transaction.dialect());
    TRY_ASSIGN(exists,
               write_.transaction.query_one("SELECT 1 FROM " + target.definition->table +
                                                " t WHERE t.id = $1 AND t.deleted_at IS NULL" + where,
                                            as_params(owned, owned.size()), [](const store::Row&) {}));
    found = exists;
  }
  if (!found) causes_.push_back(no_reference(field, target.definition->name));
  return {};
}

Result<void> RecordChecks::any(const Field& field, std::string_view value) {
  const auto slash = value.find('/');
  const EntityEntry* target = write_.catalog.find(value.substr(0, slash));
  if (target != nullptr) return reference(field, *target, value.substr(slash + 1));
  causes_.push_back(no_reference(field, value.substr(0, slash)));
  return {};
}

// From the parent up to the root: the record must not be met there.
Result<void> RecordChecks::tree(const Field& field, const Record& record) {
  const std::string parent = text_of(record.values[*definition_.find(field.name)]);
  const std::string sql = "WITH RECURSIVE up(id, depth) AS (SELECT CAST($1 AS text), 1 UNION ALL SELECT t." +
                          field.name + ", up.depth + 1 FROM " + definition_.table +
                          " t JOIN up ON t.id = up.id WHERE t." + field.name +
                          " IS NOT NULL AND up.id <> $2 AND up.depth <= $3) SELECT max(depth), max(CASE WHEN "
                          "id = $2 THEN 1 ELSE 0 END) FROM up";
  std::int64_t depth = 0;
  bool met = false;
  TRY(write_.transaction.query_one(
      sql, {std::string_view(parent), std::string_view(record.id), std::int64_t{kMaxTreeDepth}},
      [&](const store::Row& row) {
        depth = row.i64(0);
        met = row.i64(1) != 0;
      }));
  if (met)
    causes_.push_back(
        Error::invalid("entity.circle",
                       "The field " + field.name + " names a record that stands below this one: a circle.")
            .at(field.name)
            .with("field", field.name));
  else if (depth >= kMaxTreeDepth)
    causes_.push_back(Error::invalid("entity.tree_too_deep", "Records stand at most " +
                                                                 std::to_string(kMaxTreeDepth) +
                                                                 " levels below one another.")
                          .at(field.name)
                          .with("max", std::to_string(kMaxTreeDepth)));
  return {};
}

Result<void> RecordChecks::status(const Record& record, const Record* before) {
  if (!definition_.status || definition_.transitions.empty()) return {};
  const Field& field = definition_.fields[*definition_.status];
  const std::string to = text_of(record.values[*definition_.status]);
  if (before != nullptr) {
    const std::string from = text_of(before->values[*definition_.status]);
    return from == to ? Result<void>() : transition(from, to, record);
  }
  const std::string first = field.default_value.get<std::string>();
  // A module or an import may bring in records that are already further.
  if (to != first && write_.caller.via.empty())
    causes_.push_back(Error::invalid("entity.initial_status", "A new record has the status " + first + ".")
                          .at(field.name)
                          .with("field", field.name)
                          .with("status", first));
  return {};
}

Result<void> RecordChecks::transition(const std::string& from, const std::string& to, const Record& record) {
  const Field& field = definition_.fields[*definition_.status];
  const auto refuse = [&](std::string_view reason, const std::string& message) {
    causes_.push_back(Error::invalid("entity." + std::string(reason), message)
                          .at(field.name)
                          .with("field", field.name)
                          .with("from", from)
                          .with("to", to));
  };
  const Caller& caller = write_.caller;
  bool known = false, allowed = false;
  std::vector<std::string> next;
  for (const Transition& step : definition_.transitions) {
    if (!lists(step.from, from)) continue;
    next.push_back(step.to);
    if (step.to != to) continue;
    known = true;
    const bool role = step.roles.empty() || caller.system || caller.administrator() ||
                      std::any_of(step.roles.begin(), step.roles.end(),
                                  [&](const std::string& one) { return caller.has_role(one); });
    const bool may =
        role && (!step.right || RowPolicy(entity_, write_.catalog, caller, *step.right).covers(record));
    if (!may) continue;
    allowed = true;
    if (!step.condition) return {};
    TRY_ASSIGN(good, holds(step.condition, record));
    if (good) return {};
  }
  if (!known)
    refuse("no_transition", "The status cannot change from " + from + " to " + to + "; possible: " +
                                (next.empty() ? std::string("none") : join(next, ", ")) + ".");
  else if (!allowed)
    refuse("transition_role", "You may not change the status from " + from + " to " + to + ".");
  else
    refuse("transition_condition",
           "The record is not ready for the status " + to + ": what it requires does not hold.");
  return {};
}

Result<void> RecordChecks::rules(const Record& record) {
  for (const Rule& rule : definition_.rules) {
    TRY_ASSIGN(good, holds(rule.check, record));
    if (good) continue;
    const auto& read = rule.check->fields();
    const bool unseen = std::any_of(read.begin(), read.end(), [&](const auto& field) {
      return field.slot < definition_.fields.size() && hides(field.slot);
    });
    // The module's translations say it: error.rule.<entity>.<id>.
    Error error = Error::invalid(definition_.module + ".rule." + definition_.entity + "." + rule.id,
                                 "The rule " + rule.id + " does not hold" +
                                     (unseen ? "." : ": " + rule.check->text() + "."))
                      .with("rule", rule.id);
    const auto shown = std::find_if(rule.fields.begin(), rule.fields.end(),
                                    [&](const std::string& field) { return !hides(field); });
    if (shown != rule.fields.end()) error.field = *shown;
    causes_.push_back(std::move(error));
  }
  return {};
}

}  // namespace opsflux::entities
