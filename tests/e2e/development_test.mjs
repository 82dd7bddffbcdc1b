// A server that takes modules signed for development says so on every page.
import assert from "node:assert/strict";
import { logIn, shows } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const arrange = async (world) => {
  world.api = await new Api(world.server).setUp();
};

story("Development mode", { development: true, arrange }, (step) => {
  step("a strip stands on every page, and modules of a development key are taken", async (world) => {
    await world.api.install();
    const page = await world.browser.person();
    await logIn(page, administrator, "/tiers/companies");
    await shows(page, /Module de développement actif/);
    await look(page, "development-strip");
    await page.goto("/system/modules/tiers");
    await shows(page, /Module de développement actif/);
    const app = await world.api.get("app");
    assert.equal(app.development, true);
  });
});
