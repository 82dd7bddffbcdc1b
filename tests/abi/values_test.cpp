// Values and JSON of the wrapper.
#include <gtest/gtest.h>

#include <limits>

#include "opsflux/value.hpp"

namespace opsflux {
namespace {

using namespace std::chrono_literals;

template <class T>
T there_and_back(const T& value) {
  return Value::copy(Value(value).lend()).as<T>();
}

TEST(Value, CrossesTheAbiAndComesBackTheSame) {
  EXPECT_EQ(there_and_back(true), true);
  EXPECT_EQ(there_and_back(std::numeric_limits<std::int64_t>::min()),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(there_and_back(0.1), 0.1);
  EXPECT_EQ(there_and_back(Decimal{"-12.50"}), Decimal{"-12.50"});
  EXPECT_EQ(there_and_back(Timestamp(1763708705123456789ns)), Timestamp(1763708705123456789ns));
  EXPECT_EQ(there_and_back(Date(std::chrono::days(-1))), Date(std::chrono::days(-1)));
  EXPECT_EQ(there_and_back(Uuid{"0190a7c0-0000-7000-8000-000000000001"}).text,
            "0190a7c0-0000-7000-8000-000000000001");
  EXPECT_EQ(there_and_back(std::string("Équateur")), "Équateur");
  EXPECT_EQ(there_and_back(std::string()), "");
  EXPECT_EQ(there_and_back(Bytes{0, 255}), (Bytes{0, 255}));
  EXPECT_EQ(there_and_back(Json::object({{"a", 1}})), Json::object({{"a", 1}}));
  EXPECT_EQ(there_and_back(std::vector<std::string>{"a", "b\"c"}), (std::vector<std::string>{"a", "b\"c"}));
}

TEST(Value, OfNothingIsNull) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_TRUE(Value(std::optional<int>()).is_null());
  EXPECT_EQ(Value().as<std::optional<std::string>>(), std::nullopt);
  EXPECT_EQ(Value(3).as<std::optional<int>>(), 3);
}

TEST(Value, KeepsTextAndBooleanApart) {
  EXPECT_EQ(Value("true").as<std::string>(), "true");
  EXPECT_THROW(Value("true").as<bool>(), TypeMismatch);
  EXPECT_THROW(Value(1).as<bool>(), TypeMismatch);
}

TEST(Value, RefusesToBeReadAsSomethingElse) {
  EXPECT_THROW(Value().as<std::string>(), TypeMismatch);
  EXPECT_THROW(Value(3).as<std::string>(), TypeMismatch);
  EXPECT_THROW(Value("3").as<int>(), TypeMismatch);
  EXPECT_THROW(Value(300).as<std::uint8_t>(), TypeMismatch);
  EXPECT_THROW(Value(-1).as<std::uint64_t>(), TypeMismatch);
  EXPECT_THROW(Value(Decimal{"1.5"}).as<double>(), TypeMismatch) << "a decimal is exact";
  EXPECT_THROW(Value(Json::array({1})).as<std::vector<std::string>>(), TypeMismatch);
}

TEST(Value, OfAnUnknownTagIsRefused) {
  opf_value strange{};
  strange.type = 99;
  EXPECT_THROW(Value::copy(strange), TypeMismatch);
  EXPECT_THROW(detail::value_as<std::string>(strange), TypeMismatch);
}

TEST(Value, AnEmptyTextMayHaveNoPointer) {
  opf_value empty{};
  empty.type = OPF_TEXT;
  EXPECT_EQ(Value::copy(empty).as<std::string>(), "");
  empty.type = OPF_BYTES;
  EXPECT_EQ(Value::copy(empty).as<Bytes>(), Bytes());
}

TEST(Json, WritesWhatItReads) {
  for (const char* text : {"null", "true", "-12", "1.5", "\"a\\\"b\"", "[]", "{}", "[1,[2,{\"a\":null}]]",
                           "{\"b\":1,\"a\":\"\xC3\xA9\"}", "9223372036854775807"})
    EXPECT_EQ(Json::parse(text).value().dump(), text);
}

TEST(Json, ReadsEscapesAndSurrogates) {
  EXPECT_EQ(Json::parse(R"("\u00e9\n\/\ud83d\ude00")").value().text(), "\u00e9\n/\U0001F600");
  EXPECT_EQ(Json("\x01").dump(), "\"\\u0001\"");
}

TEST(Json, RefusesWhatIsNone) {
  for (const char* text : {"",          " ",           "tru",         "01",
                           "1.",        "-",           "+1",          ".5",
                           "1e",        "\"",          "\"\n\"",      "\"\\x\"",
                           "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
                           "[1,]",      "[1",          "{\"a\"}",     "{\"a\":1,}",
                           "{a:1}",     "1 2",         "nul",         "[]]",
                           "\x00"})
    EXPECT_FALSE(Json::parse(text)) << text;
}

TEST(Json, RefusesTooDeepNesting) {
  EXPECT_TRUE(Json::parse(std::string(64, '[') + std::string(64, ']')));
  EXPECT_FALSE(Json::parse(std::string(100'000, '[')));
}

TEST(Json, NumbersOutsideOf64BitsBecomeReal) {
  EXPECT_EQ(Json::parse("9223372036854775808").value().integer(), std::nullopt);
  EXPECT_EQ(Json::parse("9223372036854775808").value().number(), 9223372036854775808.0);
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).dump(), "null");
}

TEST(Json, LookupsCanBeChained) {
  const Json json = Json::parse(R"({"a":{"b":[7]}})").value();
  EXPECT_EQ(json["a"]["b"].items().at(0).integer(), 7);
  EXPECT_TRUE(json["x"]["y"].is_null());
  EXPECT_EQ(json["a"].text(), std::nullopt);
  for (const Json& item : Json::parse("[1,2]").value().items())
    EXPECT_TRUE(item.integer()) << "of a temporary";
}

TEST(Json, IsBuiltByNameAndItem) {
  Json json;
  json.set("a", 1).set("list", Json().push("x").push(2)).set("a", false);
  EXPECT_EQ(json.dump(), R"({"a":false,"list":["x",2]})");
}

}  // namespace
}  // namespace opsflux
