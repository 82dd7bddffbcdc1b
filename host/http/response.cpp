#include "host/http/response.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace opsflux::http {
namespace {

bool valid_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}
bool valid_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

struct MediaType {
  std::string_view ending, type;
};
constexpr MediaType kMediaTypes[] = {
    {"html", "text/html; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"webmanifest", "application/manifest+json"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"gif", "image/gif"},
    {"ico", "image/x-icon"},
    {"woff2", "font/woff2"},
    {"woff", "font/woff"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain; charset=utf-8"},
    {"md", "text/markdown; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"xml", "application/xml"},
    {"pdf", "application/pdf"},
    {"zip", "application/zip"},
    {"wasm", "application/wasm"},
    {"mp4", "video/mp4"},
};

}  // namespace

Response Response::text(int status, std::string text, std::string_view content_type) {
  Response out(status);
  out.body = std::move(text);
  out.header("Content-Type", content_type);
  return out;
}

Response Response::json(int status, std::string text) {
  Response out(status);
  out.body = std::move(text);
  out.fields_ = "Content-Type: application/json\r\n";
  return out;
}

Response Response::problem(int status, std::string json) {
  Response out(status);
  out.body = std::move(json);
  out.fields_ = "Content-Type: application/problem+json\r\n";
  return out;
}

Response Response::redirect(int status, std::string_view location) {
  return Response(status).header("Location", location);
}

Response Response::shared(int status, std::shared_ptr<const std::string> bytes,
                          std::string_view content_type) {
  Response out(status);
  out.body = std::move(bytes);
  out.header("Content-Type", content_type);
  return out;
}

Result<Response> Response::file(const std::filesystem::path& path, std::string_view content_type,
                                std::string_view cache_control) {
  auto file = std::make_shared<FileDescriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!*file) return fail(file_error(errno, path, "open"));
  struct stat info {};
  if (::fstat(file->get(), &info) != 0) return fail(file_error(errno, path, "stat"));
  if (!S_ISREG(info.st_mode)) return fail(file_error(ENOENT, path, "open"));

  Response out(200);
  const auto size = static_cast<std::uint64_t>(info.st_size);
  out.body = FileBody{std::move(file), 0, size};
  out.header("Content-Type", content_type);
  out.header("Accept-Ranges", "bytes");
  if (!cache_control.empty()) out.header("Cache-Control", cache_control);
  char tag[64];
  std::snprintf(tag, sizeof tag, "%llx-%llx%09lx", static_cast<unsigned long long>(size),
                static_cast<unsigned long long>(info.st_mtim.tv_sec),
                static_cast<unsigned long>(info.st_mtim.tv_nsec));
  out.etag(tag);
  return out;
}

Response& Response::header(std::string_view name, std::string_view value) & {
  if (!valid_name(name) || !valid_value(value)) {
    log::warn("http.response_field_refused", {{"name", name}});
    return *this;
  }
  if (name == "Cache-Control") has_cache_control_ = true;
  if (name == "Content-Security-Policy") has_content_policy_ = true;
  fields_.reserve(fields_.size() + name.size() + value.size() + 4);
  fields_.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

Response& Response::etag(std::string_view value) & {
  if (!valid_value(value) || value.find('"') != std::string_view::npos) {
    log::warn("http.response_field_refused", {{"name", "ETag"}});
    return *this;
  }
  etag_.clear();
  etag_.append("\"").append(value).append("\"");
  return *this;
}

std::uint64_t Response::content_length() const {
  if (const auto* text = std::get_if<std::string>(&body)) return text->size();
  if (const auto* bytes = std::get_if<std::shared_ptr<const std::string>>(&body))
    return *bytes ? (*bytes)->size() : 0;
  return std::get<FileBody>(body).length;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

std::string_view content_type_of(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  if (dot != std::string_view::npos) {
    const std::string ending = to_lower_ascii(file_name.substr(dot + 1));
    for (const MediaType& entry : kMediaTypes)
      if (entry.ending == ending) return entry.type;
  }
  return "application/octet-stream";
}

}  // namespace opsflux::http
