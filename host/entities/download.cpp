#include "host/entities/download.hpp"

#include "host/entities/files.hpp"
#include "host/entities/media_type.hpp"
#include "host/http/disposition.hpp"
#include "host/http/exchange.hpp"

namespace opsflux::entities {
namespace {

constexpr std::string_view kSandbox = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
// Browsers do not show a PDF in a sandbox; their viewers are one of their own.
constexpr std::string_view kPdf = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

}  // namespace

http::Response file_response(Files::Content made, bool wanted_inline, std::string_view caching) {
  const StoredFile& file = made.file;
  const bool opened = wanted_inline && may_open_inline(file.media_type);
  http::Response out(200);
  out.body = http::FileBody{std::make_shared<const FileDescriptor>(std::move(made.descriptor)), 0,
                            static_cast<std::uint64_t>(file.size)};
  out.header("Content-Type", file.media_type);
  out.header("Content-Disposition", http::content_disposition(opened ? "inline" : "attachment", file.name));
  out.header("Content-Security-Policy", opened && !is_plain_image(file.media_type) ? kPdf : kSandbox);
  out.header("Accept-Ranges", "bytes");
  out.header("Cache-Control", caching);
  out.etag(file.blob.substr(0, 32));
  return out;
}

void add_download_route(std::vector<http::Route>& routes, const Catalog& catalog, const EntityEntry& entity,
                        Engine& engine) {
  const Definition& definition = *entity.definition;
  routes.push_back({http::Method::kGet,
                    definition.path + "/{id}/files/{file}",
                    http::Access::permit(definition.permission("view")),
                    http::Run::kPooled,
                    {},
                    [&catalog, &entity, &engine](http::Exchange exchange) {
                      const http::Request& request = exchange.request();
                      auto made =
                          Files(engine).open(catalog, entity, request.caller(), request.param("id"),
                                             request.param("file"), request.method != http::Method::kHead);
                      if (!made) return void(exchange.fail(made.error()));
                      exchange.respond(file_response(std::move(*made), request.query("inline") == "true"));
                    },
                    definition.module});
}

}  // namespace opsflux::entities
