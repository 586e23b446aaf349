/** Opens the person's own browser. */
import { env, type Uri } from 'vscode';
import type { Browser } from '../session/ports.ts';

export const externalBrowser: Browser = {
  async open(url) {
    try {
      // A parsed Uri would be encoded a second time, which breaks the redirect URI inside; the string goes as it is.
      return await env.openExternal(url as unknown as Uri);
    } catch {
      return false;
    }
  },
  // VS Code asks before it opens a site: who says no, or copies the link there, may still go on.
  offersPage: true,
};
