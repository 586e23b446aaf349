/** Reads an answer as JSON whatever its content type says; servers mislabel both ways. */

/** The parsed body, or undefined where it is no JSON. */
export async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}
