// Has what modules tend to have: the entry, the note, a helper, and a template's static variable, which g++
// makes a process-wide unique symbol unless told otherwise.
#ifdef WITH_ZLIB
extern "C" const char* zlibVersion();
#endif

template <class T>
struct Counter {
  static int& value() {
    static int counter = 0;
    return counter;
  }
};

int helper() { return ++Counter<int>::value(); }

extern "C" __attribute__((visibility("default"))) int opf_module_entry_v1() {
#ifdef WITH_ZLIB
  if (zlibVersion()[0] == '0') return -1;
#endif
  return helper();
}

#ifndef WITHOUT_NOTE
struct Note {
  unsigned name_size, text_size, type;
  char name[8];
  char text[52];
};
extern const Note opsflux_note;
__attribute__((section(".note.opsflux"), used, aligned(4)))
const Note opsflux_note = {8, 46, 1, "OpsFlux", "abi=1.0;module=sample;version=1.2.3;build=test"};
#endif
