let texts: Record<string, string> = {};

/** Takes the texts of the language that is shown. */
export function nameRecordsBy(served: Record<string, string>): void {
  texts = served;
}

/** What a record that the host brings along is called in the reader's language; nothing for what people have named. */
export function recordName(entity: string | undefined, id: string): string | undefined {
  const [module, name] = (entity ?? "").split(".");
  return texts[`${module}.record.${name}.${id}`];
}
