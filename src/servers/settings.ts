/**
 * Reads `mcpOAuth.servers` and `mcpOAuth.inputs` of every source: hostile values in, servers, waiting entries and named
 * problems out. One bad entry never costs the good ones.
 */
import { parseInputs, type Inputs, type WantedInput } from './inputs.ts';
import { isSameServer, type OAuthSetting, type OAuthSettings, type Server } from './server.ts';
import {
  isServerName,
  readEntry,
  type EntryFault,
  type ReadEntry,
  type VariableValues,
} from './serverEntry.ts';
import { isOwn, sourceKey, type SettingsLayer, type Source } from './source.ts';

/** An entry that cannot be used, and which member of it is wrong: `url`, `headers`, `oauth.resource`, `name`, `entry`. */
export interface SettingsProblem extends Omit<EntryFault, 'reason'> {
  readonly name: string;
  readonly source: Source;
  /** `taken`: the name is that of an entry that goes first and leads elsewhere; the member tells in what. */
  readonly reason: EntryFault['reason'] | 'taken';
  /** Where the entry is that took the name. */
  readonly takenBy?: Source;
}

export interface ListedServer {
  readonly server: Server;
  readonly source: Source;
  /** The inputs that it uses; each has a value. */
  readonly inputs: readonly WantedInput[];
}

/** An entry that is no server yet, because values of inputs are missing. */
export interface WaitingServer {
  readonly name: string;
  readonly source: Source;
  /** Those that have no value; their keys tell where to look for it, or where to keep it. */
  readonly inputs: readonly WantedInput[];
}

export interface ParsedServers {
  readonly listed: readonly ListedServer[];
  readonly waiting: readonly WaitingServer[];
  readonly problems: readonly SettingsProblem[];
}

/**
 * @param layers lowest precedence first: the person's own, the workspace, its folders. Layers of a workspace that is not
 * trusted have no place here. An entry that can be used replaces whole what goes by its name, and never leads a server of
 * the person, or those who sign in to it, elsewhere. Of several folders the first has a name.
 */
export function parseServers(layers: readonly SettingsLayer[], values: VariableValues = {}): ParsedServers {
  const standing = new Standing();
  for (const { source, servers, inputs } of layers) {
    const defined = parseInputs(inputs);
    for (const [name, value] of entriesOf(servers))
      standing.take(source, name, readIn(source, name, value, defined));
  }
  return standing.result();

  function readIn(source: Source, name: string, value: unknown, inputs: Inputs): ReadEntry {
    return readEntry({ source, name, value, inputs }, values);
  }
}

/** The names that a layer lists, for a workspace that is not trusted: nothing of its entries but that they are there. */
export function namesIn({ servers }: SettingsLayer): readonly string[] {
  return entriesOf(servers)
    .map(([name]) => name)
    .filter(isServerName);
}

function entriesOf(setting: unknown): [string, unknown][] {
  return typeof setting === 'object' && setting !== null ? Object.entries(setting) : [];
}

/** Members that decide where people sign in to a server, and whom they let see the answer. */
const leadingMembers: readonly OAuthSetting[] = ['issuer', 'identityProvider', 'relayUrl'];

/** Who has which name while one layer after another is read. */
class Standing {
  private readonly listed = new Map<string, ListedServer>();
  private readonly waiting = new Map<string, WaitingServer>();
  private readonly problems: SettingsProblem[] = [];
  /** The person's own entries, those that cannot be used among them: their names are not to be had. */
  private readonly own = new Map<string, { readonly source: Source; readonly read: ReadEntry }>();
  private readonly ofFolders = new Map<string, { readonly source: Source; readonly read: ReadEntry }>();

  take(source: Source, name: string, read: ReadEntry): void {
    if (isOwn(source)) this.own.set(name, { source, read });
    if (read.kind === 'fault') {
      this.problems.push({ name, source, ...read.fault });
      return;
    }
    const rival = this.rivalOf(source, name, read);
    if (rival !== undefined) {
      this.problems.push({ name, source, reason: 'taken', ...rival });
      return;
    }
    if (source.scope === 'folder') {
      // The same again, in another folder.
      if (this.ofFolders.has(name)) return;
      this.ofFolders.set(name, { source, read });
    }
    this.waiting.delete(name);
    if (read.kind === 'waiting') {
      this.waiting.set(name, { name, source, inputs: read.missing });
      return;
    }
    this.listed.delete(name);
    const { server, inputs } = read;
    this.listed.set(name, { server, source, inputs });
  }

  result(): ParsedServers {
    return {
      listed: [...this.listed.values()],
      waiting: [...this.waiting.values()],
      problems: this.problems,
    };
  }

  /** Whose the name is, and in what the entry differs. */
  private rivalOf(
    source: Source,
    name: string,
    read: ReadEntry,
  ): { takenBy: Source; member: string } | undefined {
    const own = isOwn(source) ? undefined : this.own.get(name);
    const led = own && differenceOf(own.read, read);
    if (own !== undefined && led !== undefined) return { takenBy: own.source, member: led };
    const first = source.scope === 'folder' ? this.ofFolders.get(name) : undefined;
    if (first === undefined || sourceKey(first.source) === sourceKey(source)) return undefined;
    const member = differenceOf(first.read, read) ?? (isEqual(first.read, read) ? undefined : 'entry');
    return member === undefined ? undefined : { takenBy: first.source, member };
  }
}

/** The member in which an entry leads elsewhere than that of a person; an address that is not known yet is none they share. */
function differenceOf(own: ReadEntry, other: ReadEntry): string | undefined {
  if (own.kind === 'fault' || other.kind === 'fault') return 'entry';
  if (own.url === undefined || own.url !== other.url) return 'url';
  if (other.oauth === false) return undefined;
  const { oauth } = own;
  if (oauth === false) return 'oauth';
  const differing = leadingMembers.find(
    (member) => !isSameMember(member, oauth, other.oauth as OAuthSettings),
  );
  return differing && `oauth.${differing}`;
}

function isSameMember(member: OAuthSetting, one: OAuthSettings, other: OAuthSettings): boolean {
  return JSON.stringify(one[member]) === JSON.stringify(other[member]);
}

function isEqual(one: ReadEntry, other: ReadEntry): boolean {
  return one.kind === 'server' && other.kind === 'server' && isSameServer(one.server, other.server);
}
