// The page that a refused sign-in names when nobody could be asked: why that is so, and what to do about it.
import { html } from '../pages/markup.ts';
import type { Page } from '../pages/page.ts';

/** A plain page, the same for everybody. */
export function buildNoPassphrasePage(): Page {
  const content = html`<h1>No passphrase is set</h1>
    <p class="lead">
      Before this sandbox gives an app access, a person has to prove to be there: with a passkey, or with the
      passphrase. Neither is set up, so every sign-in ends at once and nobody is asked.
    </p>
    <h2>What to do</h2>
    <ol class="steps">
      <li>Stop the sandbox.</li>
      <li>
        Start it again without <code>--without-passphrase</code>: it then makes up a passphrase and prints it,
        or takes the one in <code>MCP_OAUTH_SANDBOX_PASSPHRASE</code>.
      </li>
      <li>Go back to the app and sign in again.</li>
    </ol>
    <p class="foot">
      The sandbox keeps a hash of the passphrase, never its text. Once there is one, you can set up a passkey
      and sign in with that instead.
    </p>`;
  return { status: 200, title: 'No passphrase is set · MCP OAuth Sandbox', content };
}
