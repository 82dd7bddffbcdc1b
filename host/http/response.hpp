// An answer: status, fields, and a body that is text, shared bytes, or (part of) a file.
//
// The server adds Date, Content-Length, Connection, the security fields of response_head.cpp, and
// "Cache-Control: no-store" and a Content-Security-Policy that loads nothing where nothing else was said. It
// leaves the body out for HEAD, answers 304 when If-None-Match names the ETag, and serves a Range of a file
// (206, 416).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "host/base/error.hpp"
#include "host/base/files.hpp"

namespace opsflux::http {

struct FileBody {
  std::shared_ptr<const FileDescriptor> file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

class Response {
 public:
  int status = 200;
  std::variant<std::string, std::shared_ptr<const std::string>, FileBody> body;

  Response() = default;
  explicit Response(int status) : status(status) {}

  static Response json(int status, std::string text);
  static Response text(int status, std::string text,
                       std::string_view content_type = "text/plain; charset=utf-8");
  static Response problem(int status, std::string json);  // application/problem+json
  static Response no_content() { return Response(204); }
  static Response redirect(int status, std::string_view location);
  // Bytes that many answers share; they are neither copied nor changed.
  static Response shared(int status, std::shared_ptr<const std::string> bytes, std::string_view content_type);
  // A file as it is now: opened here, so that a later removal does not cut the answer. ETag from size and
  // time of change. Fails with kNotFound when it is missing or not a regular file.
  static Result<Response> file(const std::filesystem::path& path, std::string_view content_type,
                               std::string_view cache_control = "no-cache");

  // Adds a field. A value or name with CR, LF or NUL is left out and logged: it cannot split the answer.
  Response& header(std::string_view name, std::string_view value) &;
  Response&& header(std::string_view name, std::string_view value) && {
    return std::move(header(name, value));
  }
  // The entity tag, given without quotes; sent as a strong one.
  Response& etag(std::string_view value) &;
  Response&& etag(std::string_view value) && { return std::move(etag(value)); }

  std::string_view fields() const { return fields_; }    // "Name: value\r\n" for each
  std::string_view entity_tag() const { return etag_; }  // with quotes; empty: none
  bool has_cache_control() const { return has_cache_control_; }
  bool has_content_policy() const { return has_content_policy_; }
  std::uint64_t content_length() const;

 private:
  std::string fields_;
  std::string etag_;
  bool has_cache_control_ = false;
  bool has_content_policy_ = false;
};

// The reason phrase of a status: "Not Found".
std::string_view reason_phrase(int status);
// The media type for a file name's ending; "application/octet-stream" when unknown.
std::string_view content_type_of(std::string_view file_name);

}  // namespace opsflux::http
