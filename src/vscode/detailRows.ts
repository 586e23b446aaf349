/**
 * What stands below a server in the tree, as data: its accounts, and what is known of its sign-in. No secret is among it.
 * Loaded when somebody looks below a server.
 */
import { quotable } from '../oauth/authError.ts';
import { without } from '../oauth/scopes.ts';
import { shownUrl } from '../servers/server.ts';
import type { ListedServer } from '../servers/settings.ts';
import type { AccountGrant } from '../session/accounts.ts';
import type { SignInDetails } from '../session/details.ts';
import type { Session } from '../session/session.ts';
import { failureSentence } from './messages/failures.ts';
import { habitMessages } from './messages/habits.ts';
import {
  accountRowMessages,
  detailMessages as messages,
  tokenMessages,
  tokenSentence,
} from './messages/detailRows.ts';
import { timeOfDay } from './messages/states.ts';

export { serverTooltip } from './serverTooltip.ts';

/** A row below a server. */
export interface DetailRow {
  readonly kind: 'detail';
  readonly session: Session;
  /** Among the rows of its server. */
  readonly id: string;
  readonly icon: string;
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly spoken: string;
  /** Lines of plain text. */
  readonly tooltip: readonly string[];
  /** What “Copy” gives. */
  readonly copied: string;
  /** Which actions the manifest puts on the row. */
  readonly context: string;
  /** Of the grant, where the row is an account. */
  readonly accountKey?: string;
  /** The command that a click runs on the server. */
  readonly opens?: 'openSettings' | 'showTrace';
}

/** What else is known of a server than its sign-in. */
export interface EntryFacts {
  /** Undefined for a moment after the settings changed. */
  readonly listed: ListedServer | undefined;
  /** Where its entry stands, once that was read. */
  readonly place: { readonly label: string; readonly line: number } | undefined;
}

type Fact = Omit<DetailRow, 'kind' | 'session' | 'context' | 'copied' | 'spoken'> &
  Partial<Pick<DetailRow, 'context' | 'copied'>>;

/** In an order that stays: what went wrong comes first where it still matters, and is history where all is well. */
export function detailRows(session: Session, entry: EntryFacts, nowMs: number): readonly DetailRow[] {
  const { state, accounts, details } = session;
  const failure = failureFact(details);
  const isWell = state.kind === 'connected' || state.kind === 'no_auth';
  const facts = [
    ...(isWell ? [] : failure),
    ...accounts.map((account) => accountFact(account, session)),
    ...(details.renewable === undefined ? [] : [tokenFact(session, nowMs)]),
    ...scopeFacts(details),
    ...whoFacts(details),
    ...habitFacts(details),
    ...(isWell ? failure : []),
    ...entryFacts(entry),
  ];
  return facts.map((fact) => ({
    kind: 'detail',
    session,
    context: 'detail',
    copied: fact.description,
    spoken: messages.spoken(fact.label, fact.description),
    ...fact,
  }));
}

function accountFact(
  { key, account, isActive, isPersonsToName, accessToken, grantedAtMs }: AccountGrant,
  { server }: Session,
): Fact {
  const label = quotable(account.label) ?? '';
  const description =
    accessToken === undefined
      ? accountRowMessages.over()
      : isActive
        ? accountRowMessages.inUse()
        : accountRowMessages.signedIn();
  return {
    id: `account:${key}`,
    icon: 'account',
    label,
    description,
    tooltip: [accountRowMessages.tooltip(label, server.name, timeOfDay(grantedAtMs))],
    copied: label,
    context: `account:${isActive ? 'used' : 'other'}${isPersonsToName ? ' named' : ''}`,
    accountKey: key,
  };
}

function tokenFact({ state, details }: Session, nowMs: number): Fact {
  const { expiresAtMs, renewable = false } = details;
  const life = { expiresAtMs, renewable, isOver: state.kind === 'expired' };
  const sentence = tokenSentence(life);
  const description = tokenMessages.description(life, nowMs);
  return {
    id: 'token',
    icon: 'watch',
    label: tokenMessages.label(),
    description,
    tooltip: [sentence ?? description],
  };
}

function scopeFacts({ scopes, renewable }: SignInDetails): readonly Fact[] {
  if (renewable === undefined) return [];
  const granted = scopes.granted.join(' ');
  // Whoever can renew has what this scope is for, though servers seldom list it.
  const missing = without(scopes.requested, scopes.granted).filter(
    (scope) => !(renewable && scope === 'offline_access'),
  );
  return [
    fact('scopes', 'checklist', messages.scopes(), granted, messages.scopesTooltip(), messages.noScopes()),
    ...(missing.length === 0
      ? []
      : [fact('missing', 'circle-slash', messages.missing(), missing.join(' '), messages.missingTooltip())]),
  ];
}

function whoFacts({ issuer, client, redirectKind, redirectUri }: SignInDetails): readonly Fact[] {
  return [
    ...(issuer === undefined
      ? []
      : [fact('issuer', 'shield', messages.issuer(), issuer, messages.issuerTooltip())]),
    ...(client === undefined
      ? []
      : [
          {
            ...fact(
              'client',
              'tag',
              messages.client(),
              messages.clientDescription(client.kind, quotable(client.clientId) ?? ''),
              messages.clientTooltip(client.kind),
            ),
            copied: client.clientId,
          },
        ]),
    ...(redirectKind === undefined
      ? []
      : [
          {
            ...fact(
              'redirect',
              'reply',
              messages.redirect(),
              messages.redirectDescription(redirectKind),
              messages.redirectTooltip(),
            ),
            ...(redirectUri !== undefined && {
              tooltip: [messages.redirectTooltip(), redirectUri],
              copied: redirectUri,
            }),
          },
        ]),
  ];
}

function habitFacts({ habits = [], issuer }: SignInDetails): readonly Fact[] {
  const host = issuer === undefined ? '' : new URL(issuer).host;
  const sentences = habits.flatMap((habit) => habitMessages.sentence(habit, host) ?? []);
  if (sentences.length === 0) return [];
  const row = fact('habits', 'lightbulb', habitMessages.label(), sentences.join(' '), habitMessages.about());
  return [{ ...row, tooltip: [...sentences, habitMessages.about()] }];
}

function failureFact({ lastError }: SignInDetails): readonly Fact[] {
  if (lastError === undefined) return [];
  const { error, atMs } = lastError;
  const sentence = failureSentence(error);
  const description = messages.errorAt(timeOfDay(atMs), sentence);
  return [
    {
      ...fact('error', 'warning', messages.lastError(), description, messages.errorCode(error.code)),
      copied: `${error.code}: ${sentence} (${new Date(atMs).toISOString()})`,
      opens: 'showTrace',
    },
  ];
}

function entryFacts({ listed, place }: EntryFacts): readonly Fact[] {
  if (listed === undefined) return [];
  return [
    fact('address', 'globe', messages.address(), shownUrl(listed.server), messages.addressTooltip()),
    {
      ...fact(
        'entry',
        'go-to-file',
        messages.definedIn(),
        place === undefined ? messages.settings(listed.source) : `${place.label}:${place.line}`,
        messages.definedInTooltip(),
      ),
      opens: 'openSettings',
    },
  ];
}

/**
 * One line of what is known; what others chose is made fit to be shown.
 * @param ifEmpty shown where there is nothing.
 */
function fact(id: string, icon: string, label: string, value: string, about: string, ifEmpty = ''): Fact {
  const description = quotable(value) ?? ifEmpty;
  return { id, icon, label, description, tooltip: [about, description], copied: value };
}
