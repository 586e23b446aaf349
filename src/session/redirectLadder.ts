/**
 * In which order ways back to the editor are tried, as a table of where each works and a pure choice (design 5.2). One
 * kind per registration: some servers refuse a whole registration for one address of it.
 */
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import type { OAuthSettings, RedirectKind } from '../servers/server.ts';

export interface LadderFacts {
  /** What this host can offer, best first. */
  readonly offered: readonly RedirectKind[];
  readonly settings: Pick<OAuthSettings, 'redirect' | 'relayUrl'>;
  readonly issuer: IssuerDocument;
  /** What worked at this issuer before. */
  readonly remembered: RedirectKind | undefined;
}

/** Where each kind works, besides being offered by the host. */
const works: Record<RedirectKind, (facts: LadderFacts) => boolean> = {
  uriHandler: () => true,
  // Chosen without an address it fails with a word on what is missing.
  relay: ({ settings }) => settings.relayUrl !== undefined || settings.redirect === 'relay',
  loopback: () => true,
  device: ({ issuer }) => issuer.deviceAuthorizationEndpoint !== undefined,
  // An address that nobody listens at is no better received than one that somebody does: by choice alone.
  paste: ({ settings }) => settings.redirect === 'paste',
};

/** What the person chose alone; else what worked before, then the others in the order of the host. */
export function redirectLadder(facts: LadderFacts): readonly RedirectKind[] {
  const { offered, settings, remembered } = facts;
  const possible = offered.filter((kind) => works[kind](facts));
  if (settings.redirect !== undefined) return possible.filter((kind) => kind === settings.redirect);
  const first = possible.filter((kind) => kind === remembered);
  return [...first, ...possible.filter((kind) => kind !== remembered)];
}
