// A module of OpsFlux in C++20: a class with start(), and one line that makes it the module.
//
//   class Tiers {
//    public:
//     void start(opsflux::Setup& setup) { setup.hook("check_company", this, &Tiers::check_company); }
//    private:
//     void check_company(opsflux::Context& ctx, opsflux::Record& company);
//   };
//   OPSFLUX_MODULE(Tiers)
//
// The class may have, all called on one thread, one at a time:
//   Type(opsflux::Context&) or Type()          makes the module's state
//   void start(opsflux::Setup&)                binds what the manifest declares; the only one it must have
//   void active(opsflux::Context&)             the module now serves
//   void quiesce(opsflux::Context&, opsflux::Timestamp deadline)   no new calls come; finish what was
//   deferred void stop(opsflux::Context&) ~Type()
// Bound functions are called between start and stop, on many threads at once. Start no threads: jobs are for
// that. Any of them fails by throwing.
//
// Id, version and ABI come from the manifest through definitions that opsflux_module() in CMake sets.
#pragma once

#include <concepts>
#include <memory>

#include "opsflux/db.hpp"
#include "opsflux/setup.hpp"

namespace opsflux::detail {

// One loaded generation of a module. The services come first: they outlive the module's own state.
template <class Type>
class Instance {
 public:
  Instance(const opf_host_v1& host, opf_instance instance, opf_ctx ctx) : services_(host, instance) {
    Context context(services_, ctx);
    if constexpr (std::constructible_from<Type, Context&>) {
      module_ = std::make_unique<Type>(context);
    } else {
      module_ = std::make_unique<Type>();
    }
  }

  static opf_status create(const opf_host_v1* host, opf_instance instance, opf_ctx ctx,
                           void** self) noexcept {
    return guard(*host, ctx, [&] { *self = new Instance(*host, instance, ctx); });
  }
  static opf_status start(void* self, opf_ctx ctx) noexcept {
    return run(self, ctx, [&](Instance& in) {
      Setup setup(in.services_, ctx);
      in.module_->start(setup);
    });
  }
  static opf_status active(void* self, opf_ctx ctx) noexcept {
    return run(self, ctx, [&](Instance& in) {
      if constexpr (requires(Type & module, Context & context) { module.active(context); }) {
        Context context(in.services_, ctx);
        in.module_->active(context);
      }
    });
  }
  static opf_status quiesce(void* self, opf_ctx ctx, std::int64_t deadline_ns) noexcept {
    return run(self, ctx, [&](Instance& in) {
      if constexpr (requires(Type & module, Context & context, Timestamp at) {
                      module.quiesce(context, at);
                    }) {
        Context context(in.services_, ctx);
        in.module_->quiesce(context, Timestamp(std::chrono::nanoseconds(deadline_ns)));
      }
    });
  }
  static opf_status stop(void* self, opf_ctx ctx) noexcept {
    return run(self, ctx, [&](Instance& in) {
      if constexpr (requires(Type & module, Context & context) { module.stop(context); }) {
        Context context(in.services_, ctx);
        in.module_->stop(context);
      }
    });
  }
  static void destroy(void* self) noexcept { delete static_cast<Instance*>(self); }

 private:
  template <class Body>
  static opf_status run(void* self, opf_ctx ctx, Body&& body) noexcept {
    auto& instance = *static_cast<Instance*>(self);
    return guard(instance.services_.host, ctx, [&] { body(instance); });
  }

  Services services_;
  std::unique_ptr<Type> module_;
};

template <class Type>
constexpr opf_module_v1 module_table(std::string_view id, std::string_view version, std::uint32_t abi_minor) {
  return {sizeof(opf_module_v1),
          OPF_ABI_MAJOR,
          abi_minor,
          0,
          {id.data(), id.size()},
          {version.data(), version.size()},
          &Instance<Type>::create,
          &Instance<Type>::start,
          &Instance<Type>::active,
          &Instance<Type>::quiesce,
          &Instance<Type>::stop,
          &Instance<Type>::destroy};
}

}  // namespace opsflux::detail

#define OPSFLUX_DETAIL_TEXT2(x) #x
#define OPSFLUX_DETAIL_TEXT(x) OPSFLUX_DETAIL_TEXT2(x)

// The ELF note from which the host knows the file before it runs one instruction of it (abi/module.h): sizes
// of name and description, type, name, description, each padded to four bytes.
#define OPSFLUX_DETAIL_NOTE(description) \
  __asm__(                                                                  \
      ".pushsection " OPF_NOTE_SECTION ",\"a\",%note\n"                     \
      ".balign 4\n"                                                         \
      ".long 2f-1f, 4f-3f, " OPSFLUX_DETAIL_TEXT(OPSFLUX_DETAIL_NOTE_TYPE) "\n" \
      "1: .asciz \"" OPF_NOTE_NAME "\"\n2:\n"                               \
      ".balign 4\n"                                                         \
      "3: .ascii \"" description "\"\n4:\n"                                 \
      ".balign 4\n"                                                         \
      ".popsection\n")
#define OPSFLUX_DETAIL_NOTE_TYPE 1

// Makes `Type` the module of this library. Once, in one .cpp file.
#define OPSFLUX_MODULE(Type)                                                                            \
  OPSFLUX_DETAIL_NOTE("abi=" OPSFLUX_DETAIL_TEXT(OPSFLUX_MODULE_ABI_MAJOR) "." OPSFLUX_DETAIL_TEXT(     \
      OPSFLUX_MODULE_ABI_MINOR) ";module=" OPSFLUX_MODULE_ID ";version=" OPSFLUX_MODULE_VERSION         \
                                ";build=" OPSFLUX_MODULE_BUILD);                                        \
  static_assert(OPSFLUX_MODULE_ABI_MAJOR == OPF_ABI_MAJOR && OPSFLUX_MODULE_ABI_MINOR <= OPF_ABI_MINOR, \
                "The manifest asks for an ABI that this SDK does not have.");                           \
  extern "C" __attribute__((visibility("default"))) const opf_module_v1* opf_module_entry_v1(void) {    \
    static constexpr opf_module_v1 table = ::opsflux::detail::module_table<Type>(                       \
        OPSFLUX_MODULE_ID, OPSFLUX_MODULE_VERSION, OPSFLUX_MODULE_ABI_MINOR);                           \
    return &table;                                                                                      \
  }                                                                                                     \
  static_assert(true, "ends with a semicolon or not")
