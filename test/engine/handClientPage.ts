/** The page of the sandbox on which a person registers a client by hand, as a test visits it. */
import { ticketOf } from './passkeyVisit.ts';

export const redirectUri = 'http://127.0.0.1:1/callback';

export type Fields = Readonly<Record<string, string>>;

/** The page, and how its form is sent as it stands there, with what a person typed. */
export async function openClients(at: { readonly pagesOrigin: string }) {
  const url = `${at.pagesOrigin}/clients`;
  const shown = await fetch(url);
  const text = await shown.text();
  const post = (fields: Fields, headers: Fields = {}) =>
    fetch(url, { method: 'POST', headers, body: new URLSearchParams({ ...ticketOf(text), ...fields }) });
  return { url, shown, text, post };
}

/** What is shown to be copied. */
export function shownIn(page: string, field: string): string | undefined {
  return new RegExp(`id="${field}"\\s+value="([^"]+)"`).exec(page)?.[1];
}
