// The rights of all roles side by side: changed by keyboard and menu, looked at, saved as one, and held at once.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { becomes, logIn, shows, sidebar, textOf, toast } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { desktop, phone } from "./support/browser.mjs";
import { look } from "./support/look.mjs";
import { definitionsOnly } from "./support/packages.mjs";
import { story } from "./support/story.mjs";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install(definitionsOnly("supply"));
  world.awa = await world.api.user("Awa Ndiaye", "trois pirogues bleues");
}

const grid = (page) => page.getByRole("grid", { name: "Droits des rôles" });
const cell = (page, role, right) => grid(page).getByRole("gridcell", { name: new RegExp(`^${role}, ${right}:`) });
const choose = (page, word) => page.getByRole("menuitemradio", { name: word, exact: true }).click();
const strip = (page) => page.getByRole("region", { name: "Changements non enregistrés" });
const grants = async (world, key) => {
  const { data } = await world.api.get("identity/roles/matrix");
  return data.find((role) => role.key === key).grants;
};
const orders = (page) => sidebar(page).getByText("Commandes").first();

story("The matrix of rights", { arrange }, (step) => {
  let page;
  let awa;

  step("who may not see roles does not find it", async (world) => {
    awa = await world.browser.person();
    await logIn(awa, world.awa, "/system/rights");
    await shows(awa, "Accès non autorisé");
    assert.equal(await sidebar(awa).getByRole("link", { name: "Droits des rôles" }).count(), 0);
    await awa.goto("/supply/orders");
    await shows(awa.getByRole("heading", { name: "Commandes" }));
  });

  step("an administrator comes to it from the roles and from the navigation", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: "Rôles", exact: true }).click();
    await page.getByRole("main").getByRole("link", { name: "Droits des rôles" }).click();
    await shows(grid(page));
    await sidebar(page).getByRole("link", { name: "Droits des rôles" }).click();
    await shows(grid(page).getByRole("columnheader", { name: "Utilisateur" }));
    await look(page, "160-matrix");
  });

  step("rights are searched, and those that differ from the modules are none yet", async () => {
    await page.getByPlaceholder("Rechercher un droit").fill("commandes modifier");
    await becomes(() => grid(page).getByRole("gridcell").count(), 4);
    await page.getByLabel("Seulement ce qui diffère des modules").check();
    await shows(page, "Aucun droit ne correspond.");
    await page.getByRole("button", { name: "Effacer les filtres" }).click();
    await page.getByPlaceholder("Rechercher un droit").fill("commandes");
  });

  step("cells are reached by the keys and changed by a menu; a change is taken back", async () => {
    await cell(page, "Utilisateur", "Commandes.: consulter").click();
    await choose(page, "Aucun");
    await becomes(() => page.evaluate(() => document.activeElement?.getAttribute("role")), "gridcell");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    const where = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    assert.match(await where(), /^Responsable, |^Invité, |^Utilisateur, /);
    await page.keyboard.press("Enter");
    await shows(page.getByRole("menuitemradio", { name: "Société" }));
    await page.keyboard.press("Escape");
    await becomes(() => page.getByRole("menuitemradio").count(), 0);
    await shows(strip(page), "1 changement n’est pas enregistré");
    await cell(page, "Utilisateur", "Commandes.: modifier").click();
    await choose(page, "Tous");
    await shows(strip(page), "2 changements ne sont pas enregistrés");
    await page.keyboard.press("Control+z");
    await shows(strip(page), "1 changement n’est pas enregistré");
    await look(page, "161-matrix-changes");
  });

  step("what changes for whom is told before it is saved, and holds in another browser within a second", async (world) => {
    await strip(page).getByRole("button", { name: "Vérifier et enregistrer" }).click();
    const dialog = page.getByRole("dialog", { name: "Qui gagne, qui perd" });
    await shows(dialog.getByRole("heading", { name: /Utilisateur/ }));
    assert.match(await textOf(dialog), /Tous → Aucun/);
    await look(page, "162-matrix-review");
    await shows(orders(awa));
    await dialog.getByRole("button", { name: "Enregistrer 1 changement" }).click();
    const saved = Date.now();
    await orders(awa).waitFor({ state: "hidden" });
    const took = Date.now() - saved;
    assert.ok(took < 1000, `${took} ms until Awa’s menu had changed`);
    await shows(toast(page), "1 droit modifié.");
    assert.deepEqual(await grants(world, "user"), { "supply.order.view": "none" });
    await page.getByLabel("Seulement ce qui diffère des modules").check();
    await becomes(() => grid(page).getByRole("gridcell").count(), 4);
    await page.getByLabel("Seulement ce qui diffère des modules").uncheck();
  });

  step("what somebody else changed meanwhile is not overwritten without being told", async (world) => {
    await cell(page, "Utilisateur", "Commandes.: modifier").click();
    await choose(page, "Service");
    const changes = [{ role: "user", permission: "supply.order.edit", scope: "all" }];
    await world.api.call("PUT", "identity/roles/matrix", { changes });
    await strip(page).getByRole("button", { name: "Vérifier et enregistrer" }).click();
    const dialog = page.getByRole("dialog", { name: "Qui gagne, qui perd" });
    await shows(dialog, "changé entre-temps");
    await shows(dialog, /maintenant Tous, vous voulez Service/);
    await look(page, "163-matrix-clash");
    await dialog.getByRole("button", { name: "Enregistrer 1 changement" }).click();
    await becomes(() => grants(world, "user"), {
      "supply.order.edit": "department",
      "supply.order.view": "none",
    });
  });

  step("on a phone one role at a time is shown and changed", async (world) => {
    await page.setViewportSize(phone);
    await page.getByLabel("Rôle", { exact: true }).selectOption({ label: "Utilisateur · 1 personne" });
    await page.getByLabel(/^Commandes.: consulter/).selectOption("default");
    await look(page, "164-matrix-phone", { phone });
    await strip(page).getByRole("button", { name: "Vérifier et enregistrer" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Enregistrer 1 changement" }).click();
    await becomes(() => grants(world, "user"), { "supply.order.edit": "department" });
    await shows(orders(awa));
  });

  step("who meets a record learns why it may be changed, or what would be needed", async (world) => {
    const order = await world.api.post("supply/orders", { title: "Pompes" });
    world.order = order;
    await awa.goto(`/supply/orders/${order.id}`);
    await awa.getByRole("button", { name: /^Autres actions/ }).first().click();
    await awa.getByRole("menuitem", { name: /^Qui peut faire cela/ }).click();
    const dialog = awa.getByRole("dialog");
    await shows(dialog, /pas pour cet enregistrement/);
    await shows(dialog, /créé par Jeanne Mabika/);
    await shows(dialog.getByRole("listitem").filter({ hasText: "Décidé par Jeanne Mabika" }));
    await shows(dialog.getByText("Administrateur", { exact: false }).first());
    assert.equal(await dialog.getByLabel("Qui", { exact: true }).count(), 0, "she asks about herself");
    await look(awa, "165-why-record");
    await dialog.getByLabel("Quoi", { exact: true }).selectOption("view");
    await shows(dialog, /permis pour cet enregistrement/);
    await shows(dialog, "Donné par le module");
    await dialog.getByRole("button", { name: "Fermer" }).last().click();
  });

  step("who sees roles is told who all may, and why each", async (world) => {
    await page.setViewportSize(desktop);
    await page.goto(`/supply/orders/${world.order.id}`);
    await page.getByRole("button", { name: /^Autres actions/ }).first().click();
    await page.getByRole("menuitem", { name: /^Qui peut faire cela/ }).click();
    const dialog = page.getByRole("dialog");
    const people = dialog.getByRole("region", { name: "Qui le peut" });
    await shows(people.getByRole("button", { name: "Jeanne Mabika" }));
    assert.equal(await people.getByRole("button", { name: "Awa Ndiaye" }).count(), 0, "not this order");
    await dialog.getByLabel("Quoi", { exact: true }).selectOption("view");
    await people.getByRole("button", { name: "Awa Ndiaye" }).click();
    await shows(dialog, "Rôle de la personne");
    await shows(dialog, "Donné par le module");
    await becomes(() => dialog.getByLabel("Qui", { exact: true }).inputValue(), "Awa Ndiaye");
    await look(page, "166-who-may");
  });

  step("on the page of a person an administrator sees all rights and where each comes from", async (world) => {
    await page.setViewportSize(desktop);
    await page.goto(`/identity/users/${world.awa.id}`);
    await page.getByRole("button", { name: "Droits", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Droits de Awa Ndiaye" });
    await shows(dialog, "supply.order.edit.department");
    await look(page, "167-rights-of-person");
    await dialog.getByPlaceholder("Rechercher parmi tous les droits").fill("commandes supprimer");
    await dialog.getByRole("button", { name: /Commandes.: supprimer/ }).click();
    await shows(dialog, /Commandes.: supprimer.: pas permis/);
    await shows(dialog.getByRole("listitem").filter({ hasText: "Responsable" }));
    await look(page, "168-right-missing");
  });

  step("roles go out as a file and come in after a look at what would change", async (world) => {
    await page.goto("/system/rights");
    const wait = page.waitForEvent("download");
    await page.getByRole("button", { name: "Exporter" }).click();
    const download = await wait;
    assert.equal(download.suggestedFilename(), "opsflux-roles.json");
    const file = JSON.parse(readFileSync(await download.path(), "utf8"));
    file.roles.push({ key: "buyer", name: "Acheteuse", inherits: ["user"], grants: { "supply.order.delete": "own", "gone.thing.view": "all" } });
    const path = join(world.server.data, "roles.json");
    const choose = async (content) => {
      writeFileSync(path, content);
      await page.locator("input[type=file]").setInputFiles(path);
    };
    await page.getByRole("button", { name: "Importer des rôles" }).click();
    const dialog = page.getByRole("dialog", { name: "Importer des rôles" });
    await choose("{");
    await shows(dialog, "Ce n’est pas du JSON valable.");
    await choose(JSON.stringify({ ...file, roles: [{ key: "Buyer", name: "B" }] }));
    await shows(dialog, /roles\/0\/key/);
    await choose(JSON.stringify(file));
    await shows(dialog.getByRole("heading", { name: /Acheteuse/ }));
    await shows(dialog, "gone.thing.view");
    await look(page, "169-roles-import");
    await dialog.getByRole("button", { name: "Reprendre 1 rôle" }).click();
    await shows(toast(page), "1 rôle repris.");
    await shows(grid(page).getByRole("columnheader", { name: "Acheteuse" }));
    assert.deepEqual(await grants(world, "buyer"), { "gone.thing.view": "all", "supply.order.delete": "own" });
  });

  step("a thousand rights and a hundred roles are drawn as far as they show", async (world) => {
    const roles = Array.from({ length: 96 }, (_, i) => ({ key: `team_${i}`, name: `Équipe ${i}`, inherits: ["user"] }));
    await world.api.post("identity/roles/file", { format: "opsflux-roles", version: 1, roles });
    // No module has that many: those of this one stand for others too.
    await page.route("**/identity/permissions", async (route) => {
      const { data } = await (await route.fetch()).json();
      const many = Array.from({ length: 1000 }, (_, i) => {
        const one = data[i % data.length];
        return { ...one, id: `${one.id}${i}`, entity: `m${i % 20}.e${i % 200}`, entity_label: `Fiches ${i % 200}` };
      });
      await route.fulfill({ json: { data: many } });
    });
    await page.goto("/system/rights");
    await grid(page).getByRole("gridcell").first().click();
    await page.keyboard.press("Escape");
    const drawn = await grid(page).getByRole("gridcell").count();
    assert.ok(drawn < 1000, `${drawn} of 100,000 cells are drawn`);
    const begun = Date.now();
    await page.keyboard.press("Control+End");
    await becomes(() => page.evaluate(() => document.activeElement?.getAttribute("aria-colindex")), "102");
    assert.ok(Date.now() - begun < 2000, `${Date.now() - begun} ms to the other end`);
    assert.ok(await page.evaluate(() => document.activeElement?.closest("[role=row]")?.getAttribute("aria-rowindex") > 1000));
    await look(page, "170-matrix-large", { desktop });
  });
});
