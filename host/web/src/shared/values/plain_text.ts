/** The words without their marks, for a line in a list. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/^\s*(```.*|#{1,6} |> ?|[-*+] |\d+[.)] )/gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`]{1,3}(\S(?:.*?\S)?)[*_`]{1,3}/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}
