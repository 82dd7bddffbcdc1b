// One person in two companies: a manager in the one, a guest in the other, and never in both at once.
import assert from "node:assert/strict";
import { becomes, field, fillLogIn, logIn, save, shows, sidebar } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { phone } from "./support/browser.mjs";
import { pick } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { definitionsOnly } from "./support/packages.mjs";
import { story } from "./support/story.mjs";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  const { api } = world;
  await api.install(definitionsOnly("quay"));
  world.awa = await api.user("Awa Ndiaye", "trois pirogues bleues", "guest");
  world.congo = await api.post("identity/companies", { name: "Congo Manutention", code: "CM" });
  await api.post("quay/visits", { ship: "Loango", company: world.congo.id });
}

const switcher = (page) => page.getByRole("button", { name: /^Vous agissez pour/ });
const choose = async (page, name) => {
  await switcher(page).click();
  await page.getByRole("menuitemradio", { name }).click();
};
const ships = (page) => page.getByRole("main").getByRole("row").getByRole("link").allInnerTexts();
const newVisit = (page) => page.getByRole("link", { name: "Nouvelle escale" });

story("Companies", { arrange }, (step) => {
  let page;
  let chief;

  step("an administrator makes a company and gives somebody a role in it", async (world) => {
    chief = await world.browser.person();
    await logIn(chief, administrator);
    assert.equal(await switcher(chief).count(), 0);
    await sidebar(chief).getByRole("link", { name: "Sociétés" }).click();
    await chief.getByRole("link", { name: "Nouvelle société" }).first().click();
    await field(chief, "Nom").fill("Gabon Ports");
    await field(chief, "Code").fill("GP");
    await save(chief);
    await shows(chief.getByRole("heading", { name: "Gabon Ports" }));
    world.gabon = (await world.api.get("identity/companies?q=gabon")).data[0];
    await chief.getByRole("button", { name: "Rôles dans des sociétés" }).click();
    await chief.getByRole("link", { name: "Nouveau rôle dans une société" }).first().click();
    await pick(field(chief, "Personne"), "Awa Ndiaye");
    await field(chief, "Rôle").click();
    await chief.getByRole("option", { name: "Responsable" }).click();
    await save(chief);
    const given = () =>
      world.api.get("identity/assignments").then(({ data }) => data.map(({ role }) => role));
    await becomes(given, ["manager"]);
    await chief.goto(`/identity/companies/${world.gabon.id}`);
    await shows(chief.getByRole("heading", { name: "Gabon Ports" }));
    await shows(chief.getByText("1 personne voit toutes les sociétés"));
    await look(chief, "260-company");
    await chief.getByRole("button", { name: "Qui, et pourquoi" }).click();
    const who = chief.getByRole("dialog", { name: "1 personne voit toutes les sociétés" });
    await look(chief, "260-who-sees-every");
    await who.getByRole("button", { name: administrator.name }).click();
    await shows(chief.getByRole("dialog", { name: administrator.name }).getByRole("list", { name: "D’où vient le droit" }));
    await look(chief, "260-why-every");
    await chief.keyboard.press("Escape");
  });

  step("she acts for that company, and what she makes belongs to it", async (world) => {
    await world.api.post("identity/assignments", {
      person: world.awa.id,
      company: world.congo.id,
      role: "guest",
    });
    page = await world.browser.person();
    await logIn(page, world.awa, "/quay/visits");
    await becomes(async () => (await switcher(page).innerText()).trim(), "Congo Manutention");
    await choose(page, "Gabon Ports");
    await shows(newVisit(page).first());
    await newVisit(page).first().click();
    await field(page, "Navire").fill("Ogooué");
    await save(page);
    await shows(page.getByRole("heading", { name: "Ogooué" }));
    const made = (await world.api.get("quay/visits?q=ogoou")).data[0];
    assert.equal(made.company, world.gabon.id);
    await page.goto("/quay/visits");
    await becomes(() => ships(page), ["Ogooué"]);
    await switcher(page).click();
    await look(page, "261-context-menu");
    await page.keyboard.press("Escape");
  });

  step("in the other one she sees only what is there, and changes nothing", async (world) => {
    await switcher(page).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitemradio", { name: "Congo Manutention" }).waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await becomes(() => ships(page), ["Loango"]);
    assert.equal(await newVisit(page).count(), 0);
    const other = (await world.api.get("quay/visits?q=ogoou")).data[0];
    await page.goto(`/quay/visits/${other.id}`);
    await shows(page.getByRole("main"), /n’existe pas|introuvable|supprimée/);
    await page.goto("/quay/visits");
    await becomes(() => ships(page), ["Loango"]);
  });

  step("her other window follows, and the choice outlives a restart", async (world) => {
    const second = await page.context().newPage();
    await second.goto("/quay/visits");
    await becomes(() => ships(second), ["Loango"]);
    await choose(page, "Gabon Ports");
    await becomes(() => ships(second), ["Ogooué"]);
    await second.close();
    await world.server.stop();
    await world.server.start();
    await page.goto("/quay/visits");
    await becomes(() => ships(page), ["Ogooué"]);
    await becomes(async () => (await switcher(page).innerText()).trim(), "Gabon Ports");
  });

  step("on a phone the choice is in the account's menu", async (world) => {
    const small = await world.browser.person({ viewport: phone, hasTouch: true });
    await small.goto("/quay/visits");
    await fillLogIn(small, world.awa);
    await small.getByRole("navigation", { name: "Barre du bas" }).getByRole("button", { name: "Plus" }).tap();
    await small.getByRole("button", { name: `Compte de ${world.awa.name}` }).tap();
    const choice = small.getByRole("radio", { name: "Gabon Ports" });
    await shows(choice);
    await look(small, "262-context-phone", { phone });
    await choice.tap();
    await becomes(() => choice.isChecked(), true);
    await small.goto("/quay/visits");
    await shows(small.getByRole("main"), "Ogooué");
  });

  step("when her role ends, the company is gone from the screen at once", async (world) => {
    const { data } = await world.api.get("identity/assignments?filter=role%20%3D%3D%20%22manager%22");
    await world.api.call("DELETE", `identity/assignments/${data[0].id}`);
    await becomes(() => ships(page), ["Loango"]);
    await becomes(async () => (await switcher(page).innerText()).trim(), "Aucune société");
  });
});
