// Runs the cases of tests/expression through the evaluator and through the SQL of one database.
#pragma once

#include <gtest/gtest.h>

#include "host/entities/expression/test_table.hpp"

namespace opsflux::expression::testing {

// Puts what `repeat` says in the place of its characters: {"x": ["ab", 2]} makes "abab" of "x".
inline std::string repeated(const Json& item, std::string text) {
  const Json repeat = item.value("repeat", Json::object());
  for (const auto& [mark, times] : repeat.items()) {
    std::string filling;
    for (int i = 0; i < times.at(1).get<int>(); ++i) filling += times.at(0).get<std::string>();
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += filling.size())
      text.replace(at, mark.size(), filling);
  }
  return text;
}

inline void check_case(const Json& vectors, const FieldList& schema, const Json& item, TestTable& table) {
  SCOPED_TRACE(item.at("expression").get<std::string>() + " on " + item.at("record").dump());
  const std::string text = repeated(item, item.at("expression"));
  Json values = item.at("record");
  for (Json& value : values)
    if (value.is_string()) value = repeated(item, value);
  const auto record = record_of(vectors, schema, values);
  const Context context = context_of(vectors, record);
  auto expression = item.value("condition", false) ? Expression::compile_condition(text, schema)
                                                   : Expression::compile(text, schema);
  if (item.contains("error")) {
    ASSERT_FALSE(expression.has_value());
    EXPECT_EQ(expression.error().code, item.at("error")) << expression.error().message;
    EXPECT_EQ(expression.error().message, item.value("message", expression.error().message));
    return;
  }
  ASSERT_TRUE(expression.has_value()) << expression.error().message;
  const auto value = expression->evaluate(context);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value_to_json(expression->type(), *value), item.at("value"));
  const auto strict = expression->evaluate(context, Arithmetic::kStrict);
  EXPECT_EQ(strict ? "" : strict.error().code, item.value("strict", ""));
  if (expression->type().type != Type::kBool) return;
  const auto sql = expression->to_sql(table.dialect(), 1, context);
  ASSERT_TRUE(sql.has_value()) << sql.error().message;
  table.run("DELETE FROM t", {});
  table.insert(1, schema, record);
  try {
    EXPECT_EQ(!table.matching(*sql).empty(), item.at("value").get<bool>()) << sql->sql;
  } catch (const std::exception& e) {
    ADD_FAILURE() << e.what() << "\n" << sql->sql;
  }
}

inline void check_vectors(TestTable& table) {
  const Json vectors = load_vectors();
  const FieldList schema = schema_of(vectors);
  table.create(schema);
  for (const char* name : {"vectors.json", "random.json"})
    for (const Json cases = load_vectors(name).at("cases"); const Json& item : cases)
      check_case(vectors, schema, item, table);
}

}  // namespace opsflux::expression::testing
