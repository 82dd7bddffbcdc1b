#include "host/tabular/interpret.hpp"

#include <gtest/gtest.h>

namespace opsflux::tabular {
namespace {

std::string number(std::string_view text, DecimalMark mark) {
  auto out = interpret_number(text, mark);
  return out ? out->digits : out.error().code;
}
std::string date(std::string_view text, DateOrder order) {
  auto out = interpret_date(text, order);
  return out ? to_iso(*out) : out.error().code;
}
std::string time_of(std::string_view text, DateOrder order = DateOrder::kYmd) {
  auto out = interpret_datetime(text, order);
  return out ? to_iso(*out) : out.error().code;
}
NumberColumn numbers(std::initializer_list<const char*> values) {
  NumberColumn column;
  for (const char* value : values) column.add(value);
  return column;
}
DateColumn dates(std::initializer_list<const char*> values) {
  DateColumn column;
  for (const char* value : values) column.add(value);
  return column;
}

TEST(ExactDecimal, KeepsEveryDigit) {
  EXPECT_EQ(exact_decimal("0012.340"), "12.340");
  EXPECT_EQ(exact_decimal("-1.50E+3"), "-1500");
  EXPECT_EQ(exact_decimal("1e-7"), "0.0000001");
  EXPECT_EQ(exact_decimal(".5"), "0.5");
  EXPECT_EQ(exact_decimal("-0.00"), "0.00");
  EXPECT_EQ(exact_decimal("123456789012345678901234567890.1"), "123456789012345678901234567890.1");
  EXPECT_EQ(exact_decimal("1.23456789E4"), "12345.6789");
  for (const char* wrong :
       {"", "-", ".", "5.", "1e", "1e999999999", "1.2.3", "1,5", "0x10", "nan", "1e401", " 1"})
    EXPECT_EQ(exact_decimal(wrong), std::nullopt) << wrong;
}

TEST(InterpretNumber, ReadsWhatPeopleWrite) {
  for (const char* same : {"1 234,56", "1.234,56",
                           "1\xC2\xA0"
                           "234,56",
                           "1\xE2\x80\xAF"
                           "234,56",
                           "1234,56", " 1'234,56 "})
    EXPECT_EQ(number(same, DecimalMark::kComma), "1234.56") << same;
  EXPECT_EQ(number("1,234.56", DecimalMark::kPoint), "1234.56");
  EXPECT_EQ(number("1 234 567.5", DecimalMark::kPoint), "1234567.5");
  EXPECT_EQ(number("\xE2\x88\x92"
                   "12,5",
                   DecimalMark::kComma),
            "-12.5");
  EXPECT_EQ(number("- 12", DecimalMark::kComma), "-12");
  EXPECT_EQ(number("3,5E+2", DecimalMark::kComma), "350");
  EXPECT_EQ(number("12345678901234567890,123", DecimalMark::kComma), "12345678901234567890.123");
}

TEST(InterpretNumber, RefusesTheRest) {
  for (const char* wrong : {"", " ", "abc", "1,2,3", "12,34", "1.23.456,7", "1 23", "1,234 567", "5.", "€ 5",
                            "10 %", "--1", "1..2", "0x1F", "1,234.", "1234,567"})
    EXPECT_EQ(number(wrong, DecimalMark::kPoint), "table.not_a_number") << wrong;
  EXPECT_EQ(number("1,234.56", DecimalMark::kComma), "table.not_a_number");
}

TEST(NumberColumn, TakesTheMarkForWhichThereIsProof) {
  EXPECT_EQ(numbers({"1.234", "12,5"}).reading(), Reading::kCertain);
  EXPECT_EQ(numbers({"1.234", "12,5"}).mark(), DecimalMark::kComma);
  EXPECT_EQ(numbers({"1,234", "12.5", ""}).mark(), DecimalMark::kPoint);
  EXPECT_EQ(numbers({"1", "22", "333 000"}).reading(), Reading::kCertain);
}

TEST(NumberColumn, SaysWhenItCannotKnow) {
  EXPECT_EQ(numbers({"1,234", "5"}).reading(), Reading::kAmbiguous);
  EXPECT_EQ(numbers({"1.234", "9.999"}).reading(), Reading::kAmbiguous);
  EXPECT_EQ(numbers({"12,5", "12.5"}).reading(), Reading::kMixed);
  const NumberColumn words = numbers({"1", "n/a", "x"});
  EXPECT_EQ(words.reading(), Reading::kNone);
  EXPECT_EQ(words.misfit(), "n/a");
  EXPECT_EQ(numbers({"", " "}).reading(), Reading::kNone);
}

TEST(InterpretDate, ReadsEachOrder) {
  EXPECT_EQ(date("2024-02-29", DateOrder::kDmy), "2024-02-29");
  EXPECT_EQ(date("2024/2/9", DateOrder::kMdy), "2024-02-09");
  EXPECT_EQ(date("29/02/2024", DateOrder::kDmy), "2024-02-29");
  EXPECT_EQ(date("29.2.24", DateOrder::kDmy), "2024-02-29");
  EXPECT_EQ(date("29-02-2024", DateOrder::kDmy), "2024-02-29");
  EXPECT_EQ(date("02/29/2024", DateOrder::kMdy), "2024-02-29");
  EXPECT_EQ(date("1/1/29", DateOrder::kDmy) + date("1/1/30", DateOrder::kDmy), "2029-01-011930-01-01");
}

TEST(InterpretDate, RefusesDaysThatDoNotExist) {
  for (const char* wrong :
       {"2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "0000-01-01"})
    EXPECT_EQ(date(wrong, DateOrder::kYmd), "table.no_such_date") << wrong;
  EXPECT_EQ(date("30/02/2024", DateOrder::kDmy), "table.no_such_date");
  EXPECT_EQ(date("13/13/2024", DateOrder::kMdy), "table.no_such_date");
  for (const char* wrong :
       {"", "2024", "1/2", "1/2-2024", "yesterday", "2024-01-01x", "1/2/3456789", "1/2/345", "111/1/2024"})
    EXPECT_EQ(date(wrong, DateOrder::kDmy), "table.not_a_date") << wrong;
  EXPECT_EQ(date("01/02/2024", DateOrder::kYmd), "table.not_a_date");
}

TEST(InterpretDateTime, ReadsClocksAndZones) {
  EXPECT_EQ(time_of("2024-02-29T13:30:05.125"), "2024-02-29T13:30:05.125");
  EXPECT_EQ(time_of("29/02/2024 9:05", DateOrder::kDmy), "2024-02-29T09:05:00");
  EXPECT_EQ(time_of("2024-02-29"), "2024-02-29T00:00:00");
  EXPECT_EQ(time_of("2024-02-29T00:30:00+02:00"), "2024-02-28T22:30:00Z");
  EXPECT_EQ(time_of("2024-12-31 23:30:00 -0100"), "2025-01-01T00:30:00Z");
  EXPECT_EQ(time_of("1969-12-31T23:59:59Z"), "1969-12-31T23:59:59Z");
  for (const char* wrong :
       {"2024-02-29T24:00", "2024-02-29T12:60", "2024-02-29T12", "2024-02-29T12:00:00+25:00",
        "2024-02-29Q12:00", "0001-01-01T00:00:00+02:00", "2024-02-29T12:00:00."})
    EXPECT_EQ(time_of(wrong), "table.not_a_date") << wrong;
}

TEST(DateColumn, NeedsADayAboveTwelveOrADot) {
  EXPECT_EQ(dates({"01/02/2024", "13/02/2024"}).order(), DateOrder::kDmy);
  EXPECT_EQ(dates({"01/02/2024", "02/13/2024"}).order(), DateOrder::kMdy);
  EXPECT_EQ(dates({"01/02/2024", "03/04/2024"}).reading(), Reading::kAmbiguous);
  EXPECT_EQ(dates({"01-02-2024"}).reading(), Reading::kAmbiguous);
  EXPECT_EQ(dates({"05/05/2024"}).reading(), Reading::kCertain) << "the same in both orders";
  EXPECT_EQ(dates({"13/02/2024", "02/13/2024"}).reading(), Reading::kMixed);
  EXPECT_EQ(dates({"01.02.2024"}).reading(), Reading::kCertain);
  EXPECT_EQ(dates({"01.02.2024"}).order(), DateOrder::kDmy);
  EXPECT_EQ(dates({"2024-01-02", "2024-02-01"}).order(), DateOrder::kYmd);
  EXPECT_TRUE(dates({"2024-01-02 10:00"}).has_times());
  EXPECT_EQ(dates({"2024-01-02", "soon"}).misfit(), "soon");
}

}  // namespace
}  // namespace opsflux::tabular
