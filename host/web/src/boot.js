// Runs before the first paint, so that the page does not flash in the wrong theme.
(() => {
  const root = document.documentElement;
  const read = (name) => {
    try {
      return localStorage.getItem(`opsflux.${name}`);
    } catch {
      return null;
    }
  };
  const theme = read("theme");
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.density = read("density") || "compact";
  const language = read("language") || navigator.language.slice(0, 2);
  root.lang = ["fr", "en", "es", "pt"].includes(language) ? language : "en";
})();
