// Groups of people: made by an administrator, shared with by those who may.
import assert from "node:assert/strict";
import { becomes, field, logIn, shows, sidebar } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { pick } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { definitionsOnly } from "./support/packages.mjs";
import { story } from "./support/story.mjs";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install(definitionsOnly("supply"));
  world.awa = await world.api.user("Awa Ndiaye", "trois pirogues bleues");
  world.order = await world.api.post("supply/orders", { title: "Atelier" });
}

const save = (page) => page.getByRole("button", { name: "Enregistrer" }).first();
const members = (page) => page.getByRole("region", { name: "Membres" });

story("Groups", { arrange }, (step) => {
  let page;

  step("an administrator makes a group inside another one", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: "Groupes" }).click();
    await page.getByRole("link", { name: "Nouveau groupe" }).first().click();
    await field(page, "Nom").fill("Exploitation");
    await save(page).click();
    await shows(page.getByRole("heading", { name: "Exploitation" }));
    await page.goto("/identity/groups/new");
    await field(page, "Nom").fill("Puits");
    await pick(field(page, "Fait partie de"), "Exploitation");
    await save(page).click();
    await shows(page.getByRole("heading", { name: "Puits" }));
    await look(page, "140-group");
  });

  step("people are put into it", async () => {
    await page.getByRole("button", { name: "Membres" }).click();
    await page.getByRole("link", { name: "Nouveau membre" }).first().click();
    await pick(field(page, "Personne"), "Awa Ndiaye");
    await save(page).click();
    await page.goto("/identity/groups?q=puits");
    await page.getByRole("link", { name: "Puits" }).first().click();
    await shows(members(page).getByRole("link", { name: "Awa Ndiaye" }).first());
    await look(page, "141-group-members");
  });

  step("a record is shared with the group around it, and its people may change it", async (world) => {
    await page.goto(`/supply/orders/${world.order.id}`);
    await page.getByRole("button", { name: "Autres actions" }).first().click();
    await page.getByRole("menuitem", { name: /^Partager/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Groupe").first().check();
    await pick(dialog.getByRole("combobox", { name: "Groupe" }), "Exploitation");
    await dialog.getByLabel("Peut", { exact: true }).selectOption("edit");
    await dialog.getByRole("button", { name: "Partager", exact: true }).click();
    await shows(dialog.getByRole("listitem").filter({ hasText: "Exploitation" }));
    await look(page, "142-share-group");

    const awa = await world.browser.person();
    await logIn(awa, world.awa, `/supply/orders/${world.order.id}/edit`);
    await field(awa, "Intitulé").fill("Atelier nord");
    await save(awa).click();
    await becomes(async () => (await world.api.get(`supply/orders/${world.order.id}`)).title, "Atelier nord");
    assert.equal(await sidebar(awa).getByRole("link", { name: "Groupes" }).count(), 0);
  });
});
