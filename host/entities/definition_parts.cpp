// What a definition says of parts: that its records are some, or what is summed up over them. What it says of
// other definitions is checked when they are all there, by check_parts().
#include "host/base/text.hpp"
#include "host/entities/definition_parser.hpp"

namespace opsflux::entities {

void DefinitionParser::part_of(const Json& json) {
  const auto it = json.find("part_of");
  if (it == json.end()) return;
  PartOf part;
  part.name = get_string_or(*it, "name", "");
  if (is_system_column(part.name))
    complain("/part_of/name", "reserved_field", "Every entity has the field " + part.name + " already.");
  const std::string name = get_string_or(*it, "field", "");
  const auto index = out_->find(name);
  if (!index || out_->fields[*index].type != FieldType::kReference || out_->fields[*index].to == out_->name)
    return complain("/part_of/field", "not_a_whole",
                    "\"field\" names a field of the type reference that leads to another entity.");
  Field& field = out_->fields[*index];
  if (split(field.to, '.').front() != out_->module)
    return complain("/part_of/field", "foreign_whole", "A whole and its parts belong to the same module.");
  for (const char* key : {"rights", "owner", "company", "department", "locks"})
    if (json.contains(key))
      complain("/" + std::string(key), "part_has_no_rights",
               "The rights to a part are those to its whole: leave \"" + std::string(key) + "\" out.");
  if (field.on_delete == OnDelete::kRefuse)
    complain("/part_of/field", "part_keeps_whole",
             "A part is deleted with its whole: leave \"on_delete\" out.");
  if (!field.view_roles.empty())
    complain("/part_of/field", "part_has_no_rights",
             "Who sees a part sees what it is a part of: leave \"view\" of the field out.");
  field.required = true;
  field.on_delete = OnDelete::kCascade;
  part.field = *index;
  position(get_string_or(*it, "position", ""), part);
  out_->part_of = std::move(part);
}

void DefinitionParser::position(const std::string& name, PartOf& part) {
  if (name.empty()) return;
  const auto index = out_->find(name);
  if (!index || out_->fields[*index].type != FieldType::kInteger)
    return complain("/part_of/position", "not_a_position", "\"position\" names a field of the type integer.");
  out_->fields[*index].read_only = true;
  part.position = index;
}

void DefinitionParser::rollup(const Json& json, const std::string& at, Field& field) {
  const auto it = json.find("rollup");
  if (it == json.end()) return;
  Rollup out;
  const std::string op = get_string_or(*it, "op", ""), of = get_string_or(*it, "of", "");
  out.op = static_cast<Rollup::Op>(std::find(std::begin(kRollupOps), std::end(kRollupOps), op) -
                                   std::begin(kRollupOps));
  const std::size_t dot = of.find('.');
  out.parts = of.substr(0, dot);
  if (dot != std::string::npos) out.field = of.substr(dot + 1);
  const bool counts = out.op == Rollup::Op::kCount;
  if (counts != out.field.empty())
    complain(at + "/rollup/of", "bad_rollup",
             counts ? "A count is of the parts, without a field of them."
                    : "A " + op + " is of a field of the parts, for instance \"lines.amount\".");
  if (json.contains("computed"))
    complain(at + "/rollup", "useless_key", "A field is computed, or summed up over parts.");
  const bool fits = counts                       ? field.type == FieldType::kInteger
                    : out.op == Rollup::Op::kSum ? is_measure(field.type)
                                                 : is_measure(field.type) || field.type == FieldType::kDate ||
                                                       field.type == FieldType::kDatetime;
  if (!fits || has_own_currency(field))
    complain(
        at + "/rollup", "rollup_type",
        "A count is an integer, a sum a number or a duration, the least and the greatest value a number, a "
        "duration or a date; money is of one fixed currency.");
  out_->rolls_up = true;
  field.rollup = std::move(out);
}

}  // namespace opsflux::entities
