/**
 * A bug report as Markdown, of what helps to find a fault and is nobody's secret: settings by their names, addresses
 * without a query, the last attempts. Whatever somebody else wrote stands in code, where it is no markup.
 */
import type { OAuthSetting, Server } from '../servers/server.ts';
import { isOwn, type Source } from '../servers/source.ts';
import type { SignInDetails } from '../session/details.ts';
import type { SessionState } from '../session/state.ts';
import type { Trace } from '../session/trace.ts';
import { reportWords as words } from './messages/diagnostics.ts';
import { failureSentence } from './messages/failures.ts';
import { attemptLines, shownAddress } from './traceText.ts';

/** Where the extension runs. */
export interface Surroundings {
  readonly extension: string;
  readonly editor: string;
  readonly isInBrowser: boolean;
  /** What kind of remote it is, never which one. */
  readonly remote: string | undefined;
  readonly platform: string;
  readonly language: string;
  readonly isTrusted: boolean;
  /** What was noted of the secret storage, a `SecretsFinding`; anything else where nobody has looked. */
  readonly secrets: unknown;
}

export interface ReportedServer {
  readonly server: Server;
  /** As it is written in the settings. */
  readonly url: string;
  readonly source: Source | undefined;
  readonly state: SessionState;
  readonly details: SignInDetails;
  /** The newest first. */
  readonly traces: readonly Trace[];
  /** Takes out what the person entered as a secret. */
  readonly conceal: (text: string) => string;
}

/** What of a setting is reported: its value, where that is one of a few words, or only that it is there. */
const settings: Record<OAuthSetting, 'value' | 'name'> = {
  clientId: 'name',
  tokenEndpointAuthMethod: 'value',
  scopes: 'name',
  resource: 'name',
  authorizationParameters: 'name',
  issuer: 'name',
  requirePkceMetadata: 'value',
  knownHabits: 'value',
  legacyEndpoints: 'value',
  dpop: 'value',
  grant: 'value',
  identityProvider: 'name',
  assertionFile: 'name',
  redirect: 'value',
  redirectPort: 'value',
  redirectHost: 'value',
  relayUrl: 'name',
};

/** An issue takes 65 536 characters; what a person writes has to have room, too. */
const mostCharacters = 48_000;
const attemptsOfServer = 3;

export function diagnosticsText(
  surroundings: Surroundings,
  servers: readonly ReportedServer[],
  logLines: readonly string[],
): string {
  const heads = servers.map(serverHead);
  let left = mostCharacters - sizeOf(heads.flat());
  const sections = servers.flatMap((reported, index) => {
    const attempts = attemptsWithin(left, reported);
    left -= sizeOf(attempts);
    const none = reported.traces.length === 0 ? words.noAttempts() : words.moreAttempts();
    return [...(heads[index] ?? []), ...(attempts.length === 0 ? [none] : fenced(attempts))];
  });
  return [
    `### ${words.whatHappened()}`,
    '',
    words.describe(),
    '',
    `### ${words.surroundings()}`,
    '',
    ...surroundingLines(surroundings),
    ...sections,
    ...(logLines.length === 0 ? [] : ['', `### ${words.log()}`, '', ...fenced(logLines.map(withoutFolders))]),
    '',
  ].join('\n');
}

function surroundingLines({
  extension,
  editor,
  isInBrowser,
  remote,
  platform,
  language,
  isTrusted,
  secrets,
}: Surroundings): readonly string[] {
  return [
    line(words.extension(), code(extension)),
    line(words.editor(), `${code(editor)}, ${isInBrowser ? words.browser() : words.desktop()}`),
    line(words.remote(), remote === undefined ? words.none() : code(remote)),
    line(words.platform(), code(platform)),
    line(words.language(), code(language)),
    line(words.workspace(), isTrusted ? words.trusted() : words.untrusted()),
    line(words.secrets(), findingWords(secrets)),
  ];
}

function findingWords(found: unknown): string {
  if (found === 'kept') return words.secretsKept();
  if (found === 'lost') return words.secretsLost();
  return found === 'failed' ? words.secretsFailed() : words.secretsUnknown();
}

function serverHead({ server, url, source, state, details, conceal }: ReportedServer): readonly string[] {
  return [
    '',
    `### ${words.server(code(server.name))}`,
    '',
    line(words.address(), code(shownAddress(url))),
    ...(source === undefined
      ? []
      : [line(words.entry(), isOwn(source) ? words.ofUser() : words.ofWorkspace())]),
    line(words.settings(), settingNames(server).map(code).join(', ') || words.none()),
    line(words.state(), code(stateName(state))),
    ...detailLines(details).map(conceal),
    '',
    `#### ${words.attempts()}`,
    '',
  ];
}

/** The newest attempts for which there is room, each after an empty line. */
function attemptsWithin(room: number, { traces }: ReportedServer): readonly string[] {
  const attempts = traces.slice(0, attemptsOfServer).map(attemptLines);
  const sizes = attempts.map((lines) => sizeOf(lines));
  const fitting = attempts.filter(
    (_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0) <= room,
  );
  return fitting.flat().slice(1);
}

function sizeOf(lines: readonly string[]): number {
  return lines.join('\n').length;
}

function detailLines(details: SignInDetails): readonly string[] {
  const { issuer, resource, client, redirectKind, redirectUri, scopes, habits = [], lastError } = details;
  const redirect = [redirectKind, redirectUri && shownAddress(redirectUri)].filter(
    (part) => part !== undefined,
  );
  const facts: readonly (readonly [label: string, values: readonly string[]])[] = [
    [words.issuer(), issuer === undefined ? [] : [shownAddress(issuer)]],
    [words.resource(), resource === undefined ? [] : [shownAddress(resource)]],
    [words.client(), client === undefined ? [] : [client.kind]],
    [words.redirect(), redirect],
    [words.granted(), scopes.granted],
    [words.requested(), scopes.requested],
    [words.habits(), habits],
  ];
  return [
    ...facts.flatMap(([label, values]) =>
      values.length === 0 ? [] : [line(label, values.map(code).join(', '))],
    ),
    ...tokenLine(details),
    ...(lastError === undefined
      ? []
      : [
          line(
            words.lastError(),
            `${code(lastError.error.code)}, ${code(new Date(lastError.atMs).toISOString())}`,
          ),
          `  ${code(failureSentence(lastError.error))}`,
        ]),
  ];
}

function tokenLine({ expiresAtMs, renewable }: SignInDetails): readonly string[] {
  if (renewable === undefined) return [];
  const end =
    expiresAtMs === undefined ? words.endUnknown() : words.until(code(new Date(expiresAtMs).toISOString()));
  return [line(words.token(), `${end}, ${renewable ? words.renewable() : words.notRenewable()}`)];
}

/** `url`, `headers.X-Tenant`, `oauth.redirect=loopback`. */
function settingNames({ headers, oauth }: Server): readonly string[] {
  const ofHeaders = Object.keys(headers).map((name) => `headers.${name}`);
  if (oauth === false) return ['url', ...ofHeaders, 'oauth=false'];
  const ofOAuth = Object.entries(oauth).map(([name, value]: [string, unknown]) => {
    const isShown = settings[name as OAuthSetting] === 'value' || value === false;
    return `oauth.${name}${isShown ? `=${String(value)}` : ''}`;
  });
  return ['url', ...ofHeaders, ...ofOAuth];
}

/** The state without whose it is. */
function stateName(state: SessionState): string {
  const detail = 'reason' in state ? state.reason : 'error' in state ? state.error.code : undefined;
  return detail === undefined ? state.kind : `${state.kind} (${detail})`;
}

/** Where something is installed tells who somebody is. */
function withoutFolders(text: string): string {
  return text
    .replace(/(?<![\w:/.])(?:file:\/\/)?(?:[A-Za-z]:)?[\\/][^()"\n]*?[\\/](?=dist[\\/])/g, '…/')
    .replace(/(?<=^|[\s("])(?:file:\/\/)?(?:[A-Za-z]:)?[\\/](?:[^\s()"]*[\\/])?/g, '…/');
}

function line(label: string, text: string): string {
  return `- ${label}: ${text}`;
}

/** Longer than any row of backticks within, so that none ends it. */
function ticksFor(text: string, atLeast: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  return '`'.repeat(Math.max(atLeast, longest + 1));
}

function code(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  const ticks = ticksFor(plain, 1);
  const padding = ticks.length > 1 || plain.trim() === '' ? ' ' : '';
  return `${ticks}${padding}${plain}${padding}${ticks}`;
}

function fenced(lines: readonly string[]): readonly string[] {
  const ticks = ticksFor(lines.join('\n'), 3);
  return [`${ticks}text`, ...lines, ticks];
}
