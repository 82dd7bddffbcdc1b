#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "host/tabular/table_writer.hpp"
#include "host/tabular/testing.hpp"

// Fontconfig keeps its configuration to the end of the process, behind pointers that LeakSanitizer does not
// follow.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }

namespace opsflux::tabular {
namespace {

using Rows = std::vector<std::string>;

class Writing : public TabularTest {
 protected:
  using Table = std::vector<std::vector<Cell>>;

  Result<WriteSummary> write(const std::string& name, OutputKind kind, std::vector<OutputColumn> columns,
                             const Table& rows, WriteOptions options = {}) {
    TRY_ASSIGN(writer, create_table(folder / name, kind, std::move(columns), std::move(options)));
    for (const auto& row : rows) TRY(writer->row(row));
    return writer->finish();
  }
  std::string bytes(const std::string& name) { return read_file(folder / name).value_or("no file"); }

  // The cells of a sheet as Python's own libraries see them: "A1 type style value" a line.
  std::string cells_by_python(const std::string& name) {
    const auto script = file("cells.py", R"py(
import re, sys, zipfile, xml.etree.ElementTree as tree
book = zipfile.ZipFile(sys.argv[1])
assert book.testzip() is None
ns = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
formats = {f.get('numFmtId'): f.get('formatCode') for f in tree.fromstring(book.read('xl/styles.xml')).iter(ns + 'numFmt')}
xfs = list(tree.fromstring(book.read('xl/styles.xml')).find(ns + 'cellXfs'))
for c in tree.fromstring(book.read('xl/worksheets/sheet1.xml')).iter(ns + 'c'):
    value = ''.join(t.text or '' for t in c.iter() if t.tag in (ns + 'v', ns + 't'))
    style = formats.get(xfs[int(c.get('s', 0))].get('numFmtId'), '-')
    print(c.get('r'), c.get('t', 'n'), style, repr(value), 'FORMULA' if c.find(ns + 'f') is not None else '', sep='|')
print([n for n in book.namelist() if 'rels' in n and 'hyperlink' in book.read(n).decode()])
)py");
    return run("python3 '" + script.string() + "' '" + (folder / name).string() + "'");
  }
};

const std::vector<OutputColumn> kColumns = {
    {"name", "Nom"}, {"amount", "Montant"}, {"paid", ""}, {"day", "Jour"}, {"at", ""}};

std::vector<Cell> example() {
  return {text("Café; \"x\""), num("-1234.50"), true, Date{2024, 2, 29},
          DateTime{{2024, 2, 29}, 13, 30, 5, 125, false}};
}
std::vector<Cell> emptiness() { return {Cell(), Cell(), Cell(), Cell(), Cell()}; }

TEST_F(Writing, CsvIsWhatExcelReads) {
  WriteOptions options;
  options.separator = ';';
  options.decimal_comma = true;
  options.yes = "oui";
  auto done = write("t.csv", OutputKind::kCsv, kColumns,
                    {example(),
                     emptiness(),
                     {text("=cmd|' /C calc'!A0"), num("-5"), false, CellError{"#REF!"}, text("@a")}},
                    options);
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(bytes("t.csv"),
            "\xEF\xBB\xBFNom;Montant;paid;Jour;at\r\n"
            "\"Café; \"\"x\"\"\";-1234,50;oui;2024-02-29;2024-02-29T13:30:05.125\r\n;;;;\r\n"
            "'=cmd|' /C calc'!A0;-5;false;#REF!;'@a\r\n");
  EXPECT_EQ(done->rows, 3);
  EXPECT_EQ(done->bytes, bytes("t.csv").size());
}

TEST_F(Writing, JsonAndLinesKeepTypesAndDigits) {
  ASSERT_TRUE(write("t.json", OutputKind::kJson, kColumns, {example(), emptiness()}));
  const std::string first =
      "{\"name\":\"Café; \\\"x\\\"\",\"amount\":-1234.50,\"paid\":true,\"day\":\"2024-02-29\","
      "\"at\":\"2024-02-29T13:30:05.125\"}";
  const std::string second = "{\"name\":null,\"amount\":null,\"paid\":null,\"day\":null,\"at\":null}";
  EXPECT_EQ(bytes("t.json"), "[\n" + first + ",\n" + second + "\n]\n");
  ASSERT_TRUE(write("t.ndjson", OutputKind::kNdjson, kColumns, {example(), emptiness()}));
  EXPECT_EQ(bytes("t.ndjson"), first + "\n" + second + "\n");
  ASSERT_TRUE(write("empty.json", OutputKind::kJson, kColumns, {}));
  EXPECT_EQ(bytes("empty.json"), "[\n]\n");
}

TEST_F(Writing, WhatIsWrittenIsReadAgain) {
  const Table table = {example(),
                       {text("line\r\nbreak\t_x0041_"), num("0.1"), false, Date{1900, 3, 1},
                        DateTime{{9999, 12, 31}, 23, 59, 59, 999, false}}};
  for (const auto& [name, kind] : {std::pair{"t.xlsx", OutputKind::kXlsx},
                                   {"t.csv", OutputKind::kCsv},
                                   {"t.json", OutputKind::kJson},
                                   {"t.ndjson", OutputKind::kNdjson}}) {
    auto done = write(name, kind, kColumns, table);
    ASSERT_TRUE(done) << name << describe(done.error());
    auto reader = open_table(folder / name);
    ASSERT_TRUE(reader) << name << describe(reader.error());
    const Rows rows = rows_of(**reader);
    ASSERT_EQ(rows.size(), 2u) << name;
    if (kind == OutputKind::kXlsx) {
      EXPECT_EQ(rows[0], "2: 'Café; \"x\"' | -1234.5 | true | 2024-02-29 | 2024-02-29T13:30:05.125");
      EXPECT_EQ(rows[1], "3: 'line\r\nbreak\t_x0041_' | 0.1 | false | 1900-03-01 | 9999-12-31T23:59:59.999");
    } else {
      EXPECT_EQ((*reader)->headers().size(), 5u) << name;
      EXPECT_TRUE(rows[1].find("line\r\nbreak\t_x0041_") != std::string::npos) << name << rows[1];
    }
  }
}

TEST_F(Writing, XlsxHasRealTypesAndNeverFormulasOrLinks) {
  auto done = write("t.xlsx", OutputKind::kXlsx, {{"a", "Café"}, {"b", ""}, {"c", ""}},
                    {{num("1234.5"), num("123456789012345"), num("1234567890123456")},
                     {text("=1+1"), text("https://example.org/"), text("{=A1}")},
                     {Date{2024, 2, 29}, DateTime{{2024, 2, 29}, 12, 0, 0, 0, false}, Date{1900, 2, 28}},
                     {true, CellError{"#REF!"}, num("0.1")},
                     {num("100000000000000000000"), text("00123"), text("mailto:a@b.c")}});
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(cells_by_python("t.xlsx"),
            "A1|inlineStr|-|'Café'|\nB1|inlineStr|-|'b'|\nC1|inlineStr|-|'c'|\n"
            "A2|n|-|'1234.5'|\nB2|n|-|'123456789012345'|\nC2|inlineStr|-|'1234567890123456'|\n"
            "A3|inlineStr|-|'=1+1'|\nB3|inlineStr|-|'https://example.org/'|\nC3|inlineStr|-|'{=A1}'|\n"
            "A4|n|yyyy-mm-dd|'45351'|\nB4|n|yyyy-mm-dd hh:mm:ss|'45351.5'|\nC4|inlineStr|-|'1900-02-28'|\n"
            "A5|b|-|'1'|\nB5|inlineStr|-|'#REF!'|\nC5|n|-|'0.1'|\n"
            "A6|n|-|'1E+20'|\nB6|inlineStr|-|'00123'|\nC6|inlineStr|-|'mailto:a@b.c'|\n[]\n");
  EXPECT_EQ(done->numbers_as_text, 1);
}

TEST_F(Writing, XlsxIsReadyToWorkWith) {
  WriteOptions options;
  options.title = "Sociétés [2024]: a/b?";
  ASSERT_TRUE(write("t.xlsx", OutputKind::kXlsx, {{"a", "Name", 40}, {"b", "A rather long title here"}},
                    {{text("x"), text("y")}, {text("x"), text("y")}}, options));
  const auto part = [&](const std::string& name) {
    return run("python3 -c \"import sys,zipfile;sys.stdout.buffer.write(zipfile.ZipFile('" +
               (folder / "t.xlsx").string() + "').read('" + name + "'))\"");
  };
  const std::string sheet = part("xl/worksheets/sheet1.xml");
  EXPECT_NE(sheet.find("<autoFilter ref=\"A1:B3\"/>"), std::string::npos) << sheet;
  EXPECT_NE(sheet.find("ySplit=\"1\" topLeftCell=\"A2\""), std::string::npos);
  EXPECT_NE(sheet.find("state=\"frozen\""), std::string::npos);
  EXPECT_NE(sheet.find("<col min=\"1\" max=\"1\" width=\"40."), std::string::npos);
  EXPECT_NE(sheet.find("<col min=\"2\" max=\"2\" width=\"27."), std::string::npos);
  EXPECT_NE(part("xl/styles.xml").find("<b/>"), std::string::npos);
  EXPECT_NE(part("xl/workbook.xml").find("name=\"Sociétés  2024   a b\""), std::string::npos);
}

TEST_F(Writing, XlsxRefusesOrCutsLongTexts) {
  const std::string fits(32'767, 'x');
  std::string wide;
  for (int i = 0; i < 16'384; ++i) wide += "\xF0\x9F\x98\x80";  // each counts twice in Excel
  EXPECT_TRUE(write("fits.xlsx", OutputKind::kXlsx, {{"a", ""}}, {{text(fits)}}));
  auto refused = write("t.xlsx", OutputKind::kXlsx, {{"a", ""}}, {{text("b")}, {text(fits + "x")}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "table.text_too_long");
  EXPECT_EQ(param(refused.error(), "cell"), "A3");
  EXPECT_FALSE(std::filesystem::exists(folder / "t.xlsx"));
  WriteOptions options;
  options.cut_long_texts = true;
  std::string escapes;
  while (escapes.size() < 32'767) escapes += "_x0041_";
  EXPECT_TRUE(write("t.xlsx", OutputKind::kXlsx, {{"a", ""}}, {{text(escapes.substr(0, 32'766))}}, options));
  auto cut = write("t.xlsx", OutputKind::kXlsx, {{"a", ""}}, {{text(wide)}}, options);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->cut_cells, 1);
  auto reader = open_table(folder / "t.xlsx");
  ASSERT_TRUE(reader);
  EXPECT_EQ(std::get<std::string>((*(*reader)->next())->cells[0]), wide.substr(0, 16'383 * 4));
}

TEST_F(Writing, XlsxSaysWhereASheetEnds) {
  auto writer = create_table(folder / "t.xlsx", OutputKind::kXlsx, {{"a", ""}});
  ASSERT_TRUE(writer);
  const std::vector<Cell> row = {Cell()};
  for (int i = 0; i < 1'048'575; ++i) ASSERT_TRUE((*writer)->row(row));
  auto more = (*writer)->row(row);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, "table.sheet_full");
}

TEST_F(Writing, PdfHasTitleHeaderOnEachPageNumbersAndAccents) {
  WriteOptions options;
  options.title = "Liste des sociétés – été 2024";
  options.page_label = "Página {page}";
  options.decimal_comma = true;
  Table rows;
  for (int i = 0; i < 200; ++i)
    rows.push_back(
        {text("Élan nº " + std::to_string(i)), num(std::to_string(i) + ".25"), text("Ωμέγα Жук 日")});
  std::string story;
  for (int i = 0; i < 300; ++i) story += "parole" + std::to_string(i) + "\n";
  rows.push_back({text(story), num("1"), text(std::string(300'000, 'x'))});
  auto done =
      write("t.pdf", OutputKind::kPdf, {{"a", "Société"}, {"b", "Montant"}, {"c", "Grec"}}, rows, options);
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(done->cut_cells, 2);
  const std::string pdf = "'" + (folder / "t.pdf").string() + "'";
  const std::string about = run("pdfinfo " + pdf);
  EXPECT_NE(about.find("841.89 x 595.28 pts (A4)"), std::string::npos) << about;
  EXPECT_NE(about.find("Title:           Liste des sociétés"), std::string::npos) << about;
  const std::string text = run("pdftotext -layout " + pdf + " -");
  const auto pages = split(text, '\f');
  ASSERT_GT(pages.size(), 4u);
  EXPECT_NE(pages[0].find("Liste des sociétés – été 2024"), std::string::npos);
  for (std::size_t i = 0; i + 1 < pages.size(); ++i) {
    EXPECT_NE(pages[i].find("Montant"), std::string::npos) << "page " << i + 1;
    EXPECT_NE(pages[i].find("Página " + std::to_string(i + 1) + "\n"), std::string::npos) << pages[i];
  }
  for (int i = 0; i < 200; ++i)
    ASSERT_NE(text.find("Élan nº " + std::to_string(i) + " "), std::string::npos) << i;
  EXPECT_NE(text.find("199,25"), std::string::npos);
  EXPECT_NE(text.find("Ωμέγα Жук"), std::string::npos);
  EXPECT_NE(text.find("parole0"), std::string::npos);
  EXPECT_NE(text.find("…"), std::string::npos);
  EXPECT_EQ(text.find("parole299"), std::string::npos);
}

TEST_F(Writing, PdfKeepsItsLimits) {
  std::vector<OutputColumn> columns;
  for (int i = 0; i < 25; ++i) columns.push_back({"c" + std::to_string(i), ""});
  auto wide = create_table(folder / "t.pdf", OutputKind::kPdf, columns);
  ASSERT_FALSE(wide);
  EXPECT_EQ(wide.error().code, "table.too_many_page_columns");
  WriteOptions options;
  options.max_pdf_rows = 1;
  auto full = write("t.pdf", OutputKind::kPdf, {{"a", ""}}, {{num("1")}, {num("2")}}, options);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, "table.pdf_full");
  columns.pop_back();
  EXPECT_TRUE(write("t.pdf", OutputKind::kPdf, columns, {}));
}

TEST_F(Writing, LeavesNothingBehindWhenGivenUp) {
  for (const OutputKind kind : {OutputKind::kCsv, OutputKind::kXlsx, OutputKind::kJson, OutputKind::kPdf}) {
    auto writer = create_table(folder / "t", kind, {{"a", ""}});
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->row(std::vector<Cell>{num("1")}));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(Writing, RefusesRowsThatDoNotFit) {
  const auto code = [&](const std::vector<Cell>& row) {
    auto done = write("t.csv", OutputKind::kCsv, {{"a", ""}}, {row});
    return done ? "written" : done.error().code;
  };
  EXPECT_EQ(code({num("1"), num("2")}), "table.wrong_row");
  EXPECT_EQ(code({num("1,5")}), "table.wrong_row");
  EXPECT_EQ(code({num("1]}\n")}), "table.wrong_row");
  EXPECT_EQ(code({text("\xC3")}), "table.wrong_row");
  EXPECT_EQ(code({text(std::string("a\0b", 3))}), "table.wrong_row");
  EXPECT_EQ(code({Date{2024, 2, 30}}), "table.wrong_row");
  EXPECT_FALSE(create_table(folder / "t.csv", OutputKind::kCsv, {}));
  WriteOptions options;
  options.separator = '"';
  EXPECT_FALSE(create_table(folder / "t.csv", OutputKind::kCsv, {{"a", ""}}, options));
  EXPECT_FALSE(create_table(folder / "t.csv", OutputKind::kCsv, {{"a", ""}, {"a", ""}}));
  EXPECT_FALSE(create_table(folder / "no" / "folder.csv", OutputKind::kCsv, {{"a", ""}}));
  EXPECT_FALSE(create_table(folder / "no" / "folder.pdf", OutputKind::kPdf, {{"a", ""}}));
  EXPECT_FALSE(write("no/folder.xlsx", OutputKind::kXlsx, {{"a", ""}}, {}));
}

// A limit on the size of files stands for a full disk; the child process keeps it to itself.
TEST_F(Writing, TellsWhenAFileCannotGrow) {
  for (const OutputKind kind : {OutputKind::kCsv, OutputKind::kXlsx, OutputKind::kNdjson, OutputKind::kPdf}) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{20'000, 20'000};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      Table rows;
      for (int i = 0; i < 20'000; ++i) rows.push_back({text(sha256_hex(std::to_string(i)))});
      auto done = write("t", kind, {{"a", ""}}, rows);
      const bool told =
          !done && (done.error().code == "file.failed" || done.error().code == "table.write_failed" ||
                    done.error().code == "table.bad_archive");
      ::_exit(told && !std::filesystem::exists(folder / "t") ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
        << "kind " << static_cast<int>(kind) << " " << status;
  }
}

}  // namespace
}  // namespace opsflux::tabular
