#include "host/tabular/testing.hpp"

namespace opsflux::tabular {
namespace {

using Rows = std::vector<std::string>;

class Xlsx : public TabularTest {
 protected:
  Rows rows(const Workbook& w, ReadOptions options = {}) {
    auto reader = open_table(workbook(w), std::move(options));
    if (!reader) return {reader.error().code};
    headers = (*reader)->headers();
    info = (*reader)->info();
    return rows_of(**reader);
  }
  std::vector<std::string> headers;
  TableInfo info;
};

const std::string kHead =
    "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c>"
    "<c r=\"B1\" t=\"inlineStr\"><is><t>b</t></is></c></row>";
// One row of one cell under a header.
std::string under(const std::string& cell) { return kHead + "<row r=\"2\">" + cell + "</row>"; }

TEST_F(Xlsx, ReadsTextsOfEachWayOfWriting) {
  Workbook w;
  w.strings =
      "<si><t>name</t></si><si><r><rPr><b/></rPr><t>No</t></r><r><t xml:space=\"preserve\">te </t></r>"
      "<rPh sb=\"0\" eb=\"1\"><t>phonetic</t></rPh></si><si><t>x &amp; _x000D_ &lt;é&gt;</t></si><si/>";
  w.sheet =
      "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>"
      "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\" "
      "t=\"inlineStr\"><is><r><t>in</t></r><r><t>line</t>"
      "</r></is></c></row>"
      "<row r=\"3\"><c r=\"A3\" t=\"str\"><f>A1&amp;\"x\"</f><v>namex</v></c><c r=\"B3\" "
      "t=\"s\"><v>3</v></c></row>";
  EXPECT_EQ(rows(w), (Rows{"2: 'x & \r <é>' | 'inline'", "3: 'namex' | -"}));
  EXPECT_EQ(headers, (std::vector<std::string>{"name", "Note"}));
}

TEST_F(Xlsx, KeepsNumbersExactAndUndoesOnlyExcelsOwnRounding) {
  Workbook w;
  const auto number = [](const std::string& v) { return "<row><c><v>" + v + "</v></c></row>"; };
  w.sheet = kHead + number("0.1") + number("1.1000000000000001") + number("12345678901234567") +
            number("1E-7") + number("-2.5E+3") + number("100.0") + number("0.30000000000000004") +
            number("123456789012345678901234567890");
  EXPECT_EQ(rows(w),
            (Rows{"2: 0.1 | -", "3: 1.1 | -", "4: 12345678901234567 | -", "5: 0.0000001 | -", "6: -2500 | -",
                  "7: 100 | -", "8: 0.30000000000000004 | -", "9: 123456789012345678901234567890 | -"}));
}

TEST_F(Xlsx, ReadsBooleansErrorsAndFormulasByTheirLastValue) {
  Workbook w;
  w.sheet =
      kHead +
      "<row r=\"2\"><c r=\"A2\" t=\"b\"><v>1</v></c><c r=\"B2\" t=\"b\"><v>0</v></c></row>"
      "<row r=\"3\"><c r=\"A3\" t=\"e\"><f>A9/0</f><v>#DIV/0!</v></c><c r=\"B3\"><f>1+1</f><v>2</v></c></row>"
      "<row r=\"4\"><c r=\"A4\"><f>1+1</f></c><c r=\"B4\" t=\"str\"><f>\"\"</f><v></v></c></row>";
  EXPECT_EQ(rows(w), (Rows{"2: true | false", "3: !#DIV/0! | 2", "4: !#UNCALCULATED! | -"}));
}

TEST_F(Xlsx, KeepsGapsInPlace) {
  Workbook w;
  w.sheet =
      "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"B3\"><v>7</v></c>"
      "<c r=\"C3\" t=\"inlineStr\"><is><t>c</t></is></c></row><row r=\"4\" s=\"1\"/>"
      "<row r=\"9\"><c r=\"C9\"><v>1</v></c><c r=\"XFD9\" s=\"1\"/></row>"
      "<row><c><v>5</v></c><c r=\"C10\"><v>6</v></c></row><row r=\"12\"><c r=\"D12\"><v>1</v></c></row>"
      "<row r=\"13\"><c r=\"B13\"><v>2</v></c></row>";
  EXPECT_EQ(rows(w), (Rows{"9: - | - | 1", "10: 5 | - | 6", "table.ragged_row 12", "13: - | 2 | -"}));
  EXPECT_EQ(headers, (std::vector<std::string>{"a", "7", "c"}));
}

TEST_F(Xlsx, TellsDatesByTheirFormats) {
  Workbook w;
  w.formats =
      "<numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\\ hh:mm\"/>"
      "<numFmt numFmtId=\"165\" formatCode=\"[Red]0.00&quot; days&quot;;[h]\"/>"
      "<numFmt numFmtId=\"166\" formatCode=\"[h]:mm\"/><numFmt numFmtId=\"167\" formatCode=\"[$-40C]d mmmm "
      "yyyy;@\"/>"
      "<numFmt numFmtId=\"168\" formatCode=\"mm:ss\"/><numFmt numFmtId=\"169\" formatCode=\"mmm\"/>";
  for (const char* id : {"0", "14", "164", "165", "166", "167", "21", "168", "169", "22"})
    w.cell_styles += "<xf numFmtId=\"" + std::string(id) + "\"/>";
  const auto row = [](int style, const std::string& v) {
    return "<row><c s=\"" + std::to_string(style) + "\"><v>" + v + "</v></c></row>";
  };
  w.sheet = kHead + row(0, "45351") + row(1, "45351") + row(2, "45351.5625") + row(2, "45351") +
            row(3, "45351") + row(4, "1.5104166666666667") + row(5, "45351") + row(6, "0.520833333333333") +
            row(7, "0.01") + row(8, "45351") + row(1, "45351.25") + row(9, "45351.999999999") + row(1, "-1") +
            row(1, "3000000");
  EXPECT_EQ(rows(w), (Rows{"2: 45351 | -", "3: 2024-02-29 | -", "4: 2024-02-29T13:30:00 | -",
                           "5: 2024-02-29T00:00:00 | -", "6: 45351 | -", "7: '36:15:00' | -",
                           "8: 2024-02-29 | -", "9: '12:30:00' | -", "10: '00:14:24' | -",
                           "11: 2024-02-29 | -", "12: 2024-02-29T06:00:00 | -", "13: 2024-03-01T00:00:00 | -",
                           "14: !#DATE! -1 | -", "15: !#DATE! 3000000 | -"}));
}

TEST_F(Xlsx, CountsDaysFrom1900WithItsMistakeAndFrom1904) {
  Workbook w;
  w.cell_styles = "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>";
  w.sheet = kHead;
  for (const char* day : {"0", "1", "59", "60", "61", "2958465"})
    w.sheet += "<row><c s=\"1\"><v>" + std::string(day) + "</v></c></row>";
  EXPECT_EQ(rows(w), (Rows{"2: !#DATE! 0 | -", "3: 1900-01-01 | -", "4: 1900-02-28 | -",
                           "5: !#DATE! 1900-02-29 | -", "6: 1900-03-01 | -", "7: 9999-12-31 | -"}));
  w.workbook_settings = "<workbookPr date1904=\"1\"/>";
  w.sheet = kHead +
            "<row><c s=\"1\"><v>0</v></c></row><row><c s=\"1\"><v>43889</v></c></row>"
            "<row><c t=\"d\"><v>2024-02-29T10:00:00</v></c><c t=\"d\"><v>2024-02-29</v></c></row>";
  EXPECT_EQ(rows(w), (Rows{"2: 1904-01-01 | -", "3: 2024-02-29 | -", "4: 2024-02-29T10:00:00 | 2024-02-29"}));
}

TEST_F(Xlsx, ChoosesASheetByName) {
  Workbook w;
  w.sheet = kHead;
  w.second_sheet = "<row><c t=\"str\"><v>z</v></c></row><row><c><v>1</v></c></row>";
  ReadOptions options;
  EXPECT_EQ(rows(w), Rows{});
  EXPECT_EQ(info.sheet, "First");
  EXPECT_EQ(info.sheets, (std::vector<std::string>{"First", "Second"}));
  options.sheet = "Second";
  EXPECT_EQ(rows(w, options), Rows{"2: 1"});
  options.sheet = "Third";
  auto reader = open_table(workbook(w), options);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, "table.unknown_sheet");
  EXPECT_EQ(param(reader.error(), "sheets"), "First, Second");
}

TEST_F(Xlsx, NamesItsSheetsThoughNoneIsATable) {
  Workbook w;
  w.second_sheet = "<row/>";
  const auto names = sheet_names(workbook(w), {});
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, (std::vector<std::string>{"First", "Second"}));
  EXPECT_EQ(sheet_names(file("a.csv", "x\n1\n"), {})->size(), 0u);
  ReadOptions lying;
  lying.file_name = "a.csv";
  EXPECT_EQ(sheet_names(workbook(w), lying).error().code, "table.wrong_kind");
  EXPECT_FALSE(sheet_names(file("b.xlsx", "PK\x03\x04 and no more"), {}));
}

TEST_F(Xlsx, ReadsPrefixedAndStrictNamespaces) {
  Workbook w;
  w.sheet = kHead;
  w.parts["xl/worksheets/sheet1.xml"] =
      "<x:worksheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><x:sheetData><x:row><x:c "
      "t=\"inlineStr\">"
      "<x:is><x:t>h</x:t></x:is></x:c></x:row><x:row><x:c><x:v>4</x:v></x:c></x:row></x:sheetData></"
      "x:worksheet>";
  EXPECT_EQ(rows(w), Rows{"2: 4"});
}

TEST_F(Xlsx, FillsMergedRangesWhenAsked) {
  Workbook w;
  const auto merged = [&](const std::string& rows, const std::string& ranges) {
    w.parts["xl/worksheets/sheet1.xml"] = "<worksheet><sheetData>" + kHead + rows +
                                          "</sheetData><mergeCells>" + ranges + "</mergeCells></worksheet>";
  };
  merged(
      "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><v>2</v></c></row>"
      "<row r=\"3\"><c r=\"A3\"/><c r=\"B3\"><v>3</v></c></row><row r=\"4\"><c r=\"A4\"/></row>"
      "<row r=\"5\"><c r=\"A5\"><v>9</v></c></row><row r=\"6\"><c r=\"B6\"><v>7</v></c></row>",
      "<mergeCell ref=\"A5:B5\"/><mergeCell ref=\"A2:A4\"/>");
  EXPECT_EQ(rows(w), (Rows{"2: 1 | 2", "3: - | 3", "5: 9 | -", "6: - | 7"}));
  ReadOptions options;
  options.fill_merged = true;
  EXPECT_EQ(rows(w, options), (Rows{"2: 1 | 2", "3: 1 | 3", "5: 9 | 9", "6: - | 7"}));
  options.limits.max_columns = 2;
  merged("<row r=\"2\"><c r=\"A2\"><v>1</v></c></row>", "<mergeCell ref=\"A2:XFD2\"/>");
  EXPECT_EQ(rows(w, options), (Rows{"2: 1 | 1"}));
  options.limits.max_record_bytes = 100;
  merged("<row r=\"2\"><c r=\"A2\" t=\"str\"><v>" + std::string(60, 'x') + "</v></c><c r=\"B2\"/></row>",
         "<mergeCell ref=\"A2:B2\"/><mergeCell ref=\"A2:B2\"/><mergeCell ref=\"A2:B2\"/>");
  EXPECT_EQ(rows(w, options), (Rows{"table.bad_workbook"})) << "more ranges than columns";
  for (const char* wrong : {"A2:A1", "B2:A2", "A0:A1", "A2:", "x", "A2:A9999999", "A2:AAAAA2"}) {
    merged("", "<mergeCell ref=\"" + std::string(wrong) + "\"/>");
    EXPECT_EQ(rows(w, options), (Rows{"table.bad_workbook"})) << wrong;
  }
}

TEST_F(Xlsx, RefusesDamage) {
  Workbook w;
  const auto code = [&](const std::string& sheet) {
    w.sheet = sheet;
    const Rows all = rows(w);
    return all.empty() ? "" : all.back();
  };
  EXPECT_EQ(code(under("<c r=\"A2\" t=\"s\"><v>5</v></c>")), "table.bad_workbook");
  EXPECT_EQ(code(under("<c r=\"A2\" t=\"s\"><v>-1</v></c>")), "table.bad_workbook");
  EXPECT_EQ(code(under("<c r=\"A2\"><v>12x</v></c>")), "table.bad_workbook");
  EXPECT_EQ(code(under("<c r=\"A2\" t=\"q\"><v>1</v></c>")), "table.bad_workbook");
  EXPECT_EQ(code(under("<c r=\"B2\"/><c r=\"A2\"/>")), "table.bad_workbook");
  EXPECT_EQ(code(under("<c r=\"ZZZZZZZZZZZZZZZZ2\"/>")), "table.bad_workbook");
  EXPECT_EQ(code(kHead + "<row r=\"1\"/>"), "table.bad_workbook");
  EXPECT_EQ(code(kHead + "<row r=\"9999999\"/>"), "table.bad_workbook");
  EXPECT_EQ(code(kHead + "<row><c></row>"), "table.bad_workbook");
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<c>";
  EXPECT_EQ(code(kHead + "<row>" + deep), "table.bad_workbook");
  EXPECT_EQ(code(kHead + "<row spans=\"" + std::string(3 << 20, '1') + "\"/>"), "table.bad_workbook")
      << "a long tag";
  w.parts["xl/_rels/workbook.xml.rels"] = "<Relationships/>";
  EXPECT_EQ(code(kHead), "table.bad_workbook");
}

TEST_F(Xlsx, RefusesEntityBombs) {
  Workbook w;
  std::string dtd = "<!DOCTYPE x [<!ENTITY a0 \"lol\">";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "&a" + std::to_string(i - 1) + ";";
    dtd += "<!ENTITY a" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) dtd += before;
    dtd += "\">";
  }
  const std::string bomb = dtd + "]><sst><si><t>&a11;</t></si></sst>";
  w.sheet = kHead;
  w.parts["xl/sharedStrings.xml"] = bomb;
  EXPECT_EQ(rows(w), Rows{"table.doctype"});
  w.parts = {{"xl/worksheets/sheet1.xml", dtd + "]><worksheet/>"}};
  EXPECT_EQ(rows(w), Rows{"table.doctype"});
  w.parts = {{"xl/sharedStrings.xml", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><sst/>"}};
  EXPECT_EQ(rows(w), Rows{"table.doctype"});
}

TEST_F(Xlsx, RefusesZipBombs) {
  Workbook w;
  w.sheet = kHead + "<row><c t=\"inlineStr\"><is><t>x</t></is></c></row>" + std::string(40 << 20, ' ');
  EXPECT_EQ(rows(w), (Rows{"2: 'x' | -", "table.unpacked_too_large"})) << "by ratio";
  ReadOptions options;
  options.limits.max_unpacked_bytes = 1 << 20;
  w.sheet = kHead + std::string(2 << 20, ' ');
  EXPECT_EQ(rows(w, options), (Rows{"table.unpacked_too_large"})) << "by size";
  options = {};
  options.limits.max_parts = 5;
  w.sheet = kHead;
  EXPECT_EQ(rows(w, options), (Rows{"table.too_many_parts"}));
  options = {};
  options.limits.max_string_bytes = 1000;
  w.strings = "<si><t>" + std::string(1100, 'x') + "</t></si>";
  EXPECT_EQ(rows(w, options), (Rows{"table.strings_too_large"}));
}

TEST_F(Xlsx, KeepsItsLimits) {
  Workbook w;
  ReadOptions options;
  options.limits.max_columns = 2;
  w.sheet = under("<c r=\"C2\"><v>1</v></c>");
  EXPECT_EQ(rows(w, options), (Rows{"table.too_many_columns 2"}));
  options = {};
  options.limits.max_cell_bytes = 100;
  w.sheet = under("<c t=\"inlineStr\"><is><t>" + std::string(101, 'x') + "</t></is></c>");
  EXPECT_EQ(rows(w, options), (Rows{"table.cell_too_large 2"}));
  w.strings = "<si><t>" + std::string(101, 'x') + "</t></si>";
  w.sheet = under("<c t=\"s\"><v>0</v></c>");
  EXPECT_EQ(rows(w, options), (Rows{"table.cell_too_large 2"}));
  options.limits.max_cell_bytes = 1000;
  options.limits.max_record_bytes = 150;
  w.sheet = under("<c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c>");
  EXPECT_EQ(rows(w, options), (Rows{"table.row_too_large 2"}));
  options.limits.max_record_bytes = 1000;
  options.limits.max_rows = 1;
  w.sheet = under("<c><v>1</v></c>") + "<row><c><v>1</v></c></row>";
  EXPECT_EQ(rows(w, options), (Rows{"2: 1 | -", "table.too_many_rows"}));
}

TEST_F(Xlsx, RefusesATruncatedArchive) {
  Workbook w;
  w.sheet = kHead;
  const std::string whole = *read_file(workbook(w));
  for (const std::size_t size : {std::size_t{30}, whole.size() / 2, whole.size() - 10})
    EXPECT_EQ(code_of(open("cut.xlsx", whole.substr(0, size))), "table.bad_archive") << size;
}

}  // namespace
}  // namespace opsflux::tabular
