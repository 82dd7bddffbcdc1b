/** Figures are typed as the language writes them. What is no number goes to the server as it is, which says so. */
export function typedNumber(type: "integer" | "decimal", typed: string): number | string | null {
  const plain = typed.replace(/\s/g, "").replace(",", ".");
  if (plain === "") return null;
  return type === "integer" && /^-?\d{1,15}$/.test(plain) ? Number(plain) : plain;
}

/** The other way round: what is kept, as the language writes it. */
export function shownNumber(language: string, kept: unknown): string {
  const plain = kept === null || kept === undefined ? "" : String(kept);
  return language === "en" ? plain : plain.replace(".", ",");
}
