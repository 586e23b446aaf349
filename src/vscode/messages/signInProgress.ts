/** What the one notification of a sign-in says while it goes on. Its links stand in the text: `[words](command:…)`. */
import { l10n } from 'vscode';
import type { SessionState } from '../../session/state.ts';
import { movedFrom } from './states.ts';

const { t } = l10n;

/** Makes a link of words: what it does when it is clicked is the notification's to know. */
export type Link = (words: string, action: LinkAction) => string;

/** What a person can do about a sign-in that goes on, beside cancelling it. */
export type LinkAction = 'open' | 'copy' | 'paste' | 'passphrase';

/** A code that is entered at another place, as it may be shown between words of ours. */
export interface ShownCode {
  readonly code: string;
  readonly issuerHost: string;
}

export interface ProgressView {
  readonly state: Extract<SessionState, { kind: 'authorizing' }>;
  /** Where one signs in by entering a code. */
  readonly device: ShownCode | undefined;
  /** Whether a page waits for the person. */
  readonly hasPage: boolean;
  /** Whether link or code are on the clipboard by a click of the person. */
  readonly isCopied: boolean;
  /** Where the page asks for one that this editor knows. */
  readonly passphrase: { readonly isCopied: boolean } | undefined;
}

export function progressTitle(server: string): string {
  return t('Signing in to “{0}”', server);
}

/** What goes on after the title: a sentence, and the links. */
export function progressText(view: ProgressView, link: Link): string {
  const { step, host, previousHost } = view.state;
  if (step?.kind === 'registering') return t('registering this editor at {0}…', step.host);
  if (step?.kind === 'finishing') return t('finishing with {0}…', step.host);
  if (host === undefined) return t('asking the server how to sign in…');
  if (!view.hasPage) return t('waiting for {0}…', host);
  const [sentence, links] =
    view.device === undefined ? pageText(view, host, link) : codeText(view, view.device, host, link);
  const use = view.passphrase && ` ${t('The page asks for the passphrase of the sandbox.')}`;
  return `${sentence}${use ?? ''}${movedFrom(previousHost)} ${[...passphraseLinks(view, link), ...links].join(' · ')}`;
}

function passphraseLinks({ passphrase }: ProgressView, link: Link): readonly string[] {
  if (passphrase === undefined) return [];
  return [link(passphrase.isCopied ? t('Passphrase Copied') : t('Copy Passphrase'), 'passphrase')];
}

type Text = readonly [sentence: string, links: readonly string[]];

function pageText({ state, isCopied }: ProgressView, host: string, link: Link): Text {
  const links = [
    link(isCopied ? t('Link Copied') : t('Copy Link'), 'copy'),
    link(t('Paste Callback…'), 'paste'),
  ];
  return state.isUnopened === true
    ? [
        t(
          'your browser did not open. Open it again, or copy the link into a browser, to sign in at {0}.',
          host,
        ),
        [link(t('Open Browser'), 'open'), ...links],
      ]
    : [t('continue in your browser at {0}, within ten minutes.', host), links];
}

/** Who made a code gets what is allowed with it, wherever the page is that takes it (RFC 8628 §5.4). */
function codeText(
  { isCopied }: ProgressView,
  { code, issuerHost }: ShownCode,
  host: string,
  link: Link,
): Text {
  const sentence =
    issuerHost === host
      ? t('enter the code {0} at {1}.', code, host)
      : t(
          'enter the code {0} at {1}. It comes from {2}, which gets the access that you allow there: enter it only if you trust {2}.',
          code,
          host,
          issuerHost,
        );
  const copy = link(isCopied ? t('Code Copied') : t('Copy Code'), 'copy');
  return [sentence, [copy, link(t('Open Page'), 'open')]];
}
