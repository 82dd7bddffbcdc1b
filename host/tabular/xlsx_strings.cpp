#include "host/tabular/xlsx_workbook.hpp"
#include "host/tabular/xml_stream.hpp"

namespace opsflux::tabular {

// The texts of <t> in each <si>, without the phonetic ones of <rPh>.
class StringsHandler : public XmlHandler {
 public:
  StringsHandler(SharedStrings& out, const ReadLimits& limits) : out_(out), limits_(limits) {}

  void start(std::string_view name, const XmlAttributes&) override {
    if (name == "si") current_.clear();
    if (name == "rPh") phonetic_ = true;
    if (name == "t") inside_ = !phonetic_;
  }
  void end(std::string_view name) override {
    if (name == "t") inside_ = false;
    if (name == "rPh") phonetic_ = false;
    if (name != "si") return;
    out_.block_ += unescape_xlsx(current_);
    out_.ends_.push_back(out_.block_.size());
    check(out_.block_.size() + out_.ends_.size() * sizeof(std::uint64_t));
  }
  void text(std::string_view piece) override {
    if (!inside_) return;
    current_ += piece;
    check(out_.block_.size() + current_.size());
  }

 private:
  void check(std::size_t bytes) {
    if (bytes <= limits_.max_string_bytes) return;
    failed = Error::too_large("table.strings_too_large",
                              "The texts of the workbook take more than " +
                                  std::to_string(limits_.max_string_bytes) +
                                  " bytes. Save the sheet as CSV, which has no such limit.")
                 .with("limit", std::to_string(limits_.max_string_bytes));
  }

  SharedStrings& out_;
  const ReadLimits& limits_;
  std::string current_;
  bool inside_ = false, phonetic_ = false;
};

Result<SharedStrings> SharedStrings::read(XlsxArchive& archive, const std::string& part,
                                          const ReadLimits& limits) {
  SharedStrings out;
  StringsHandler handler(out, limits);
  TRY(parse_part(archive, part, handler));
  return out;
}

std::optional<std::string_view> SharedStrings::at(std::size_t index) const {
  if (index >= ends_.size()) return std::nullopt;
  const std::uint64_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(block_).substr(begin, ends_[index] - begin);
}

}  // namespace opsflux::tabular
