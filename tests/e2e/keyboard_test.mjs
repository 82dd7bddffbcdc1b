// Without a mouse: the palette, going to pages, lists, forms, and what Escape closes.
import assert from "node:assert/strict";
import { becomes, field, gone, logIn, names, shows, sidebar, textOf, toast } from "./support/acts.mjs";
import { administrator, company, demoData } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { bulkBar, filterDialog, query, search, served } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const palette = (page) => page.getByRole("dialog", { name: "Rechercher ou lancer…" });

const options = (page) => palette(page).getByRole("option");

const map = (page) => page.getByRole("dialog", { name: "Raccourcis clavier" });

const preview = (page) => page.getByRole("complementary", { name: "Aperçu" });

const path = (page) => new URL(page.url()).pathname;

/** Presses one key after the other. */
async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

const focused = (locator) => locator.evaluate((part) => part === document.activeElement);

story("The keyboard", { arrange: demoData }, (step) => {
  let page;

  step("Ctrl K finds a record by a part of its name, and Enter opens it", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await shows(page.getByRole("heading", { name: /^Bonjour/ }));
    await press(page, "Control+k");
    await shows(palette(page));
    await page.keyboard.type("mandji mar");
    await shows(options(page).filter({ hasText: "Mandji Marine" }).first());
    assert.equal(await options(page).first().getAttribute("aria-selected"), "true");
    await look(page, "A0-palette", { desktop });
    const found = await options(page).allInnerTexts();
    await press(page, "ArrowDown", "ArrowUp", "Enter");
    await gone(palette(page));
    await shows(page.getByRole("heading", { name: found[0].split("\n")[0], level: 1 }));
  });

  step("the palette goes to pages and starts actions, without accents too", async () => {
    await press(page, "Control+k");
    await page.keyboard.type("entreprises");
    await shows(options(page).filter({ hasText: /^Entreprises$/ }));
    await options(page)
      .filter({ hasText: /^Entreprises$/ })
      .click();
    await shows(page.getByRole("heading", { name: "Entreprises", level: 1 }));
    await press(page, "Control+k");
    await page.keyboard.type(">theme sombre");
    await becomes(() => options(page).count(), 1);
    await press(page, "Enter");
    await becomes(() => page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await press(page, "Control+k");
    await page.keyboard.type(">nouveau contact");
    await press(page, "Enter");
    await shows(page.getByRole("heading", { name: "Nouveau contact" }));
    await press(page, "Control+k");
    await page.keyboard.type("rien de tel");
    await shows(palette(page), "Rien ne correspond à « rien de tel ».");
    await press(page, "Escape");
    await gone(palette(page));
  });

  step("the chosen theme is the user's, on every device", async (world) => {
    const [me] = (await world.api.get(`identity/users?q=${administrator.email}`)).data;
    await becomes(async () => (await world.api.get(`identity/users/${me.id}`)).theme, "dark");
    await page.getByRole("button", { name: /^Compte de/ }).click();
    await page.getByRole("radio", { name: "Système" }).check();
    await becomes(() => page.evaluate(() => document.documentElement.dataset.theme), "light");
    await press(page, "Escape");
  });

  step("G and a letter go to the page that begins with it", async () => {
    await page.goto("/");
    await shows(page.getByRole("heading", { name: /^Bonjour/ }));
    for (const [letter, where] of [
      ["e", "/tiers/companies"],
      ["c", "/tiers/contacts"],
      ["r", "/tiers/affiliations"],
      ["m", "/system/modules"],
      ["u", "/identity/users"],
      ["a", "/"],
    ]) {
      await press(page, "g", letter);
      await becomes(() => path(page), where);
    }
    await press(page, "g", "z");
    assert.equal(path(page), "/");
  });

  step("/ goes to the search, where letters are letters, and Escape leaves it", async (world) => {
    await page.goto("/tiers/companies");
    await becomes(() => names(page), await served(world.api, {}));
    await press(page, "/");
    assert.ok(await focused(search(page)));
    await page.keyboard.type("nex");
    await becomes(() => query(page).q, "nex");
    assert.equal(path(page), "/tiers/companies");
    await press(page, "Escape");
    await becomes(() => query(page).q, undefined);
    assert.equal(await focused(search(page)), false);
  });

  step(
    "J, K and the arrows move, Space previews, X ticks, and Escape closes one after the other",
    async (world) => {
      const rows = await served(world.api, {});
      await becomes(() => names(page), rows);
      await press(page, "j", "j", "j", "k", "ArrowDown", "ArrowUp", "Space");
      await shows(preview(page).getByRole("heading", { name: rows[1] }));
      await press(page, "x", "j", "x");
      await shows(preview(page).getByRole("heading", { name: rows[2] }));
      await shows(bulkBar(page), "Sélection : 2");
      await look(page, "A1-keys-in-list", { desktop });
      await press(page, "Escape");
      await gone(preview(page));
      await shows(bulkBar(page), "Sélection : 2");
      await press(page, "Escape");
      await gone(bulkBar(page));
    },
  );

  step("F opens the filters with the focus in them, and Escape closes them", async () => {
    await press(page, "f");
    await shows(filterDialog(page));
    await becomes(
      () => filterDialog(page).evaluate((dialog) => dialog.contains(document.activeElement)),
      true,
    );
    await press(page, "Escape");
    await gone(filterDialog(page));
  });

  step("Enter opens the row, E its form, and Ctrl Enter saves", async (world) => {
    const [first] = await served(world.api, {});
    await page.goto("/tiers/companies");
    await becomes(async () => (await names(page))[0], first);
    await press(page, "j", "Enter");
    await shows(page.getByRole("heading", { name: first, level: 1 }));
    await press(page, "e");
    await shows(page.getByRole("heading", { name: `Modifier ${first}` }));
    await becomes(() => focused(field(page, "Raison sociale")), true);
    await field(page, "Ville").fill("Clavier");
    await press(page, "Control+Enter");
    await shows(toast(page), `${first} : modifications enregistrées.`);
    await shows(page.getByRole("heading", { name: first, level: 1 }));
    assert.equal((await company(world.api, first)).city, "Clavier");
  });

  step("N begins a new record, which is made without the mouse", async (world) => {
    await press(page, "g", "e");
    await shows(page.getByRole("heading", { name: "Entreprises", level: 1 }));
    await press(page, "n");
    await shows(page.getByRole("heading", { name: "Nouvelle entreprise" }));
    await becomes(() => focused(field(page, "Raison sociale")), true);
    await page.keyboard.type("Zzz Clavier");
    await press(page, "Control+Enter");
    await shows(page.getByRole("heading", { name: "Zzz Clavier", level: 1 }));
    assert.ok(await company(world.api, "Zzz Clavier"));
  });

  step("[ folds the menu and the fold outlives a reload", async () => {
    await press(page, "[");
    await shows(page.getByRole("button", { name: "Déplier le menu" }));
    await page.reload();
    await shows(page.getByRole("button", { name: "Déplier le menu" }));
    await look(page, "A2-folded", { desktop });
    await press(page, "[");
    await shows(sidebar(page).getByRole("link", { name: "Accueil" }));
  });

  step("? shows all keys, and the switch in it turns the single ones off", async () => {
    await press(page, "?");
    await shows(map(page));
    assert.match(await textOf(map(page)), /Rechercher ou lancer[\s\S]*Échap/);
    await look(page, "A3-keys", { desktop });
    await map(page).getByLabel("Raccourcis d’une seule lettre").uncheck();
    await press(page, "Escape");
    await gone(map(page));
    const before = page.url();
    await press(page, "n", "e", "g", "a", "?");
    assert.equal(page.url(), before);
    assert.equal(await map(page).count(), 0);
    await press(page, "Control+k");
    await shows(palette(page));
    await press(page, "Escape");
    await page.getByRole("button", { name: /^Compte de/ }).click();
    await page.getByRole("button", { name: "Raccourcis clavier" }).click();
    await map(page).getByLabel("Raccourcis d’une seule lettre").check();
    await press(page, "Escape");
    await press(page, "g", "a");
    await becomes(() => path(page), "/");
  });

  step("the first Tab offers the way to the content", async () => {
    await page.reload();
    await shows(page.getByRole("heading", { name: /^Bonjour/ }));
    await press(page, "Tab");
    const skip = page.getByRole("link", { name: "Aller au contenu" });
    assert.ok(await focused(skip));
    await press(page, "Enter");
    await becomes(() => focused(page.getByRole("main")), true);
  });
});
