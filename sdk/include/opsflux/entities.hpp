// Records of this and other modules, always with the rights of the call's caller.
//
// An entity is named "<module>.<entity>"; a name without a dot is one of the module's own. In a hook every
// call joins the transaction of the change; elsewhere each write is a transaction of its own.
#pragma once

#include <iterator>

#include "opsflux/context.hpp"

namespace opsflux {

// One record of the current call: the one a hook is called for, or one that was read.
class Record {
 public:
  Record(const Context& context, opf_record record) : context_(&context), record_(record) {}

  // The field as T; throws TypeMismatch when it is empty or of another type.
  template <class T>
  T get(std::string_view field) const {
    return detail::value_as<T>(fetch(&opf_entity_v1::record_get, field));
  }
  // The field as T, or nothing when it is empty.
  template <class T>
  std::optional<T> find(std::string_view field) const {
    return get<std::optional<T>>(field);
  }
  // The field as it was before the change of this hook; empty in before_create.
  template <class T>
  std::optional<T> before(std::string_view field) const {
    return detail::value_as<std::optional<T>>(fetch(&opf_entity_v1::record_before, field));
  }

  bool has(std::string_view field) const { return fetch(&opf_entity_v1::record_get, field).type != OPF_NULL; }
  // In a hook: whether the change touches the field. In before_create: whether it has a value.
  bool is_changed(std::string_view field) const {
    return get<Value>(field) != before<Value>(field).value_or(Value());
  }

  // In a hook: changes what will be written.
  void set(std::string_view field, const Value& value) {
    const opf_value lent = value.lend();
    check(entity().record_set(context_->handle(), record_, detail::lend(field), &lent));
  }
  void clear(std::string_view field) { set(field, Value()); }

  std::string id() const {
    opf_str id{};
    check(entity().record_id(context_->handle(), record_, &id));
    return std::string(detail::view(id));
  }

 private:
  using Fetch = opf_status (*opf_entity_v1::*)(opf_ctx, opf_record, opf_str, opf_value*);

  opf_value fetch(Fetch member, std::string_view field) const {
    opf_value value{};
    check((entity().*member)(context_->handle(), record_, detail::lend(field), &value));
    return value;
  }
  const opf_entity_v1& entity() const { return *context_->services().entity; }
  void check(opf_status status) const { detail::check(context_->services(), context_->handle(), status); }

  const Context* context_;
  opf_record record_;
};

// What to list. `filter` is an expression such as `city == "Douala" && score >= 65`; put values that come
// from outside in with filter_text().
struct Query {
  std::string entity;
  std::string filter = {};
  std::string sort = {};    // "-score,legal_name"; empty: by id
  std::uint32_t limit = 0;  // 0: 100; no more than 10 000
};

// A text as a filter wants it, with its quotes: filter_text("L'Oréal \"X\"") is safe to put in.
inline std::string filter_text(std::string_view text) { return Json::quote(text); }

// The records of a list, for a range-based for loop; runs through once.
class RecordList {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Record;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(const RecordList& list) : list_(&list) { ++*this; }
    Record operator*() const { return Record(*list_->context_, record_); }
    Iterator& operator++() {
      record_ = list_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return record_ == 0; }

   private:
    const RecordList* list_ = nullptr;
    opf_record record_ = 0;
  };

  RecordList(const Context& context, opf_cursor cursor) : context_(&context), cursor_(cursor) {}
  Iterator begin() const { return Iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

 private:
  opf_record next() const {
    opf_record record = 0;
    const auto& services = context_->services();
    detail::check(services, context_->handle(), services.entity->next(context_->handle(), cursor_, &record));
    return record;
  }

  const Context* context_;
  opf_cursor cursor_;
};

class Entities {
 public:
  explicit Entities(const Context& context) : context_(context), entity_(*context.services().entity) {}

  // Throws HostError with Status::kNotFound when there is none, or none that the caller may see.
  Record read(std::string_view entity, std::string_view id) const {
    opf_record record = 0;
    check(entity_.read(context_.handle(), detail::lend(entity), detail::lend(id), &record));
    return Record(context_, record);
  }
  std::optional<Record> find(std::string_view entity, std::string_view id) const {
    opf_record record = 0;
    const opf_status status =
        entity_.read(context_.handle(), detail::lend(entity), detail::lend(id), &record);
    if (status == OPF_E_NOT_FOUND) return std::nullopt;
    check(status);
    return Record(context_, record);
  }

  RecordList list(const Query& query) const {
    opf_query lent{};
    lent.struct_size = sizeof lent;
    lent.limit = query.limit;
    lent.entity = detail::lend(query.entity);
    lent.filter = detail::lend(query.filter);
    lent.sort = detail::lend(query.sort);
    opf_cursor cursor = 0;
    check(entity_.list(context_.handle(), &lent, &cursor));
    return RecordList(context_, cursor);
  }
  // The first record of a list.
  std::optional<Record> first(Query query) const {
    query.limit = 1;
    const RecordList found = list(query);
    const auto record = found.begin();
    return record == found.end() ? std::nullopt : std::optional(*record);
  }

  // Gives the new record's id.
  std::string create(std::string_view entity, const Fields& fields) const {
    const auto lent = detail::lend(fields);
    opf_str id{};
    check(entity_.create(context_.handle(), detail::lend(entity), lent.data(), lent.size(), &id));
    return std::string(detail::view(id));
  }
  // `version` is the one that was read; kAnyVersion overwrites whatever stands.
  static constexpr std::int64_t kAnyVersion = 0;
  void update(std::string_view entity, std::string_view id, std::int64_t version,
              const Fields& fields) const {
    const auto lent = detail::lend(fields);
    check(entity_.update(context_.handle(), detail::lend(entity), detail::lend(id), version, lent.data(),
                         lent.size()));
  }
  void remove(std::string_view entity, std::string_view id) const {
    check(entity_.remove(context_.handle(), detail::lend(entity), detail::lend(id)));
  }

 private:
  void check(opf_status status) const { detail::check(context_.services(), context_.handle(), status); }

  const Context& context_;
  const opf_entity_v1& entity_;
};

inline Entities Context::entities() const { return Entities(*this); }

}  // namespace opsflux
