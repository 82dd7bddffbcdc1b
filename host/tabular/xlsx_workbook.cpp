#include "host/tabular/xlsx_workbook.hpp"

#include "host/base/text.hpp"
#include "host/tabular/xml_stream.hpp"

namespace opsflux::tabular {
namespace {

struct Relation {
  std::string id, type, target;
};

// "/officeDocument/2006/relationships/styles" and its strict twin both end in "/styles".
bool has_type(const Relation& relation, std::string_view name) {
  return relation.type.ends_with("/" + std::string(name));
}

// A target as a part's name: from the root, or relative to the folder of `from`.
std::string resolve(const std::string& from, const std::string& target) {
  if (target.starts_with('/')) return target.substr(1);
  const auto slash = from.rfind('/');
  const std::string joined = slash == std::string::npos ? target : from.substr(0, slash + 1) + target;
  std::vector<std::string> parts;
  for (const std::string_view part : split(joined, '/')) {
    if (part == ".." && !parts.empty()) parts.pop_back();
    if (part != "." && part != ".." && !part.empty()) parts.emplace_back(part);
  }
  return join(parts, "/");
}

std::string relations_part(const std::string& part) {
  const auto slash = part.rfind('/');
  if (slash == std::string::npos) return "_rels/" + part + ".rels";
  return part.substr(0, slash) + "/_rels/" + part.substr(slash + 1) + ".rels";
}

class RelationsHandler : public XmlHandler {
 public:
  void start(std::string_view name, const XmlAttributes& a) override {
    if (name != "Relationship") return;
    if (found.size() == 10'000) {
      failed = bad_workbook("_rels", "it has too many relationships");
      return;
    }
    found.push_back({a.text("Id"), a.text("Type"), a.text("Target")});
  }
  std::vector<Relation> found;
};

class WorkbookHandler : public XmlHandler {
 public:
  void start(std::string_view name, const XmlAttributes& a) override {
    if (name == "sheet") {
      if (sheets.size() == 10'000) {
        failed = bad_workbook("workbook", "it has too many sheets");
        return;
      }
      sheets.emplace_back(a.text("name"), relation_id(a));
    }
    if (name == "workbookPr") {
      const std::string value = a.text("date1904");
      from_1904 = value == "1" || value == "true" || value == "on";
    }
  }
  std::vector<std::pair<std::string, std::string>> sheets;  // name, id of the relation
  bool from_1904 = false;

 private:
  // "r:id" beside "sheetId"; the local name of both prefixes in use is "id".
  static std::string relation_id(const XmlAttributes& a) { return a.text("id"); }
};

class StylesHandler : public XmlHandler {
 public:
  explicit StylesHandler(std::vector<NumberShape>& out) : out_(out) {}
  void start(std::string_view name, const XmlAttributes& a) override {
    if (name == "numFmt" && codes_.size() < 10'000)
      codes_[static_cast<int>(parse_int(a.text("numFmtId")).value_or(-1))] =
          shape_of_code(a.text("formatCode"));
    if (name == "cellXfs") inside_ = true;
    if (name != "xf" || !inside_) return;
    if (out_.size() == 100'000) {
      failed = bad_workbook("styles", "it has too many styles");
      return;
    }
    const int id = static_cast<int>(parse_int(a.text("numFmtId")).value_or(0));
    const auto own = codes_.find(id);
    out_.push_back(own != codes_.end() ? own->second : shape_of_id(id));
  }
  void end(std::string_view name) override {
    if (name == "cellXfs") inside_ = false;
  }

 private:
  std::vector<NumberShape>& out_;
  std::map<int, NumberShape> codes_;
  bool inside_ = false;
};

Result<std::vector<Relation>> read_relations(XlsxArchive& archive, const std::string& part) {
  RelationsHandler handler;
  TRY(parse_part(archive, part, handler));
  return std::move(handler.found);
}

Result<std::string> find_workbook_part(XlsxArchive& archive) {
  TRY_ASSIGN(relations, read_relations(archive, "_rels/.rels"));
  for (const Relation& relation : relations)
    if (has_type(relation, "officeDocument")) return resolve("", relation.target);
  return fail(bad_workbook("_rels/.rels", "it names no workbook"));
}

}  // namespace

Result<Workbook> read_workbook(XlsxArchive& archive) {
  TRY_ASSIGN(part, find_workbook_part(archive));
  WorkbookHandler handler;
  TRY(parse_part(archive, part, handler));
  TRY_ASSIGN(relations, read_relations(archive, relations_part(part)));
  Workbook workbook;
  workbook.from_1904 = handler.from_1904;
  std::map<std::string, const Relation*> by_id;
  for (const Relation& relation : relations) {
    by_id[relation.id] = &relation;
    if (has_type(relation, "sharedStrings")) workbook.strings_part = resolve(part, relation.target);
    if (has_type(relation, "styles")) {
      StylesHandler styles(workbook.styles);
      TRY(parse_part(archive, resolve(part, relation.target), styles));
    }
  }
  for (auto& [name, id] : handler.sheets) {
    const auto relation = by_id.find(id);
    if (relation == by_id.end()) return fail(bad_workbook(part, "the sheet \"" + name + "\" has no part"));
    if (has_type(*relation->second, "worksheet"))
      workbook.sheets.push_back({std::move(name), resolve(part, relation->second->target)});
  }
  return workbook;
}

}  // namespace opsflux::tabular
