// Finding records: pages, order, search, filters, views, columns, preview.
import assert from "node:assert/strict";
import { becomes, gone, logIn, names, shows, textOf } from "./support/acts.mjs";
import { administrator, company, demoData } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { addFilter, chips, columnHead, foot, query, search, served, tab } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const list = "/tiers/companies";

story("Lists", { arrange: demoData }, (step) => {
  let page;
  let total;

  step("a list shows its first page, how many there are, and the average of all", async (world) => {
    const { meta } = await world.api.get("tiers/companies?totals=avg:score");
    total = meta.total;
    page = await world.browser.person();
    await logIn(page, administrator, list);
    await becomes(() => names(page), await served(world.api, {}));
    const average = Number(meta.totals["avg:score"]).toLocaleString("fr-FR", { maximumFractionDigits: 1 });
    const text = await textOf(foot(page));
    assert.match(text, new RegExp(`^${total} entreprises`));
    assert.match(text, new RegExp(`Score moyen ${average}`));
    assert.match(text, new RegExp(`1 à 25 sur ${total}`));
    await look(page, "20-companies");
  });

  step("the next page has the others, and a reload stays on it", async (world) => {
    await page.getByRole("button", { name: "Page suivante" }).click();
    await becomes(() => names(page), await served(world.api, { page: 2 }));
    assert.equal(query(page).page, "2");
    await page.reload();
    await becomes(() => names(page), await served(world.api, { page: 2 }));
    assert.ok(await page.getByRole("button", { name: "Page suivante" }).isDisabled());
    await page.getByLabel("Lignes par page").selectOption("50");
    await becomes(async () => (await names(page)).length, total);
  });

  step("a column head sorts up, then down", async (world) => {
    await columnHead(page, "Score").getByRole("button").click();
    await becomes(() => names(page), await served(world.api, { sort: "score", page_size: 50 }));
    assert.equal(await columnHead(page, "Score").getAttribute("aria-sort"), "ascending");
    await columnHead(page, "Score").getByRole("button").click();
    await becomes(() => names(page), await served(world.api, { sort: "-score", page_size: 50 }));
    assert.equal(await columnHead(page, "Score").getAttribute("aria-sort"), "descending");
    assert.deepEqual(query(page), { size: "50", sort: "-score" });
  });

  step("the search follows the typing and loses no letter of it", async (world) => {
    await page.goto(list);
    // Each letter comes when the search of the one before is under way.
    await search(page).pressSequentially("port-gentil", { delay: 255 });
    await becomes(() => query(page).q, "port-gentil");
    assert.equal(await search(page).inputValue(), "port-gentil");
    await becomes(() => names(page), await served(world.api, { q: "port-gentil", sort: "" }));
    await search(page).press("Escape");
    await becomes(() => query(page).q, undefined);
  });

  step("what fits the words best comes first, until a column is chosen", async (world) => {
    const best = await served(world.api, { q: "port", sort: "" });
    assert.ok(best.length > 2);
    assert.notDeepEqual(best, await served(world.api, { q: "port" }), "another order than the usual one");
    const sorted = () => page.locator("th[aria-sort]").count();
    await page.goto(list);
    await shows(columnHead(page, "Score"));
    assert.equal(await sorted(), 1);
    await search(page).fill("PÖRT");
    await becomes(() => names(page), best);
    assert.equal(await sorted(), 0);
    const marks = await page.locator("tbody mark").allInnerTexts();
    assert.deepEqual([...new Set(marks.map((mark) => mark.toLowerCase()))], ["port"]);
    await look(page, "24-companies-found");
    const head = columnHead(page, "Score").getByRole("button");
    await head.click();
    await becomes(() => names(page), await served(world.api, { q: "port", sort: "score" }));
    await head.click();
    await becomes(() => names(page), await served(world.api, { q: "port", sort: "-score" }));
    await head.click();
    await becomes(() => names(page), best);
    assert.deepEqual(query(page), { q: "PÖRT" });
    await search(page).press("Escape");
    await becomes(() => names(page), await served(world.api, {}));
    assert.equal(await sorted(), 1);
    assert.equal(await page.locator("tbody mark").count(), 0);
  });

  step("two changes at once both count", async () => {
    await page.goto(list);
    await shows(tab(page, "Fournisseurs"));
    await shows(columnHead(page, "Score"));
    await page.evaluate(() => {
      const press = (where, words) =>
        [...document.querySelectorAll(where)].find((one) => one.innerText.startsWith(words)).click();
      press("nav button", "Fournisseurs");
      press("th button", "Score");
    });
    await becomes(() => query(page), { tab: "suppliers", sort: "score" });
  });

  const filters = [
    ["Raison sociale", "contient", "SERVICES", 'legal_name.icontains("services")'],
    ["Score", "≥", "85", "score >= 85"],
    ["Statut", "est", { choose: "À renouveler" }, 'status == "renew"'],
    ["Prochaine évaluation", "jusqu’au", "2027-01-31", 'next_review <= date("2027-01-31")'],
    ["Étiquettes", "comprend", "contrat-cadre", '"contrat-cadre" in tags'],
    ["Pays", "n’est pas", { choose: "France" }, 'country != "FR"'],
    ["IBAN", "est vide", undefined, "!has(iban)"],
    ["Recherche", "trouve", "port gentil", 'search("port gentil")'],
    ["Recherche", "ne trouve pas", "s", '!search("s")'],
  ];
  for (const [name, operator, wanted, filter] of filters)
    step(`a filter asks: ${name} ${operator} ${wanted?.choose ?? wanted ?? ""}`.trim(), async (world) => {
      await page.goto(list);
      await addFilter(page, name, operator, wanted);
      const expected = await served(world.api, { filter });
      assert.ok(expected.length > 0 && expected.length < total, "the filter parts the demo data");
      await becomes(() => names(page), expected);
      assert.deepEqual(await chips(page), [
        [name, operator, wanted?.choose ?? shown(wanted)].filter(Boolean).join(" "),
      ]);
    });

  step("a period in words stands in the address, and comes back as the same choice", async (world) => {
    await page.goto(list);
    await addFilter(page, "Prochaine évaluation", "pendant", { choose: "L’année prochaine" });
    const year = 'startOf(today(), "year")';
    const filter = `next_review >= addMonths(${year}, 12) && next_review < addMonths(${year}, 24)`;
    const expected = await served(world.api, { filter });
    assert.ok(expected.length > 0 && expected.length < total, "the period parts the demo data");
    await becomes(() => names(page), expected);
    assert.equal(query(page).f, "next_review~within~next_year");
    await page.reload();
    await becomes(() => names(page), expected);
    assert.deepEqual(await chips(page), ["Prochaine évaluation pendant L’année prochaine"]);
    await page.goto(`${list}?f=${encodeURIComponent("next_review~within~next_90_days")}`);
    const next = 'next_review >= today() && next_review < today() + duration("91d")';
    await becomes(() => names(page), await served(world.api, { filter: next }));
    assert.deepEqual(await chips(page), ["Prochaine évaluation pendant Les 90 prochains jours"]);
  });

  step("a filter by reference finds the record by its name and shows it by its name", async (world) => {
    const parent = await company(world.api, "Groupe Aérogolfe");
    await page.goto(list);
    await addFilter(page, "Maison mère", "est", { pick: "Groupe Aérogolfe" });
    await becomes(() => names(page), await served(world.api, { filter: `parent == "${parent.id}"` }));
    await becomes(() => chips(page), ["Maison mère est Groupe Aérogolfe"]);
  });

  step(
    "several filters, a view and an order hold together, over a reload and the way back",
    async (world) => {
      await page.goto(list);
      await tab(page, "Fournisseurs").click();
      await addFilter(page, "Score", "≥", "70");
      await addFilter(page, "Pays", "est", { choose: "Gabon" });
      await columnHead(page, "Score").getByRole("button").click();
      const filter = 'type == "supplier" && score >= 70 && country == "GA"';
      const expected = await served(world.api, { filter, sort: "score" });
      assert.ok(expected.length > 1);
      await becomes(() => names(page), expected);
      await becomes(
        async () => (await textOf(foot(page))).split("\n")[0],
        `${expected.length} entreprises sur ${total}`,
      );
      await look(page, "21-companies-filtered");
      const address = page.url();
      await page.reload();
      await becomes(() => names(page), expected);
      await page.getByRole("link", { name: expected[1] }).click();
      await shows(page.getByRole("heading", { name: expected[1] }));
      await page.goBack();
      await becomes(() => names(page), expected);
      assert.equal(page.url(), address);
      assert.deepEqual(await chips(page), ["Score ≥ 70", "Pays est Gabon"]);
    },
  );

  step("a chip's cross takes its filter away, and only that one", async () => {
    await page.getByRole("button", { name: "Retirer le filtre Score" }).click();
    await becomes(() => chips(page), ["Pays est Gabon"]);
    assert.equal(query(page).tab, "suppliers");
  });

  step("where nothing matches, the list says so and shows all again", async () => {
    await search(page).fill("introuvable");
    await shows(page, "Rien ne correspond");
    await look(page, "22-companies-no-match");
    await page.getByRole("main").getByRole("button", { name: "Effacer les filtres" }).last().click();
    await becomes(async () => (await names(page)).length > 0, true);
    assert.deepEqual(await chips(page), []);
    assert.equal(await search(page).inputValue(), "");
  });

  step("columns are chosen, and the choice outlives a reload", async () => {
    await page.goto(list);
    await page.getByRole("button", { name: "Affichage" }).click();
    const choice = page.getByRole("dialog", { name: "Affichage" });
    await choice.getByLabel("Capital social").check();
    await choice.getByLabel("Secteur").uncheck();
    await page.keyboard.press("Escape");
    await page.reload();
    await shows(columnHead(page, "Capital social"));
    assert.equal(await columnHead(page, "Secteur").count(), 0);
    await page.getByRole("button", { name: "Affichage" }).click();
    await page.getByRole("button", { name: "Revenir au choix initial" }).click();
    await page.keyboard.press("Escape");
    await shows(columnHead(page, "Secteur"));
  });

  step("the preview goes from row to row with the arrow keys and closes with Escape", async (world) => {
    const [first, second] = await served(world.api, {});
    await page.locator("tbody tr").first().locator("td").nth(2).click();
    const preview = page.getByRole("complementary", { name: "Aperçu" });
    await shows(preview.getByRole("heading", { name: first }));
    await page.keyboard.press("ArrowDown");
    await shows(preview.getByRole("heading", { name: second }));
    assert.match(await textOf(preview), /^Aperçu 2 \/ 25/);
    await look(page, "23-preview", { desktop });
    await page.keyboard.press("ArrowUp");
    await shows(preview.getByRole("heading", { name: first }));
    await page.keyboard.press("Escape");
    await gone(preview);
  });

  step("what others change appears by itself", async (world) => {
    const [first] = await served(world.api, {});
    await page.evaluate(() => (window.notReloaded = true));
    const record = await company(world.api, first);
    await world.api.change("companies", record, { legal_name: "Aaron Logistique" });
    await becomes(async () => (await names(page))[0], "Aaron Logistique");
    assert.equal(await page.evaluate(() => window.notReloaded), true);
  });
});

/** As a chip writes it: days in words, the rest as typed. */
function shown(typed) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(typed ?? "")) return typed;
  return new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "short", year: "numeric" }).format(
    new Date(`${typed}T12:00:00`),
  );
}
