// A JSON document: read what a request or an event brings, build what an answer carries.
//
// Small on purpose (no schema, no paths, no streaming) and without any dependency. Members keep the order
// in which they came. Integers that fit 64 bits stay integers. Values are copied; use from any thread.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace opsflux {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;
  Json(std::nullptr_t) {}
  template <std::same_as<bool> T>
  Json(T value) : data_(value) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) Json(T value) : data_(static_cast<std::int64_t>(value)) {}
  template <std::floating_point T>
  Json(T value) : data_(static_cast<double>(value)) {}
  Json(const char* text) : data_(std::string(text)) {}
  Json(std::string_view text) : data_(std::string(text)) {}
  Json(std::string text) : data_(std::move(text)) {}
  Json(Array items) : data_(std::move(items)) {}
  explicit Json(Object members) : data_(std::move(members)) {}
  template <class T>
  Json(const std::optional<T>& value) {
    if (value) *this = Json(*value);
  }

  // Json::object({{"valid", true}, {"siren", "732829320"}}) and Json::array({1, 2, 3}).
  static Json object(std::initializer_list<Member> members = {}) {
    Json json;
    json.data_ = Object(members);
    return json;
  }
  static Json array(std::initializer_list<Json> items = {}) { return Json(Array(items)); }

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool is_object() const { return std::holds_alternative<Object>(data_); }
  bool is_array() const { return std::holds_alternative<Array>(data_); }

  // What it holds, or nothing when it is of another kind; an integer is a number too.
  std::optional<bool> boolean() const { return held<bool>(); }
  std::optional<std::int64_t> integer() const { return held<std::int64_t>(); }
  std::optional<double> number() const {
    if (auto whole = integer()) return static_cast<double>(*whole);
    return held<double>();
  }
  std::optional<std::string> text() const { return held<std::string>(); }

  // Members of an object, items of an array; empty for other kinds.
  const Object& members() const& {
    static const Object none;
    const auto* object = std::get_if<Object>(&data_);
    return object ? *object : none;
  }
  const Array& items() const& {
    static const Array none;
    const auto* array = std::get_if<Array>(&data_);
    return array ? *array : none;
  }

  // The member of that name (the first, where a text that was read has it twice); null when there is none,
  // so that lookups can be chained.
  const Json& operator[](std::string_view name) const& {
    static const Json none;
    for (const Member& member : members())
      if (member.first == name) return member.second;
    return none;
  }

  // The same of a temporary: copies, so that `for (const Json& item : request.json().items())` is safe.
  Object members() && { return std::as_const(*this).members(); }
  Array items() && { return std::as_const(*this).items(); }
  Json operator[](std::string_view name) && { return std::as_const(*this)[name]; }

  // Adds or replaces a member; null becomes an object first.
  Json& set(std::string name, Json value) {
    if (is_null()) data_ = Object();
    auto& object = std::get<Object>(data_);
    for (Member& member : object)
      if (member.first == name) {
        member.second = std::move(value);
        return *this;
      }
    object.emplace_back(std::move(name), std::move(value));
    return *this;
  }

  // Adds an item; null becomes an array first.
  Json& push(Json value) {
    if (is_null()) data_ = Array();
    std::get<Array>(data_).push_back(std::move(value));
    return *this;
  }

  // The document as one line. Numbers that JSON cannot write (infinite, not a number) become null.
  std::string dump() const {
    std::string out;
    write(out);
    return out;
  }

  // Nothing when the text is not one JSON document or is nested deeper than 64.
  static std::optional<Json> parse(std::string_view text);

  // The text as a JSON string, with its quotes.
  static std::string quote(std::string_view text) {
    std::string out;
    write_text(out, text);
    return out;
  }

  friend bool operator==(const Json& a, const Json& b) { return a.data_ == b.data_; }

 private:
  template <class T>
  std::optional<T> held() const {
    const T* value = std::get_if<T>(&data_);
    return value ? std::optional<T>(*value) : std::nullopt;
  }

  void write(std::string& out) const {
    std::visit([&](const auto& value) { write_as(out, value); }, data_);
  }
  static void write_as(std::string& out, std::monostate) { out += "null"; }
  static void write_as(std::string& out, bool value) { out += value ? "true" : "false"; }
  static void write_as(std::string& out, std::int64_t value) { out += std::to_string(value); }
  static void write_as(std::string& out, double value) {
    if (value - value != 0) return write_as(out, std::monostate());
    char digits[32];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  static void write_as(std::string& out, const std::string& value) { write_text(out, value); }
  static void write_as(std::string& out, const Array& items) {
    out += '[';
    for (const Json& item : items) {
      if (&item != &items.front()) out += ',';
      item.write(out);
    }
    out += ']';
  }
  static void write_as(std::string& out, const Object& members) {
    out += '{';
    for (const Member& member : members) {
      if (&member != &members.front()) out += ',';
      write_text(out, member.first);
      out += ':';
      member.second.write(out);
    }
    out += '}';
  }
  static void write_text(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
      } else if (byte < 0x20) {
        out += "\\u00";
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
      } else {
        out += c;
      }
    }
    out += '"';
  }

  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
};

}  // namespace opsflux

#include "opsflux/detail/json_parser.hpp"
