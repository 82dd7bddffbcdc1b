#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <numeric>

#include "host/base/text.hpp"
#include "host/tabular/writers.hpp"

namespace opsflux::tabular {
namespace {

// Points; A4 landscape.
constexpr double kPageWidth = 841.89, kPageHeight = 595.28, kMargin = 36, kFooter = 18, kPadding = 3;
constexpr double kNarrowest = 31, kWidestWish = 220;
constexpr std::size_t kMostColumns = 24, kMeasuredRows = 100, kMostCharacters = 1000;
constexpr int kMostLines = 3;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, Freed<cairo_surface_destroy>>;
using Canvas = std::unique_ptr<cairo_t, Freed<cairo_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Freed<g_object_unref>>;
using Font = std::unique_ptr<PangoFontDescription, Freed<pango_font_description_free>>;

Font font(const char* name) { return Font(pango_font_description_from_string(name)); }

struct PdfCell {
  std::string text;
  bool right = false, cut = false;
};
using PdfRow = std::vector<PdfCell>;

// One paragraph of a bounded length: what Pango lays out line by line must not be a whole book.
PdfCell pdf_cell(const Cell& cell, const WriteOptions& options) {
  PdfCell out{display_text(cell, options), std::holds_alternative<Number>(cell), false};
  std::size_t characters = 0;
  for (std::size_t i = 0; i < out.text.size(); ++i) {
    const auto c = static_cast<unsigned char>(out.text[i]);
    if (c < 0x20 || c == 0x7f) out.text[i] = ' ';
    if ((c & 0xc0) == 0x80 || ++characters <= kMostCharacters) continue;
    out.text.resize(i);
    out.text += "…";
    out.cut = true;
    break;
  }
  return out;
}

class PdfWriter : public FormatWriter {
 public:
  PdfWriter(BufferedFile file, const Columns& columns, const WriteOptions& options)
      : file_(std::move(file)), options_(options) {
    for (const OutputColumn& column : columns) header_.push_back(pdf_cell(title_of(column), options));
  }

  void open() {
    surface_.reset(cairo_pdf_surface_create_for_stream(write, this, kPageWidth, kPageHeight));
    if (!options_.title.empty())
      cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, options_.title.c_str());
    canvas_.reset(cairo_create(surface_.get()));
    layout_.reset(pango_cairo_create_layout(canvas_.get()));
  }

  Result<void> row(std::span<const Cell> cells) override {
    if (++rows_ > options_.max_pdf_rows) {
      const std::string limit = std::to_string(options_.max_pdf_rows);
      return fail(
          Error::too_large("table.pdf_full", "A PDF has no more than " + limit +
                                                 " rows here. Narrow the selection, or choose XLSX or CSV.")
              .with("limit", limit));
    }
    PdfRow row;
    for (const Cell& cell : cells) row.push_back(pdf_cell(cell, options_));
    if (!widths_.empty()) return draw(row);
    measured_.push_back(std::move(row));
    return measured_.size() < kMeasuredRows ? Result<void>() : start();
  }

  Result<void> finish() override {
    if (widths_.empty()) TRY(start());
    end_page();
    cairo_surface_finish(surface_.get());
    TRY(check());
    return file_.flush();
  }

 private:
  static cairo_status_t write(void* self, const unsigned char* data, unsigned length) {
    auto& writer = *static_cast<PdfWriter*>(self);
    writer.file_.buffer.append(reinterpret_cast<const char*>(data), length);
    if (writer.failed_) return CAIRO_STATUS_WRITE_ERROR;
    auto written = writer.file_.flush_when_full();
    if (written) return CAIRO_STATUS_SUCCESS;
    writer.failed_ = std::move(written.error());
    return CAIRO_STATUS_WRITE_ERROR;
  }

  Result<void> check() const {
    if (failed_) return fail(*failed_);
    for (const cairo_status_t status : {cairo_status(canvas_.get()), cairo_surface_status(surface_.get())})
      if (status != CAIRO_STATUS_SUCCESS)
        return fail(
            Error::unavailable("table.write_failed", "The table could not be written. Is the disk full?")
                .because(cairo_status_to_string(status)));
    return {};
  }

  // Widths as the headers and the first rows wish.
  void choose_widths() {
    std::vector<double> wishes(header_.size(), kNarrowest);
    const auto wish = [&](const PdfRow& row, const Font& style) {
      for (std::size_t i = 0; i < row.size(); ++i)
        wishes[i] = std::max(wishes[i], std::min(natural_width(row[i].text, style), kWidestWish));
    };
    wish(header_, bold_);
    for (const PdfRow& row : measured_) wish(row, regular_);
    widths_ = share(wishes, kPageWidth - 2 * kMargin);
  }

  // What is narrow keeps its width, so that dates and numbers are not broken; the widest are cut to one
  // width. Where all fit, all grow alike.
  static std::vector<double> share(std::vector<double> widths, double available) {
    const double sum = std::accumulate(widths.begin(), widths.end(), 0.0);
    if (sum <= available) {
      for (double& width : widths) width *= available / sum;
      return widths;
    }
    std::vector<double> sorted = widths;
    std::sort(sorted.begin(), sorted.end());
    double left = available;
    std::size_t wide = sorted.size();
    while (wide > 1 && sorted[sorted.size() - wide] <= left / static_cast<double>(wide))
      left -= sorted[sorted.size() - wide--];
    for (double& width : widths) width = std::min(width, left / static_cast<double>(wide));
    return widths;
  }

  double natural_width(const std::string& text, const Font& style) {
    int width = 0;
    pango_layout_set_width(layout_.get(), -1);
    pango_layout_set_height(layout_.get(), -1);
    pango_layout_set_font_description(layout_.get(), style.get());
    pango_layout_set_text(layout_.get(), text.c_str(), static_cast<int>(text.size()));
    pango_layout_get_size(layout_.get(), &width, nullptr);
    return static_cast<double>(width) / PANGO_SCALE + 2 * kPadding + 1;
  }

  Result<void> start() {
    choose_widths();
    make_layouts(header_layouts_, bold_);
    make_layouts(row_layouts_, regular_);
    header_height_ = lay_out(header_, header_layouts_);
    begin_page();
    const std::vector<PdfRow> rows = std::exchange(measured_, {});
    for (const PdfRow& row : rows) TRY(draw(row));
    return {};
  }

  // One for each column, kept: making them anew for each cell takes as long as laying out.
  void make_layouts(std::vector<Layout>& layouts, const Font& style) const {
    for (const double width : widths_) {
      PangoLayout* layout = layouts.emplace_back(pango_cairo_create_layout(canvas_.get())).get();
      pango_layout_set_font_description(layout, style.get());
      pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_width(layout, static_cast<int>((width - 2 * kPadding) * PANGO_SCALE));
      pango_layout_set_height(layout, -kMostLines);
      pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    }
  }

  // The height of the row.
  static double lay_out(const PdfRow& row, const std::vector<Layout>& layouts) {
    int most = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      PangoLayout* layout = layouts[i].get();
      pango_layout_set_alignment(layout, row[i].right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
      pango_layout_set_text(layout, row[i].text.c_str(), static_cast<int>(row[i].text.size()));
      int height = 0;
      pango_layout_get_size(layout, nullptr, &height);
      most = std::max(most, height);
    }
    return static_cast<double>(most) / PANGO_SCALE + 2 * kPadding;
  }

  void draw_layouts(const std::vector<Layout>& layouts, double height) {
    cairo_t* canvas = canvas_.get();
    cairo_set_source_rgb(canvas, 0, 0, 0);
    double x = kMargin;
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      cairo_move_to(canvas, x + kPadding, y_ + kPadding);
      pango_cairo_show_layout(canvas, layouts[i].get());
      x += widths_[i];
    }
    y_ += height;
    cairo_set_source_rgb(canvas, 0.75, 0.75, 0.75);
    cairo_set_line_width(canvas, 0.4);
    cairo_move_to(canvas, kMargin, y_);
    cairo_line_to(canvas, kPageWidth - kMargin, y_);
    cairo_stroke(canvas);
  }

  // A title or a page label.
  void line(const std::string& text, const Font& style, double y) {
    const std::string one_line = pdf_cell(text, options_).text;
    PangoLayout* layout = layout_.get();
    pango_layout_set_font_description(layout, style.get());
    pango_layout_set_width(layout, static_cast<int>((kPageWidth - 2 * kMargin) * PANGO_SCALE));
    pango_layout_set_height(layout, -1);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_text(layout, one_line.c_str(), static_cast<int>(one_line.size()));
    cairo_set_source_rgb(canvas_.get(), 0, 0, 0);
    cairo_move_to(canvas_.get(), kMargin, y);
    pango_cairo_show_layout(canvas_.get(), layout);
  }

  void begin_page() {
    ++page_;
    y_ = kMargin;
    if (page_ == 1 && !options_.title.empty()) {
      line(options_.title, heading_, y_);
      y_ += 24;
    }
    cairo_set_source_rgb(canvas_.get(), 0.9, 0.9, 0.9);
    cairo_rectangle(canvas_.get(), kMargin, y_, kPageWidth - 2 * kMargin, header_height_);
    cairo_fill(canvas_.get());
    draw_layouts(header_layouts_, header_height_);
  }

  void end_page() {
    std::string label = options_.page_label;
    if (const auto at = label.find("{page}"); at != std::string::npos)
      label.replace(at, 6, std::to_string(page_));
    line(label, regular_, kPageHeight - kMargin - kFooter / 2);
    cairo_show_page(canvas_.get());
  }

  Result<void> draw(const PdfRow& row) {
    const double height = lay_out(row, row_layouts_);
    if (y_ + height > kPageHeight - kMargin - kFooter) {
      end_page();
      begin_page();
    }
    for (std::size_t i = 0; i < row.size(); ++i)
      if (row[i].cut || pango_layout_is_ellipsized(row_layouts_[i].get())) ++cut_cells;
    draw_layouts(row_layouts_, height);
    return check();
  }

  BufferedFile file_;
  const WriteOptions options_;
  PdfRow header_;
  std::vector<PdfRow> measured_;
  std::vector<double> widths_;
  const Font regular_ = font("Sans 8"), bold_ = font("Sans Bold 8"), heading_ = font("Sans Bold 13");
  std::optional<Error> failed_;
  Surface surface_;  // writes what is left when it goes, into file_ and failed_
  Canvas canvas_;
  Layout layout_;  // of single lines
  std::vector<Layout> header_layouts_, row_layouts_;
  double header_height_ = 0;
  double y_ = 0;
  std::int64_t rows_ = 0;
  int page_ = 0;
};

}  // namespace

Result<std::unique_ptr<FormatWriter>> write_pdf(const std::filesystem::path& path, const Columns& columns,
                                                const WriteOptions& options) {
  if (columns.size() > kMostColumns) {
    const std::string limit = std::to_string(kMostColumns);
    return fail(
        Error::invalid("table.too_many_page_columns",
                       "No more than " + limit + " columns fit on a page. Choose fewer, or XLSX or CSV.")
            .with("limit", limit));
  }
  TRY_ASSIGN(file, BufferedFile::create(path));
  auto writer = std::make_unique<PdfWriter>(std::move(file), columns, options);
  writer->open();
  return writer;
}

}  // namespace opsflux::tabular
