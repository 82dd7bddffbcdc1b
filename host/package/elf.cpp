#include "host/package/elf.hpp"

#include <elf.h>

namespace opsflux::package {
namespace {

constexpr std::size_t kMaxSymbols = 1 << 20, kMaxNames = 4096;

Unexpected malformed(std::string_view why) {
  return fail(Error::malformed("elf.malformed",
                               "This is not a shared library for 64-bit x86 Linux: " + std::string(why)));
}

// The bytes with every access checked; structures are copied out, so alignment does not matter.
class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  std::optional<T> get(std::uint64_t offset) const {
    if (offset > bytes_.size() || sizeof(T) > bytes_.size() - offset) return std::nullopt;
    T out;
    std::memcpy(&out, bytes_.data() + offset, sizeof out);
    return out;
  }
  std::optional<std::string_view> slice(std::uint64_t offset, std::uint64_t size) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) return std::nullopt;
    return bytes_.substr(offset, size);
  }

 private:
  std::string_view bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : image_(bytes) {}

  Result<ElfLibrary> run() {
    TRY(read_header());
    TRY(read_dynamic());
    TRY(read_names());
    TRY(read_symbols());
    read_notes();
    return std::move(out_);
  }

 private:
  Result<void> read_header() {
    const auto head = image_.get<Elf64_Ehdr>(0);
    if (!head || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0) return malformed("it is no ELF file.");
    if (head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_ident[EI_DATA] != ELFDATA2LSB ||
        head->e_machine != EM_X86_64)
      return malformed("it is for another machine.");
    if (head->e_type != ET_DYN) return malformed("it is no shared library.");
    if (head->e_phentsize != sizeof(Elf64_Phdr) || head->e_phnum == 0 || head->e_phnum > 128)
      return malformed("its program headers are broken.");
    bool stack_seen = false;
    for (std::uint64_t i = 0; i < head->e_phnum; ++i) {
      const auto segment = image_.get<Elf64_Phdr>(head->e_phoff + i * sizeof(Elf64_Phdr));
      if (!segment || head->e_phoff > UINT32_MAX)
        return malformed("its program headers reach beyond its end.");
      if (segment->p_type == PT_INTERP) return malformed("it is a program.");
      if (segment->p_type == PT_GNU_STACK) stack_seen = true, out_.executable_stack = segment->p_flags & PF_X;
      if (segment->p_type != PT_LOAD && segment->p_type != PT_DYNAMIC && segment->p_type != PT_NOTE) continue;
      if (!image_.slice(segment->p_offset, segment->p_filesz) || segment->p_filesz > segment->p_memsz)
        return malformed("a segment reaches beyond its end.");
      if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) && (segment->p_flags & PF_X))
        out_.writable_code = true;
      segments_.push_back(*segment);
    }
    if (!stack_seen) out_.executable_stack = true;  // what the loader then assumes
    return {};
  }

  // The file offset of an address that a loaded segment covers, with `size` bytes behind it.
  std::optional<std::uint64_t> offset_of(std::uint64_t address, std::uint64_t size) const {
    for (const Elf64_Phdr& s : segments_)
      if (s.p_type == PT_LOAD && address >= s.p_vaddr && address - s.p_vaddr <= s.p_filesz &&
          size <= s.p_filesz - (address - s.p_vaddr))
        return s.p_offset + (address - s.p_vaddr);
    return std::nullopt;
  }

  template <class T>
  std::optional<T> at_address(std::uint64_t address) const {
    const auto offset = offset_of(address, sizeof(T));
    return offset ? image_.get<T>(*offset) : std::nullopt;
  }

  Result<void> read_dynamic() {
    const auto segment = std::find_if(segments_.begin(), segments_.end(),
                                      [](const Elf64_Phdr& s) { return s.p_type == PT_DYNAMIC; });
    if (segment == segments_.end()) return malformed("it has no dynamic section.");
    for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= segment->p_filesz; at += sizeof(Elf64_Dyn)) {
      // The loader reads the section at its address, not at its offset; they must be one place.
      const auto entry = at_address<Elf64_Dyn>(segment->p_vaddr + at);
      if (!entry || offset_of(segment->p_vaddr, 0) != segment->p_offset)
        return malformed("its dynamic section is not loaded.");
      if (entry->d_tag == DT_NULL) return {};
      take_dynamic(*entry);
      if (needed_.size() > kMaxNames) return malformed("it needs too many libraries.");
    }
    return malformed("its dynamic section has no end.");
  }

  void take_dynamic(const Elf64_Dyn& entry) {
    const std::uint64_t value = entry.d_un.d_val;
    switch (entry.d_tag) {
      case DT_NEEDED:
        needed_.push_back(value);
        break;
      case DT_SONAME:
        soname_ = value;
        break;
      case DT_STRTAB:
        strings_ = value;
        break;
      case DT_STRSZ:
        strings_size_ = value;
        break;
      case DT_SYMTAB:
        symbols_ = value;
        break;
      case DT_GNU_HASH:
        gnu_hash_ = value;
        break;
      case DT_HASH:
        hash_ = value;
        break;
      case DT_RPATH:
      case DT_RUNPATH:
        out_.run_path = true;
        break;
      case DT_TEXTREL:
        out_.text_relocations = true;
        break;
      case DT_SYMBOLIC:
        out_.symbolic = true;
        break;
      case DT_BIND_NOW:
        out_.bind_now = true;
        break;
      case DT_FLAGS:
        out_.bind_now |= (value & DF_BIND_NOW) != 0;
        out_.symbolic |= (value & DF_SYMBOLIC) != 0;
        out_.text_relocations |= (value & DF_TEXTREL) != 0;
        break;
      case DT_FLAGS_1:
        out_.bind_now |= (value & DF_1_NOW) != 0;
        break;
      case DT_AUDIT:
      case DT_DEPAUDIT:
      case DT_FILTER:
      case DT_AUXILIARY:
        out_.loads_others = true;
        break;
      default:
        break;
    }
  }

  Result<std::string> name_at(std::uint64_t index) const {
    const auto end = names_.find('\0', index);
    if (index >= names_.size() || end == std::string_view::npos)
      return malformed("a name stands outside its table of names.");
    if (end - index > 4096) return malformed("a name is longer than 4096 bytes.");
    return std::string(names_.substr(index, end - index));
  }

  Result<void> read_names() {
    const auto offset = offset_of(strings_, strings_size_);
    if (!offset || strings_size_ == 0) return malformed("its table of names is missing.");
    names_ = *image_.slice(*offset, strings_size_);
    for (const std::uint64_t index : needed_) {
      TRY_ASSIGN(name, name_at(index));
      out_.needed.push_back(std::move(name));
    }
    if (soname_) {
      TRY_ASSIGN(name, name_at(*soname_));
      out_.soname = std::move(name);
    }
    return {};
  }

  // How many dynamic symbols there are is only known from the hash tables, which is also how the loader
  // finds a symbol. Both tables count: it takes the GNU one, other tools the old one.
  Result<std::uint64_t> symbol_count() const {
    std::uint64_t count = 0;
    if (hash_) {
      const auto chains = at_address<std::uint32_t>(*hash_ + 4);
      if (!chains) return malformed("its hash table is broken.");
      count = *chains;
    }
    if (gnu_hash_) {
      TRY_ASSIGN(counted, gnu_symbol_count());
      count = std::max(count, counted);
    }
    if (count > kMaxSymbols) return malformed("it has too many symbols.");
    return count;
  }

  Result<std::uint64_t> gnu_symbol_count() const {
    struct Head {
      std::uint32_t buckets, first, bloom_words, bloom_shift;
    };
    const auto head = at_address<Head>(*gnu_hash_);
    if (!head || head->buckets > kMaxSymbols || head->bloom_words > kMaxSymbols)
      return malformed("its GNU hash table is broken.");
    const std::uint64_t buckets = *gnu_hash_ + sizeof(Head) + 8ull * head->bloom_words,
                        chains = buckets + 4ull * head->buckets;
    std::uint64_t last = 0;
    for (std::uint64_t i = 0; i < head->buckets; ++i) {
      const auto bucket = at_address<std::uint32_t>(buckets + 4 * i);
      if (!bucket) return malformed("its GNU hash table is broken.");
      last = std::max<std::uint64_t>(last, *bucket);
    }
    if (last < head->first) return head->first;
    for (;; ++last) {
      const auto value = at_address<std::uint32_t>(chains + 4 * (last - head->first));
      if (!value || last > kMaxSymbols) return malformed("its GNU hash table is broken.");
      if (*value & 1) return last + 1;
    }
  }

  Result<void> read_symbols() {
    if (!hash_ && !gnu_hash_) return malformed("it has no hash table of its symbols.");
    TRY_ASSIGN(count, symbol_count());
    for (std::uint64_t i = 1; i < count; ++i) {
      const auto symbol = at_address<Elf64_Sym>(symbols_ + i * sizeof(Elf64_Sym));
      if (!symbol) return malformed("its table of symbols is broken.");
      const auto bind = ELF64_ST_BIND(symbol->st_info);
      const auto visibility = ELF64_ST_VISIBILITY(symbol->st_other);
      if (symbol->st_shndx == SHN_UNDEF || bind == STB_LOCAL || visibility == STV_HIDDEN ||
          visibility == STV_INTERNAL)
        continue;
      TRY_ASSIGN(name, name_at(symbol->st_name));
      if (out_.exports.size() < kMaxNames) out_.exports.push_back(name);
      if (bind == STB_GNU_UNIQUE && out_.unique_symbols.size() < kMaxNames)
        out_.unique_symbols.push_back(std::move(name));
    }
    std::sort(out_.exports.begin(), out_.exports.end());
    return {};
  }

  void read_notes() {
    for (const Elf64_Phdr& s : segments_) {
      if (s.p_type != PT_NOTE) continue;
      const std::uint64_t align = s.p_align == 8 ? 8 : 4;
      std::string_view rest = *image_.slice(s.p_offset, s.p_filesz);
      while (rest.size() >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr head;
        std::memcpy(&head, rest.data(), sizeof head);
        const std::uint64_t text_at = round_up(sizeof head + head.n_namesz, align),
                            end = round_up(text_at + head.n_descsz, align);
        if (text_at + head.n_descsz > rest.size()) break;
        const std::string_view name = rest.substr(sizeof head, head.n_namesz),
                               text = rest.substr(text_at, head.n_descsz);
        if (name == std::string_view("OpsFlux\0", 8) && head.n_type == 1) take_note(text);
        rest.remove_prefix(std::min<std::uint64_t>(end, rest.size()));
      }
    }
  }

  static std::uint64_t round_up(std::uint64_t value, std::uint64_t align) {
    return (value + align - 1) / align * align;
  }

  // A note that makes no sense, and a second one, count as none.
  void take_note(std::string_view text) {
    while (text.ends_with('\0')) text.remove_suffix(1);
    std::map<std::string_view, std::string_view> values;
    for (const std::string_view part : split(text, ';'))
      if (const auto equals = part.find('='); equals != std::string_view::npos)
        values[part.substr(0, equals)] = part.substr(equals + 1);
    const auto abi = parse_abi_version(values["abi"]);
    const auto version = parse_semver(values["version"]);
    const bool first = !note_seen_;
    note_seen_ = true;
    out_.note.reset();
    if (!first || !abi || !version || !is_identifier(values["module"]) || values["build"].size() > 200 ||
        !is_utf8(text))
      return;
    out_.note = ModuleNote{*abi, std::string(values["module"]), *version, std::string(values["build"])};
  }

  Image image_;
  ElfLibrary out_;
  std::vector<Elf64_Phdr> segments_;
  std::vector<std::uint64_t> needed_;
  std::optional<std::uint64_t> soname_, gnu_hash_, hash_;
  std::uint64_t strings_ = 0, strings_size_ = 0, symbols_ = 0;
  std::string_view names_;
  bool note_seen_ = false;
};

}  // namespace

Result<ElfLibrary> read_elf(std::string_view bytes) { return Reader(bytes).run(); }

}  // namespace opsflux::package
