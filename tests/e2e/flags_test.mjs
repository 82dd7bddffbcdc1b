// Feature flags: made and narrowed by an administrator, followed at once by the pages of those they are for.
import assert from "node:assert/strict";
import { becomes, field, logIn, names, noteOf, save, shows, sidebar, value } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const awa = { name: "Awa Ndiaye", password: "trois pirogues bleues" };
const title = "Bascules de fonctionnalités";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  world.awa = await world.api.user(awa.name, awa.password, "manager");
  await world.api.post("settings/flags", { name: "quay.night_shift", description: "Les escales de nuit." });
}

/** The flags that the page's application was told of next, after `act`. */
async function told(page, act) {
  const answer = page.waitForResponse((one) => new URL(one.url()).pathname === "/api/v1/app");
  await act();
  return (await (await answer).json()).flags;
}

story("Feature flags", { arrange }, (step) => {
  let page;
  let other;

  step("an administrator finds them in the menu and makes one for a role", async (world) => {
    other = await world.browser.person();
    await logIn(other, world.awa);
    assert.equal(await sidebar(other).getByRole("link", { name: title }).count(), 0);
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: title }).click();
    await shows(page.getByRole("heading", { name: title }));
    await becomes(() => names(page), ["quay.night_shift"]);
    await page.getByRole("link", { name: "Nouvelle bascule" }).first().click();
    await field(page, "Nom").fill("Nouvelle carte");
    await field(page, "Description").fill("La carte des quais, avec les marées.");
    await field(page, "Activée").selectOption({ label: "Oui" });
    await field(page, "Rôles").click();
    await page.getByRole("option", { name: "Responsable" }).click();
    await save(page);
    await becomes(async () => (await noteOf(field(page, "Nom"))) !== undefined, true);
    await look(page, "190-flag-refused");
    await field(page, "Nom").fill("quay.new_map");
    const flags = await told(other, () => save(page));
    assert.deepEqual(flags, ["quay.new_map"], "her page followed by itself");
    await shows(page.getByRole("heading", { name: "quay.new_map" }));
    await look(page, "191-flag");
  });

  step("a share of nobody takes it away again, and the history tells of it", async (world) => {
    await page.getByRole("link", { name: "Modifier" }).first().click();
    await field(page, "Part des utilisateurs, en pour cent").fill("0");
    assert.deepEqual(await told(other, () => save(page)), []);
    await shows(page.getByRole("heading", { name: "quay.new_map" }));
    assert.equal(await value(page, "Part des utilisateurs, en pour cent").innerText(), "0");
    const filter = encodeURIComponent('entity == "settings.flag" && action == "updated"');
    const { data } = await world.api.get(`audit?filter=${filter}`);
    assert.equal(data.length, 1);
  });

  step("the list reads well", async () => {
    await sidebar(page).getByRole("link", { name: title }).click();
    await becomes(() => names(page), ["quay.new_map", "quay.night_shift"]);
    await look(page, "192-flags");
  });
});
