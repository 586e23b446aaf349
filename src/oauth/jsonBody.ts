/** Reads an answer as JSON whatever its content type says; servers mislabel both ways. */

/** The parsed body, or undefined where it is no JSON. */
export async function readJson(response: Response): Promise<unknown> {
  try {
    return parseJson(await response.text());
  } catch {
    return undefined;
  }
}

/** The parsed text, or undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same, or the members of a text in the encoding of forms, as GitHub answers (field case 26). */
export function parseMembers(text: string): unknown {
  const members = parseJson(text);
  if (members !== undefined) return members;
  const form = text.trim();
  // A form escapes every space and every `<`, so that no page and no sentence is taken for one.
  return /^[\w.%-]+=[^\s<]*$/.test(form) ? Object.fromEntries(new URLSearchParams(form)) : undefined;
}
