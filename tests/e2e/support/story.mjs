// A test file is a story: steps in order, each on what the one before has left.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Browser } from "./browser.mjs";
import { Server } from "./server.mjs";

/**
 * Declares a story. `tell(step, world)` declares its steps; `world.server` and `world.browser` are there once the
 * steps run. `arrange(world)` comes before the first one.
 */
export function story(name, { arrange, ...options } = {}, tell) {
  describe(name, () => {
    const world = { server: new Server(options), browser: new Browser() };
    let failed = false;
    before(async () => {
      await world.server.start();
      await world.browser.start(world.server);
      await arrange?.(world);
    });
    after(async () => {
      await world.browser.stop();
      await world.server.remove();
    });
    const step = (fact, act) =>
      it(fact, async (test) => {
        if (failed) return test.skip("a step before it failed");
        try {
          await act(world);
        } catch (error) {
          failed = true;
          await world.browser.pictureAll(fact.replace(/[^a-z0-9]+/gi, "-").slice(0, 60));
          for (const line of world.server.log.split("\n").slice(-12)) test.diagnostic(line);
          throw error;
        }
      });
    tell(step, world);
    it("nothing went wrong behind the pages", () => assert.deepEqual(world.browser.complaints, []));
  });
}
