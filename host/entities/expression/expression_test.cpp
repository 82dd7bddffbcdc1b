#include "host/entities/expression/expression.hpp"

#include <gtest/gtest.h>

#include "host/entities/expression/parser.hpp"
#include "host/entities/expression/test_table.hpp"

namespace opsflux::expression::testing {
namespace {

Error refused(const std::string& text) {
  static const FieldList schema = schema_of(load_vectors());
  const auto out = Expression::compile(text, schema);
  return out ? Error::internal("compiled", text) : out.error();
}

std::string param(const Error& error, std::string_view key) {
  for (const auto& [name, value] : error.params)
    if (name == key) return value;
  return "";
}

TEST(Expression, UnknownFieldIsNamedWithItsPlaceAndTheNearestMatch) {
  const Error error = refused("score > 1 && nmae == \"a\"");
  EXPECT_EQ(error.code, "entity.filter_unknown_field");
  EXPECT_EQ(error.field, "filter");
  EXPECT_EQ(param(error, "column"), "14");
  EXPECT_EQ(param(error, "suggestion"), "name");
  EXPECT_TRUE(error.message.starts_with(
      "There is no field \"nmae\" at column 14. Did you mean \"name\"? Fields are name, city,"))
      << error.message;
}

TEST(Expression, LinesAndColumnsCountCharacters) {
  const Error error = refused("name == \"é😀\" &&\n  name == \"👩\" && = 1");
  EXPECT_EQ(param(error, "line"), "2");
  EXPECT_EQ(param(error, "column"), "18");
  EXPECT_TRUE(error.message.starts_with(
      "A single = means nothing here at line 2, column 18. Equality is written ==."))
      << error.message;
}

TEST(Expression, MessagesSayWhatWasExpected) {
  EXPECT_EQ(refused("score >").message,
            "Expected a field, a value or \"(\", found the end of the expression at column 8.");
  EXPECT_EQ(refused("(score > 1").message, "Expected \")\", found the end of the expression at column 11.");
  EXPECT_EQ(refused("score > 1 score").message,
            "Expected an operator or the end, found \"score\" at column 11.");
  EXPECT_EQ(refused("due < \"2026-01-01\"").message,
            "Cannot compare a date with a text at column 5. A date is written date(\"2026-01-31\").");
  EXPECT_EQ(refused("kind == \"suplier\"").message,
            "\"suplier\" is not a value of \"kind\" at column 9. Did you mean \"supplier\"? Values are "
            "\"client\", \"supplier\", \"partner\".");
  EXPECT_EQ(refused("name.matches(\"a\")").message,
            "There is no method \"matches\" at column 6. Regular expressions are not offered; use contains, "
            "startsWith or endsWith.");
  EXPECT_EQ(refused("contains(name, \"a\")").message,
            "There is no function \"contains\" at column 1. It is written text.contains(\"part\").");
  EXPECT_EQ(refused("name.startswith(\"a\")").message,
            "There is no method \"startswith\" at column 6. Did you mean \"startsWith\"? Known are contains, "
            "icontains, startsWith, endsWith, size.");
  EXPECT_EQ(refused("score && active").message,
            "Expected a condition here, found a whole number at column 1. Compare the field with a value, or "
            "write has(score).");
}

TEST(Expression, SyntaxIsMalformedAndTheRestIsInvalid) {
  EXPECT_EQ(refused("score >").kind, ErrorKind::kMalformed);
  EXPECT_EQ(refused("colour == 1").kind, ErrorKind::kInvalid);
  EXPECT_EQ(refused(std::string("name == \"\xc3\x28\"")).code, "entity.filter_syntax");
  EXPECT_EQ(refused(std::string("name == \"a\0b\"", 13)).code, "entity.filter_syntax");
}

TEST(Expression, DepthLengthAndNumberOfPartsAreLimited) {
  for (const std::string& text :
       {std::string(5'000, '('), std::string(5'000, '!') + "active", std::string(5'000, '-') + "score",
        std::string(5'000, '['), "score == " + std::string(5'000, '-') + "1"}) {
    EXPECT_NE(refused(text).code, "compiled") << text.substr(0, 10);
  }
  std::string sum = "score";
  for (int i = 0; i < 100; ++i) sum += "+score";
  EXPECT_EQ(refused(sum + " > 1").code, "entity.filter_limit");
  EXPECT_EQ(refused("name == \"" + std::string(kMaxBytes, 'a') + "\"").code, "entity.filter_limit");
  std::string many = "score in [1";
  for (int i = 0; i < 1'100; ++i) many += ",1";
  EXPECT_EQ(refused(many + "]").code, "entity.filter_limit");
}

TEST(Expression, AnyPrefixAndAnyBrokenByteOfAGoodTextIsCompiledOrRefused) {
  const FieldList schema = schema_of(load_vectors());
  const std::string text =
      "(name + r'x' == \"\\u00e9\\x41\" ? score * 1.5e1 : -0x1F) in [1, 2.0] || \"a\" in tags && !has(due) "
      "// c\n";
  for (std::size_t i = 0; i < text.size(); ++i) {
    (void)Expression::compile(text.substr(0, i), schema);
    for (int byte = 0; byte < 256; byte += 3) {
      std::string broken = text;
      broken[i] = static_cast<char>(byte);
      (void)Expression::compile(broken, schema);
    }
  }
}

TEST(Expression, ComputesValuesWithTheirTypes) {
  const Json vectors = load_vectors();
  const FieldList schema = schema_of(vectors);
  const auto record =
      record_of(vectors, schema, {{"amount", "12.50"}, {"score", 4}, {"due", "2026-11-30"}, {"name", "Zoé"}});
  const auto compute = [&](const char* text) {
    const auto expression = Expression::compile(text, schema, "/fields/3/computed");
    const auto value = expression ? expression->evaluate(context_of(vectors, record), Arithmetic::kStrict)
                                  : Result<Value>(fail(expression.error()));
    return value ? value_to_json(expression->type(), *value)
                 : Json(value.error().code + " at " + value.error().field);
  };
  EXPECT_EQ(compute("amount * score"), "50.00");
  EXPECT_EQ(compute("score > 3 ? name + \"!\" : \"\""), "Zoé!");
  EXPECT_EQ(compute("due - today()"), "777600.000000s");
  EXPECT_EQ(compute("today() + duration(\"1d\")"), "2026-11-22");
  EXPECT_EQ(compute("score / (score - 4)"), "entity.filter_overflow at /fields/3/computed");
  EXPECT_EQ(compute("price + 1"), nullptr);
}

TEST(Expression, TellsWhichFieldsItReads) {
  const auto expression = Expression::compile("score > 1 && parent.city == name", schema_of(load_vectors()));
  std::vector<std::string> names;
  for (const auto& field : expression->fields()) names.push_back(field.name);
  EXPECT_EQ(names, (std::vector<std::string>{"score", "parent.city", "name"}));
}

TEST(ExpressionValues, ReadAndWriteWithoutLoss) {
  EXPECT_EQ(decimal_text(INT64_MIN, 18), "-9.223372036854775808");
  EXPECT_EQ(parse_decimal("-9.223372036854775808", 18), INT64_MIN);
  EXPECT_EQ(parse_decimal("0.005", 2), std::nullopt);
  EXPECT_EQ(parse_decimal("1.", 2), std::nullopt);
  EXPECT_EQ(parse_decimal("-.5", 2), std::nullopt);
  EXPECT_EQ(parse_decimal("+1", 2), std::nullopt);
  EXPECT_EQ(parse_decimal("--1", 2), std::nullopt);
  EXPECT_EQ(decimal_text(-5, 2), "-0.05");
  EXPECT_EQ(parse_days("2026-02-30"), std::nullopt);
  EXPECT_EQ(days_text(*parse_days("0001-01-01")), "0001-01-01");
  EXPECT_EQ(days_text(*parse_days("9999-12-31") + 1), std::nullopt);
  EXPECT_EQ(parse_micros("1969-12-31T23:59:59.999999Z"), -1);
  EXPECT_EQ(micros_text(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(parse_duration("1h30m"), 5'400'000'000);
  EXPECT_EQ(parse_duration("0.5us"), std::nullopt);
  EXPECT_EQ(parse_duration("1h 30m"), std::nullopt);
  EXPECT_EQ(parse_duration("999999999999d"), std::nullopt);
  EXPECT_EQ(parse_duration("5"), std::nullopt);
}

}  // namespace
}  // namespace opsflux::expression::testing
