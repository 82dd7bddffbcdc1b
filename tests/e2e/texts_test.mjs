// Texts that an administrator changes: found, changed, refused, reset, given to a translator and taken back.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { becomes, gone, logIn, shows, sidebar, textOf, toast } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const awa = { name: "Awa Ndiaye", password: "trois pirogues bleues" };

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  world.awa = await world.api.user(awa.name, awa.password);
}

const list = (page) => page.getByRole("list", { name: "Textes" });
const row = (page, key) => list(page).getByRole("listitem").filter({ hasText: key }).first();
const search = (page) => page.getByRole("searchbox", { name: "Rechercher" });
const edit = (page, key) => page.getByRole("button", { name: `Modifier ${key}`, exact: true });
const box = (page, key) => page.getByRole("textbox", { name: `Modifier ${key}`, exact: true });
const keep = (page) => list(page).getByRole("button", { name: "Enregistrer" });

const label = "entity.company.field.legal_name.label";

async function find(page, words) {
  await search(page).fill(words);
  await becomes(() => list(page).getByRole("listitem").count(), 1);
}

/** What is downloaded when the entry of the export menu is chosen. */
async function exported(page, entry) {
  await page.getByRole("button", { name: "Exporter" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: entry }).click(),
  ]);
  return { name: file.suggestedFilename(), content: readFileSync(await file.path(), "utf8") };
}

story("Texts that an administrator changes", { arrange }, (step) => {
  let page;
  let other;

  step("a user does not find the page", async (world) => {
    other = await world.browser.person();
    await logIn(other, world.awa, "/system/texts");
    await shows(other, "Accès non autorisé");
    assert.equal(await sidebar(other).getByRole("link", { name: "Textes" }).count(), 0);
    await other.goto("/tiers/companies/new");
    await shows(other.getByLabel("Raison sociale"));
  });

  step("an administrator finds the texts of the application and of its modules", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: "Textes" }).click();
    await shows(page.getByRole("heading", { name: "Textes" }));
    await page.getByLabel("Partie").selectOption({ label: "Tiers" });
    await shows(row(page, "tiers · "));
    await look(page, "110-texts");
    await find(page, "legal_name label");
    await shows(row(page, label), "Raison sociale");
  });

  step("the label of a module's field changes for who is there already", async () => {
    await edit(page, label).click();
    await box(page, label).fill("Nom de la société");
    await look(page, "111-texts-edit");
    await box(page, label).press("Control+Enter");
    await shows(toast(page), "Le texte est modifié pour tous.");
    await shows(row(page, label), "Nom de la société");
    await shows(row(page, label), "Modifié");
    assert.equal(await edit(page, label).evaluate((button) => button === document.activeElement), true);
    await shows(other.getByLabel("Nom de la société"));
    assert.equal(await other.getByLabel("Raison sociale").count(), 0);
  });

  step("so does a word of the application", async (world) => {
    await other.goto("/tiers/companies");
    await shows(other.getByRole("searchbox").or(other.getByPlaceholder("Rechercher")).first());
    await page.getByLabel("Partie").selectOption({ label: "Application" });
    await search(page).fill("");
    await search(page).fill("nav home");
    await edit(page, "nav.home").click();
    await box(page, "nav.home").fill("Tableau de bord");
    await keep(page).click();
    await gone(keep(page));
    await shows(sidebar(page).getByRole("link", { name: "Tableau de bord" }));
    await shows(sidebar(other).getByRole("link", { name: "Tableau de bord" }));
    // Somebody who comes later sees it at once.
    const late = await world.browser.person();
    await logIn(late, world.awa);
    await shows(sidebar(late).getByRole("link", { name: "Tableau de bord" }));
    assert.equal(await sidebar(late).getByRole("link", { name: "Accueil" }).count(), 0);
    await late.close();
  });

  step("a text that loses its variables is refused with their names", async () => {
    await search(page).fill("pager range");
    await edit(page, "pager.range").click();
    await box(page, "pager.range").fill("{first} à {last}");
    await keep(page).click();
    await shows(row(page, "pager.range").getByRole("alert"), "Il manque {total} dans le texte.");
    await look(page, "112-texts-refused");
    await box(page, "pager.range").press("Escape");
    await gone(box(page, "pager.range"));
    await shows(row(page, "pager.range"), "Comme l’original");
  });

  step("only what was changed is shown on request, and can be reset and taken back", async () => {
    await page.getByLabel("Partie").selectOption({ label: "Toutes les parties" });
    await search(page).fill("");
    await page.getByLabel("Modifiés seulement").check();
    await becomes(() => list(page).getByRole("listitem").count(), 2);
    await look(page, "113-texts-changed");
    await page.getByRole("button", { name: "Rétablir nav.home" }).click();
    await shows(sidebar(other).getByRole("link", { name: "Accueil" }));
    await toast(page).getByRole("button", { name: "Annuler" }).last().click();
    await shows(sidebar(other).getByRole("link", { name: "Tableau de bord" }));
    await becomes(() => list(page).getByRole("listitem").count(), 2);
  });

  step("a file goes to the translator", async () => {
    const { name, content } = await exported(page, "Textes modifiés, Français, CSV");
    assert.equal(name, "texts-fr.csv");
    assert.match(content, /^\uFEFFlanguage;namespace;key;english;original;text\r\n/);
    assert.match(content, /fr;tiers;entity\.company\.field\.legal_name\.label;.*;Raison sociale;Nom de la société/);
    const all = JSON.parse((await exported(page, "Tous les textes, Français, JSON")).content);
    assert.ok(all.length > 1000);
  });

  step("one with mistakes is refused with each line that is wrong", async (world) => {
    const lines = [
      "language;namespace;key;text",
      "fr;tiers;menu.companies;Sociétés",
      "fr;web;pager.range;de {first}",
      "fr;tiers;menu.nothing;Rien",
    ];
    await page.getByRole("button", { name: "Importer des textes" }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByLabel("Choisir un fichier")
      .first()
      .setInputFiles({ name: "faux.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\r\n")) });
    await shows(dialog.getByRole("alert"), /2 lignes ne peuvent pas être reprises/);
    const told = await textOf(dialog);
    assert.match(told, /Ligne 3\s*pager\.range/);
    assert.match(told, /Il manque \{last\}, \{total\}/);
    assert.match(told, /Ligne 4\s*menu\.nothing/);
    await look(page, "114-texts-import-refused", { desktop });
    assert.equal((await world.api.get("texts?language=fr&changed=true")).meta.total, 2);
    await dialog
      .getByLabel("Choisir un fichier")
      .first()
      .setInputFiles({
        name: "bon.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(lines.slice(0, 2).join("\r\n")),
      });
    await gone(dialog);
    await shows(toast(page), "1 texte repris.");
    await becomes(() => list(page).getByRole("listitem").count(), 3);
    await shows(sidebar(other).getByText("Sociétés"));
  });

  step("what was changed of a module that is not there is kept, and can be given up", async (world) => {
    await world.api.run("tiers", "uninstall", { data: "keep" });
    await shows(row(page, label), "Sans usage");
    assert.equal(await edit(page, label).count(), 0);
    await look(page, "115-texts-unused");
    await page.getByRole("button", { name: "Rétablir menu.companies" }).click();
    await becomes(() => list(page).getByRole("listitem").count(), 2);
    await world.api.install();
    await shows(row(page, label), "Raison sociale");
    await shows(row(page, label), "Modifié");
  });

  step("the log-in page has the changed words too", async (world) => {
    await world.api.call("PUT", "texts/fr/web/login.submit", { text: "Entrer" });
    const stranger = await world.browser.person();
    await stranger.goto("/login");
    await shows(stranger.getByRole("button", { name: "Entrer" }));
  });
});
