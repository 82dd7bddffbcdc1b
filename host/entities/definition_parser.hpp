// Makes a Definition out of its JSON. Internal to the parser's files: what the entity is and shows
// (definition.cpp), its fields (definition_fields.cpp), what is said in expressions (definition_logic.cpp),
// and parts of a whole (definition_parts.cpp).
#pragma once

#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>

#include "host/entities/definition.hpp"

namespace opsflux::entities {

class DefinitionParser {
 public:
  // Fields from number `first_custom` on are custom fields, whose names begin with "x_" and no others' do.
  DefinitionParser(std::string_view module, std::string_view file,
                   std::size_t first_custom = std::numeric_limits<std::size_t>::max())
      : file_(file), first_custom_(first_custom) {
    out_->module = module;
  }

  Result<std::shared_ptr<const Definition>> run(const Json& json);

 private:
  // Notes an error; parsing goes on, so that all that is wrong is told at once.
  void complain(std::string_view pointer, std::string_view reason, const std::string& message) {
    const std::string place =
        std::string(file_) + (pointer.empty() ? std::string() : " at " + std::string(pointer));
    errors_.push_back(Error::invalid("definition." + std::string(reason), place + ": " + message)
                          .at(std::string(file_) + "#" + std::string(pointer))
                          .with("file", file_)
                          .with("pointer", pointer));
  }
  Result<std::shared_ptr<const Definition>> refuse();

  // What the entity is.
  void identity(const Json& json);
  void names_of_fields(const Json& json);
  void actions(const Json& json);
  // Complains of one that the entity has not.
  std::optional<std::size_t> known_action(const std::string& name, const std::string& at);
  void rights(const Json& json);
  void scopes(const Json& json);
  void scope_column(const Json& json, const char* key, std::string& out);

  // Views.
  void views(const Json& json);
  void list_view(const Json& view);
  void form_view(const Json& view);
  void other_views(const Json& views);
  void charts(const Json& charts);
  using Kinds = std::initializer_list<FieldType>;
  void view_field(const Json& view, const std::string& at, const char* key, Kinds kinds);
  const Field* existing(const Json& object, const std::string& pointer, const char* key);
  void existing_name(std::string_view name, const std::string& pointer);
  void existing_names(const Json& names, const std::string& pointer);

  // Parts and what is summed up over them (definition_parts.cpp).
  void part_of(const Json& json);
  void position(const std::string& name, PartOf& part);
  void rollup(const Json& json, const std::string& at, Field& field);

  // Fields.
  void fields(const Json& json);
  Field field(const Json& json, const std::string& at);
  void options(const Json& json, const std::string& at, const Field& field);
  void numbers(const Json& json, const std::string& at, Field& field);
  void bound(const Json& value, const std::string& at, bool lower, Field& field);
  void target(const Json& json, const std::string& at, Field& field);
  void pattern(const std::string& at, Field& field);
  void default_value(const Json& json, const std::string& at, Field& field);
  void after_all_fields(const Json& json);

  // What is said in expressions.
  void make_schema();
  void logic(const Json& json);
  ExpressionPtr expression(const Json& object, const char* key, const std::string& at, bool condition = true);
  ExpressionPtr compile(const std::string& text, const std::string& at, bool condition);
  void computed(const Json& json);
  void fits(const Field& field, const std::string& at);
  void order_computed();
  void status(const Json& json);
  void transitions(const Json& list, const Field& status);
  void rules(const Json& json);
  void duplicates(const Json& json);

  std::string_view file_;
  std::size_t first_custom_;
  std::shared_ptr<Definition> out_ = std::make_shared<Definition>();
  std::vector<Error> errors_;
};

}  // namespace opsflux::entities
