/** Opens the person's own browser. */
import { env, type Uri } from 'vscode';
import type { Browser } from '../session/ports.ts';

export const externalBrowser: Browser = {
  // A parsed Uri would be encoded a second time, which breaks the redirect URI inside; the string goes as it is.
  open: async (url) => env.openExternal(url as unknown as Uri),
};
