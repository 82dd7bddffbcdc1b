// The application on a phone, with a finger: cards, sheets, the bar at the bottom, and nothing out of reach.
import assert from "node:assert/strict";
import {
  becomes,
  field,
  fillLogIn,
  gone,
  save,
  shows,
  textOf,
  toast,
  upload,
  value,
} from "./support/acts.mjs";
import { administrator, company, demoData } from "./support/api.mjs";
import { phone } from "./support/browser.mjs";
import { addFilter, chips, filterDialog, query, search, served, tab } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { nextTiers } from "./support/packages.mjs";
import { story } from "./support/story.mjs";

const bar = (page) => page.getByRole("navigation", { name: "Barre du bas" });

const cards = (page) => page.getByRole("main").getByRole("article");

const cardNames = (page) => cards(page).getByRole("link").allInnerTexts();

/** Opens the sheet behind "Plus". */
async function more(page) {
  await bar(page).getByRole("button", { name: "Plus" }).tap();
  const sheet = page.getByRole("dialog", { name: "Plus" });
  await shows(sheet);
  return sheet;
}

/** Runs in the page: what is to be pressed and is lower than a finger is wide. Links within a text are as the text. */
function tooSmall() {
  const pressed = "button, select, input, textarea, summary, [role=menuitem], nav a";
  return [...document.querySelectorAll(pressed)]
    .map((part) => part.closest("label") ?? part)
    .filter((part) => part.checkVisibility() && part.getBoundingClientRect().height > 1)
    .filter((part) => part.getBoundingClientRect().height < 44)
    .map((part) => `${Math.round(part.getBoundingClientRect().height)} px: ${part.outerHTML.slice(0, 160)}`);
}

const easilyPressed = async (page) => assert.deepEqual(await page.evaluate(tooSmall), []);

const seen = (page, name) => look(page, name, { phone });

story("On a phone", { arrange: demoData }, (step) => {
  let page;

  step("the bar at the bottom leads to the pages that are used most", async (world) => {
    page = await world.browser.person({ viewport: phone, isMobile: true, hasTouch: true });
    await page.goto("/");
    await seen(page, "80-phone-login");
    await easilyPressed(page);
    await fillLogIn(page, administrator);
    await shows(page.getByRole("heading", { name: "Bonjour, Jeanne Mabika" }));
    assert.equal(await page.getByRole("navigation", { name: "Navigation principale" }).isVisible(), false);
    await seen(page, "81-phone-home");
    await easilyPressed(page);
    await bar(page).getByRole("link", { name: "Tiers" }).tap();
    await shows(page.getByRole("heading", { name: "Entreprises" }));
  });

  step("a list is cards that tell name, type, score and status", async (world) => {
    await becomes(() => cardNames(page), await served(world.api, {}));
    assert.equal(await page.getByRole("table").count(), 0);
    const rig = await company(world.api, (await served(world.api, {}))[0]);
    const text = await textOf(cards(page).first());
    for (const part of [rig.legal_name, "Fournisseur", String(rig.score), "À renouveler"])
      assert.ok(text.includes(part));
    await seen(page, "82-phone-list");
    await easilyPressed(page);
  });

  step("the next page of cards is at their end", async (world) => {
    await page.getByRole("button", { name: "Page suivante" }).tap();
    await becomes(() => cardNames(page), await served(world.api, { page: 2 }));
    await page.getByRole("button", { name: "Page précédente" }).tap();
    await becomes(() => cardNames(page), await served(world.api, { page: 1 }));
  });

  step("views are a row of pills, and the chosen one is in sight", async (world) => {
    await tab(page, "En évaluation").tap();
    await becomes(() => cardNames(page), await served(world.api, { filter: 'status == "evaluation"' }));
    const box = await tab(page, "En évaluation").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= phone.width, JSON.stringify(box));
    await page.reload();
    await shows(tab(page, "En évaluation"));
    await becomes(
      () =>
        tab(page, "En évaluation")
          .boundingBox()
          .then((at) => at.x + at.width <= phone.width),
      true,
    );
    await tab(page, "Tout").tap();
  });

  step("the search narrows the cards", async (world) => {
    await search(page).fill("mandji");
    await becomes(() => cardNames(page), await served(world.api, { q: "mandji", sort: "" }));
    await page.getByRole("button", { name: "Filtrer", exact: true }).tap();
    const order = field(filterDialog(page), "Trier par");
    assert.equal(await order.locator("option:checked").innerText(), "Meilleure correspondance");
    await order.selectOption({ label: "Ville" });
    await becomes(() => query(page).sort, "city");
    await order.selectOption({ label: "Meilleure correspondance" });
    await becomes(() => query(page), { q: "mandji" });
    await filterDialog(page).getByRole("button", { name: "Fermer" }).tap();
    await gone(filterDialog(page));
    await search(page).fill("");
    await becomes(async () => (await cardNames(page)).length, 25);
  });

  step("filters are added in a sheet at the bottom", async (world) => {
    await page.getByRole("button", { name: "Filtrer", exact: true }).tap();
    await shows(filterDialog(page));
    await seen(page, "83-phone-filter");
    await easilyPressed(page);
    const box = await filterDialog(page).boundingBox();
    assert.deepEqual([box.x, Math.round(box.y + box.height), box.width], [0, phone.height, phone.width]);
    await filterDialog(page).getByRole("button", { name: "Fermer" }).tap();
    await gone(filterDialog(page));
    await addFilter(page, "Pays", "est", { choose: "Gabon" });
    await addFilter(page, "Score", "≥", "75");
    await becomes(
      () => cardNames(page),
      await served(world.api, { filter: 'country == "GA" && score >= 75' }),
    );
    await becomes(() => chips(page), ["Pays est Gabon", "Score ≥ 75"]);
    await seen(page, "84-phone-filtered");
    await easilyPressed(page);
  });

  step("the order is chosen in the same sheet, because cards have no column heads", async (world) => {
    await page.getByRole("button", { name: "Filtrer", exact: true }).tap();
    await filterDialog(page).getByLabel("Trier par").selectOption({ label: "Score" });
    await becomes(() => query(page).sort, "score");
    await filterDialog(page).getByLabel("Décroissant").tap();
    await becomes(() => filterDialog(page).getByLabel("Décroissant").isChecked(), true);
    await filterDialog(page).getByRole("button", { name: "Fermer" }).tap();
    const filter = 'country == "GA" && score >= 75';
    await becomes(() => cardNames(page), await served(world.api, { filter, sort: "-score" }));
    assert.equal(query(page).sort, "-score");
  });

  step("a card opens its record, whose parts are tabs", async () => {
    await page.getByRole("button", { name: "Effacer les filtres" }).tap();
    await search(page).fill("iguéla");
    await becomes(() => cardNames(page), ["Iguéla Drilling"]);
    await cards(page).first().tap();
    await shows(page.getByRole("heading", { name: "Iguéla Drilling", level: 1 }));
    await seen(page, "85-phone-record");
    await easilyPressed(page);
    const parts = page.getByRole("navigation", { name: "Parties de la fiche" });
    await parts.getByRole("button", { name: /^Contacts/ }).tap();
    await shows(page.getByRole("region", { name: "Contacts" }).getByRole("link").first());
    await seen(page, "86-phone-related");
    await easilyPressed(page);
    await parts.getByRole("button", { name: "Activité" }).tap();
    await shows(page, "a créé la fiche");
    await seen(page, "87-phone-activity");
  });

  step("the form keeps its buttons in reach of the thumb, and saves", async (world) => {
    await page.getByRole("link", { name: "Modifier", exact: true }).first().tap();
    const button = page.getByRole("button", { name: "Enregistrer" });
    await shows(button);
    assert.ok((await button.boundingBox()).y > phone.height / 2);
    await field(page, "Ville").fill("Gamba");
    await seen(page, "88-phone-form");
    await easilyPressed(page);
    await save(page);
    await shows(toast(page), "Iguéla Drilling : modifications enregistrées.");
    await becomes(() => textOf(value(page, "Ville")), "Gamba");
    assert.equal((await company(world.api, "Iguéla Drilling")).city, "Gamba");
  });

  step("a new record is made from the list's head", async (world) => {
    await page.goto("/tiers/companies");
    await page.getByRole("link", { name: "Nouvelle entreprise" }).first().tap();
    await field(page, "Raison sociale").fill("Aaa Pirogue");
    await save(page);
    await shows(page.getByRole("heading", { name: "Aaa Pirogue", level: 1 }));
    assert.ok(await company(world.api, "Aaa Pirogue"));
  });

  step("a card's menu deletes, and the message takes it back", async (world) => {
    await page.goto("/tiers/companies");
    await page.getByRole("button", { name: "Autres actions pour Aaa Pirogue" }).tap();
    await page.getByRole("menuitem", { name: "Supprimer" }).tap();
    await shows(toast(page), "Suppression faite : 1 entreprise.");
    await seen(page, "89-phone-undo");
    assert.equal(await company(world.api, "Aaa Pirogue"), undefined);
    await toast(page).getByRole("button", { name: "Annuler" }).tap();
    await becomes(async () => (await cardNames(page))[0], "Aaa Pirogue");
  });

  step("every other page is behind Plus, and the sheet closes with the choice", async () => {
    for (const [link, heading] of [
      ["Rattachements", "Rattachements"],
      ["Utilisateurs", "Utilisateurs"],
      ["Modules installés", "Modules installés"],
      ["Contacts", "Contacts"],
    ]) {
      const sheet = await more(page);
      const tree = sheet.getByRole("button", { name: "Tiers", exact: true });
      if ((await tree.getAttribute("aria-expanded")) === "false") await tree.tap();
      if (link === "Rattachements") {
        await seen(page, "90-phone-more");
        await easilyPressed(page);
      }
      await sheet.getByRole("link", { name: link, exact: true }).tap();
      await gone(sheet);
      await shows(page.getByRole("heading", { name: heading, level: 1 }));
    }
    await seen(page, "91-phone-contacts");
  });

  step("the search of the bar finds records of all kinds", async () => {
    await bar(page).getByRole("button", { name: "Recherche" }).tap();
    await page.getByRole("combobox").fill("moussavou");
    await shows(page.getByRole("option").filter({ hasText: "Contact" }).first());
    await seen(page, "92-phone-palette");
    await easilyPressed(page);
    await page.getByRole("option").filter({ hasText: "Contact" }).first().tap();
    await shows(page.getByRole("heading", { name: /Moussavou/, level: 1 }));
    await seen(page, "93-phone-contact");
  });

  step("a plan is read and decided on a phone too", async (world) => {
    await page.goto("/system/modules");
    await upload(page, nextTiers());
    await shows(page.getByRole("heading", { name: "Plan de mise à niveau : Tiers" }));
    await page.getByRole("button", { name: "Approuver le plan" }).scrollIntoViewIfNeeded();
    await seen(page, "94-phone-approve");
    await easilyPressed(page);
    await page.getByRole("button", { name: "Refuser" }).tap();
    await shows(page.getByRole("heading", { name: "Modules installés" }));
    assert.equal((await world.api.get("modules/tiers")).version, "1.0.0");
    await page.goto("/system/modules/tiers");
    await seen(page, "95-phone-module");
  });

  step("the account is behind Plus: theme, language, and the way out", async () => {
    const sheet = await more(page);
    await sheet.getByRole("button", { name: "Compte de Jeanne Mabika" }).tap();
    await page.getByLabel("Sombre").check();
    await becomes(() => page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await seen(page, "96-phone-account");
    await easilyPressed(page);
    await page.getByRole("button", { name: "Se déconnecter" }).tap();
    await shows(page.getByRole("heading", { name: "Connexion" }));
  });
});
