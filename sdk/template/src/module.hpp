// What the module does itself; everything else its manifest and its definitions say.
#pragma once

#include "opsflux/module.hpp"

namespace sample {

class Module {
 public:
  // Binds every function that manifest.json declares.
  void start(opsflux::Setup& setup);

 private:
  // Before an item is written: what is done has a score. Tells the others when it becomes done.
  void check_item(opsflux::Context& ctx, opsflux::Record& item);
  // After an item became done: notes the day, once the change is in the database.
  void note_end(opsflux::Context& ctx, const opsflux::Event& event);
  // GET /api/v1/sample/summary: how many items there are, by status.
  opsflux::Response summary(opsflux::Context& ctx, const opsflux::Request& request);
};

}  // namespace sample
