// What a definition alone makes: a module without any code, with a field of every type and every view.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { becomes, field, gone, logIn, names, noteOf, save, shows, textOf, toast, value } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { desktop, phone } from "./support/browser.mjs";
import { addFilter, bulkBar, chips, foot, openMenu, pick, query, search } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { definitionsOnly } from "./support/packages.mjs";
import { story } from "./support/story.mjs";

const list = "/works/jobs";
const jobs = "works/jobs";

async function withWorks(world) {
  world.api = await new Api(world.server).setUp();
  world.plan = await world.api.install(definitionsOnly("works"));
  world.job = async (title) => {
    const filter = `title == ${JSON.stringify(title)}`;
    return (await world.api.get(`${jobs}?${new URLSearchParams({ filter })}`)).data[0];
  };
}

const formTab = (page, name) => page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
const view = (page, name) => page.getByRole("button", { name, exact: true }).click();
const group = (page, name) => page.getByRole("group", { name: new RegExp(`^${name}( \\(|$)`) });
const column = (page, name) => page.getByRole("region", { name, exact: true });
const cards = (page, name) => column(page, name).locator("article a").allInnerTexts();

/** Fills the form of the first job, a value of every type. */
async function fillAll(page) {
  await field(page, "Intitulé").fill("Refonte du quai");
  await field(page, "Nature").selectOption({ label: "Construction" });
  await field(page, "Urgent").selectOption({ label: "Oui" });
  await field(page, "Description").fill("Le quai est vieux");
  await field(page, "Description").selectText();
  await page.getByRole("button", { name: "Gras" }).click();
  await becomes(() => field(page, "Description").inputValue(), "**Le quai est vieux**");
  await page.getByRole("button", { name: "Aperçu", exact: true }).click();
  await shows(page.locator(".written strong"), "Le quai est vieux");
  await page.getByRole("button", { name: "Aperçu", exact: true }).click();
  await field(page, "Description").fill(
    "# But\n\n**Refaire** [le site](https://a.example) et [le piège](javascript:alert(1))\n\n<img src=x onerror=alert(1)>",
  );
  await field(page, "Notes").fill("Deux\nlignes");
  await group(page, "Jours").getByLabel("Lundi").check();
  await group(page, "Jours").getByLabel("Mercredi").check();
  await field(page, "Couleur").fill("#1E90FF");
  await page.getByLabel("Type de fiche").selectOption({ label: "Utilisateur" });
  await pick(page.getByLabel("Fiche", { exact: true }), administrator.name);
  await formTab(page, "Chiffres");
  await field(page, "Devise").selectOption("XAF");
  await field(page, "Budget").fill("120 000,5");
  await field(page, "Honoraires").fill("2500");
  await field(page, "Charge").fill("1h30");
  await field(page, "Heures").fill("12,5");
  await field(page, "Taux").fill("20");
  await field(page, "Avancement").fill("40");
  await field(page, "Début").fill("2026-11-02");
  await field(page, "Échéance").fill("2026-12-20");
  await formTab(page, "Lieu");
  await page.getByLabel("Rue et numéro").fill("1 Quai\nBâtiment B");
  await page.getByLabel("Ville", { exact: true }).fill("Port-Gentil");
  await page.getByLabel("Pays", { exact: true }).selectOption("GA");
  await page.getByLabel("Latitude").fill("-0.71931, 8.7815");
  assert.equal(await page.getByLabel("Longitude").inputValue(), "8,7815");
  await field(page, "Site").fill("https://works.example");
}

story("Definitions", { arrange: withWorks }, (step) => {
  let page;

  step("the plan tells the rights of each role, and which records they are about", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator, `/system/modules/plans/${world.plan.digest}`);
    await shows(page.getByText("consulter, créer (ses propres fiches), modifier (ses propres fiches)"));
    await shows(page.getByText("consulter, créer, modifier, supprimer"));
  });

  step("a form of sections and tabs takes a value of every type", async (world) => {
    await page.goto(`${list}/new`);
    await shows(page.getByRole("heading", { name: "Nouveau chantier" }));
    assert.equal(await page.getByLabel("État", { exact: true }).count(), 0, "a status that goes by steps is not chosen");
    await becomes(() => field(page, "Responsable").inputValue(), administrator.name);
    await fillAll(page);
    await look(page, "70-types-form");
    await save(page);
    await shows(page.getByRole("heading", { name: "Refonte du quai", level: 1 }));
    const saved = await world.job("Refonte du quai");
    const { user } = await world.api.get("auth/me");
    assert.deepEqual(
      [saved.budget, saved.currency, saved.fee, saved.effort, saved.days, saved.color, saved.cost, saved.span],
      ["120000.50", "XAF", "2500.00", "PT1H30M", ["mon", "wed"], "#1e90ff", "250.00", "P48D"],
    );
    assert.deepEqual(saved.place, { lines: ["1 Quai", "Bâtiment B"], city: "Port-Gentil", country: "GA" });
    assert.deepEqual(saved.point, { latitude: -0.71931, longitude: 8.7815 });
    assert.deepEqual([saved.lead, saved.about_what], [user.id, `identity.user/${user.id}`]);
    assert.equal(saved.number, "JOB-0001");
  });

  step("the record shows each type as people read it, and no HTML of theirs", async () => {
    await becomes(() => textOf(value(page, "Charge")), "1 h 30 min");
    assert.match(await textOf(value(page, "Budget")), /^120 000,50 FCFA/);
    assert.match(await textOf(value(page, "Honoraires")), /^2 500,00 \$US/);
    assert.match(await textOf(value(page, "Étendue")), /^48 j/);
    assert.match(await textOf(value(page, "Adresse")), /1 Quai\nBâtiment B\nPort-Gentil\nGabon/);
    assert.equal(await textOf(value(page, "Sujet")), administrator.name);
    assert.match(await page.getByRole("link", { name: "Voir sur OpenStreetMap" }).getAttribute("href"), /mlat=-0\.71931/);
    const about = page.locator(".written");
    await shows(about.getByText("<img src=x onerror=alert(1)>"));
    assert.equal(await about.locator("img").count(), 0);
    assert.deepEqual(
      await about.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))),
      ["https://a.example"],
    );
    await look(page, "71-types-record");
  });

  step("a refusal opens the tab of its field", async (world) => {
    await page.goto(`${list}/${(await world.job("Refonte du quai")).id}/edit`);
    await formTab(page, "Chiffres");
    await field(page, "Charge").fill("bientôt");
    await field(page, "Échéance").fill("2026-10-01");
    await formTab(page, "Contenu");
    await save(page);
    await becomes(() => page.getByRole("tab", { name: /^Chiffres/ }).getAttribute("aria-selected"), "true");
    await becomes(async () => ((await noteOf(field(page, "Charge"))) ?? "").length > 10, true);
    assert.equal(await field(page, "Charge").inputValue(), "bientôt");
    await field(page, "Charge").fill("2 j");
    await save(page);
    await becomes(() => noteOf(field(page, "Échéance")), "L’échéance précède le début. Choisissez une date plus tardive.");
    await field(page, "Échéance").fill("2026-12-24");
    await save(page);
    await becomes(async () => (await world.job("Refonte du quai")).effort, "P2D");
  });

  step("values are changed in their place", async (world) => {
    await value(page, "Honoraires").hover();
    await page.getByRole("button", { name: "Modifier Honoraires" }).click();
    const input = field(page.locator("dd form"), "Honoraires");
    await input.fill("3000,25");
    await input.press("Enter");
    await becomes(() => textOf(value(page, "Honoraires")), "3 000,25 $US");
    assert.equal((await world.job("Refonte du quai")).fee, "3000.25");
  });

  step("the status goes by its steps, and a refused one says why", async (world) => {
    const more = await world.api.post(jobs, { title: "Grue", kind: "check", start: "2026-11-20", due: "2026-11-29" });
    await page.goto(`${list}/${more.id}`);
    await page.getByRole("button", { name: "Passer à « Prêt »" }).click();
    await shows(page.getByRole("alert"), /pas prêt pour le statut «\sPrêt\s»/);
    assert.equal((await world.job("Grue")).state, "draft");
    await look(page, "72-step-refused", { desktop });
    const quay = await world.job("Refonte du quai");
    await page.goto(`${list}/${quay.id}`);
    await page.getByRole("button", { name: "Passer à « Prêt »" }).click();
    await shows(toast(page), "Statut : Prêt.");
    await shows(page.getByRole("button", { name: "Passer à « Terminé »" }));
    assert.equal((await world.job("Refonte du quai")).state, "ready");
  });

  step("a reference to several is searched, and filters ask by every type", async (world) => {
    const quay = await world.job("Refonte du quai");
    await page.goto(`${list}/${(await world.job("Grue")).id}/edit`);
    await pick(field(page, "Après les chantiers"), "Refonte du quai");
    await pick(field(page, "Chantier parent"), "Refonte du quai");
    await save(page);
    await becomes(async () => (await world.job("Grue")).before, [quay.id]);
    assert.equal((await world.job("Grue")).above, quay.id);
    await page.goto(list);
    await addFilter(page, "Charge", "≥", "1 j");
    await becomes(() => names(page), ["Refonte du quai"]);
    assert.deepEqual((await chips(page)).map((chip) => chip.replace(/\u00a0/g, " ")), ["Charge ≥ 1 j"]);
    await page.getByRole("button", { name: "Effacer les filtres" }).click();
    await addFilter(page, "Jours", "comprend", { choose: "Mercredi" });
    await becomes(() => names(page), ["Refonte du quai"]);
    await page.getByRole("button", { name: "Effacer les filtres" }).click();
    await addFilter(page, "Devise", "est", { choose: "euro (EUR)" });
    await becomes(() => names(page), ["Grue"]);
  });

  step("the foot adds up, each currency by itself", async (world) => {
    await world.api.post(jobs, { title: "Treuil", kind: "repair", budget: "10", start: "2026-12-01", due: "2026-12-05" });
    await page.goto(list);
    await becomes(async () => {
      const text = await textOf(foot(page));
      return [/Total Charge 2 j/, /120 000,50 FCFA/, /10,00 €/].map((part) => part.test(text));
    }, [true, true, true]);
    await look(page, "73-types-list");
  });

  step("the board counts and adds up, and a card goes where the server lets it", async (world) => {
    await view(page, "Tableau");
    assert.equal(query(page).view, "kanban");
    await becomes(() => cards(page, "Prêt"), ["Refonte du quai"]);
    await becomes(() => cards(page, "Brouillon"), ["Grue", "Treuil"]);
    await shows(column(page, "Prêt"), /120.000,50/);
    await look(page, "74-board");
    const menu = await openMenu(page, "Déplacer Treuil");
    await menu.getByRole("menuitem", { name: "Vers « Prêt »" }).press("Enter");
    await becomes(() => cards(page, "Prêt"), ["Refonte du quai", "Treuil"]);
    assert.equal((await world.job("Treuil")).state, "ready");
    // A draft cannot become done at once: the card comes back.
    const from = await column(page, "Brouillon").locator("article").boundingBox();
    const to = await column(page, "Terminé").boundingBox();
    await page.mouse.move(from.x + 40, from.y + from.height - 6);
    await page.mouse.down();
    await page.mouse.move(to.x + 60, to.y + 80, { steps: 8 });
    await page.mouse.up();
    await shows(toast(page), /ne peut pas passer de «\sBrouillon\s» à «\sTerminé\s»/);
    await becomes(() => cards(page, "Brouillon"), ["Grue"]);
    assert.equal((await world.job("Grue")).state, "draft");
  });

  step("a card is dragged to another column", async (world) => {
    const from = await column(page, "Prêt").locator("article").first().boundingBox();
    const to = await column(page, "Brouillon").boundingBox();
    await page.mouse.move(from.x + 40, from.y + from.height - 6);
    await page.mouse.down();
    await page.mouse.move(to.x + 60, to.y + 80, { steps: 8 });
    await page.mouse.up();
    await becomes(async () => (await world.job("Refonte du quai")).state, "draft");
    await becomes(async () => (await cards(page, "Brouillon")).sort(), ["Grue", "Refonte du quai"]);
  });

  step("every view stands on the same search", async () => {
    await search(page).fill("quai");
    await becomes(() => cards(page, "Brouillon"), ["Refonte du quai"]);
    await view(page, "Carte");
    await becomes(() => page.getByRole("complementary", { name: "Positions" }).getByRole("link").allInnerTexts(), [
      "Refonte du quai",
    ]);
    assert.equal(query(page).q, "quai");
    await look(page, "75-map");
    await page.getByRole("button", { name: "Agrandir" }).click();
    await page.getByRole("button", { name: "Effacer les filtres" }).click();
  });

  step("the calendar shows months and weeks; the address keeps which", async () => {
    await page.goto(`${list}?view=calendar&at=2026-11-15`);
    await shows(page.getByRole("heading", { name: "novembre 2026" }));
    await shows(page.getByRole("table").getByRole("link", { name: "Grue" }).first());
    await look(page, "76-calendar");
    await page.getByRole("button", { name: "Période suivante" }).click();
    await shows(page.getByRole("heading", { name: "décembre 2026" }));
    await shows(page.getByRole("table").getByRole("link", { name: "Treuil" }).first());
    await page.getByRole("button", { name: "Semaine", exact: true }).click();
    assert.deepEqual([query(page).at, query(page).span], ["2026-12-01", "week"]);
    await page.reload();
    await shows(page.getByRole("heading", { name: /^Semaine du 30 nov/ }));
  });

  step("the tree opens by keyboard and reads what is below then", async () => {
    await page.goto(`${list}?view=tree`);
    const quay = page.getByRole("treeitem", { name: /^Refonte du quai/ });
    await becomes(() => quay.getAttribute("aria-expanded"), "false");
    assert.equal(await page.getByRole("treeitem", { name: /^Grue/ }).count(), 0);
    await quay.focus();
    await quay.press("ArrowRight");
    await shows(page.getByRole("treeitem", { name: /^Grue/ }));
    assert.equal(await page.getByRole("treeitem", { name: /^Grue/ }).getAttribute("aria-level"), "2");
    await look(page, "77-tree");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await shows(page.getByRole("heading", { name: "Grue", level: 1 }));
  });

  step("charts have the same figures as a table", async () => {
    await page.goto(`${list}?view=chart`);
    const table = page.getByRole("table", { name: "Chantiers par nature" });
    await becomes(() => table.getByRole("rowheader").allInnerTexts(), ["Réparation", "Construction", "Contrôle"]);
    await look(page, "78-charts");
    await page.getByRole("button", { name: "Tableau des valeurs" }).first().click();
    await shows(table);
    await shows(page.getByRole("table", { name: "Charge par mois" }).getByRole("cell").first());
  });

  step("timeline and Gantt draw bars, the Gantt what comes first", async () => {
    await page.goto(`${list}?view=timeline`);
    await shows(page.getByText("Réparation", { exact: true }));
    await shows(page.getByRole("img", { name: /^Treuil, du 1 déc\. 2026 au 5 déc\. 2026/ }));
    await look(page, "79-timeline");
    await view(page, "Gantt");
    await becomes(() => page.locator("svg [data-after]").count(), 1);
    await shows(page.getByRole("img", { name: /^Grue.* Après : Refonte du quai/ }));
    await page.getByRole("button", { name: "Trimestre" }).click();
    assert.equal(query(page).span, "quarter");
    await look(page, "79-gantt");
  });

  step("the list is exported as it is filtered", async () => {
    await page.goto(`${list}?q=quai`);
    await becomes(() => names(page), ["Refonte du quai"]);
    const waiting = page.waitForEvent("download");
    await (await openMenu(page, "Exporter")).getByRole("menuitem", { name: /^NDJSON/ }).click();
    const file = await waiting;
    assert.equal(file.suggestedFilename(), "jobs.ndjson");
    const lines = readFileSync(await file.path(), "utf8").trim().split("\n");
    assert.deepEqual(lines.map((line) => JSON.parse(line).title), ["Refonte du quai"]);
  });

  step("a field is set in many records; those refused are told with the reason", async (world) => {
    await page.goto(list);
    await page.getByRole("checkbox", { name: "Tout cocher" }).click();
    await bulkBar(page).getByRole("button", { name: "Modifier un champ" }).click();
    const dialog = page.getByRole("dialog");
    await field(dialog, "Champ").selectOption({ label: "Échéance" });
    await field(dialog, "Nouvelle valeur").fill("2026-11-25");
    await dialog.getByRole("button", { name: "Modifier 3 chantiers" }).click();
    await shows(page.getByRole("dialog", { name: "1 fiche refusée" }), "L’échéance précède le début");
    await shows(page.getByRole("dialog").getByRole("cell", { name: "Treuil" }));
    await look(page, "79-bulk-report", { desktop });
    assert.equal((await world.job("Grue")).due, "2026-11-25");
    assert.equal((await world.job("Treuil")).due, "2026-12-05");
    await page.getByRole("dialog").getByRole("button", { name: "Fermer" }).last().click();
    await gone(page.getByRole("dialog"));
  });

  step("on a phone the views are in a menu", async () => {
    await page.setViewportSize(phone);
    await page.goto(list);
    await (await openMenu(page, "Présentation")).getByRole("menuitem", { name: "Calendrier" }).click();
    await becomes(() => query(page).view, "calendar");
    await page.setViewportSize(desktop);
  });

  step("who may not set a field sees it as it is, and not at all what is hidden", async (world) => {
    const other = await world.api.user("Paul Ndong", "trois manguiers en fleur");
    const person = await world.browser.person();
    await logIn(person, other, `${list}/${(await world.job("Grue")).id}`);
    await shows(person.getByRole("heading", { name: "Grue", level: 1 }));
    assert.equal(await person.getByText("Secret", { exact: true }).count(), 0);
    assert.equal(await person.getByRole("button", { name: "Modifier Note", exact: true }).count(), 0);
  });
});
