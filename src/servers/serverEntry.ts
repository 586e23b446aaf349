/** Reads one entry of `mcpOAuth.servers`: its shape, its variables, and what it is once they are filled in. */
import * as z from 'zod/mini';
import { inputKey, type InputDefinition, type Inputs, type WantedInput } from './inputs.ts';
import { isServerUrl, parseOAuthSettings, personalMembers } from './oauthSettings.ts';
import type { OAuthSettings, Server } from './server.ts';
import { isOwn, type Source } from './source.ts';
import {
  environmentValue,
  substitute,
  variablesIn,
  type Substitutable,
  type Variable,
  type VariableLookup,
} from './variables.ts';

/** Why an entry cannot be used. */
export type FaultReason =
  /** The member is not what it has to be. */
  | 'unusable'
  /** The member counts in the person's own settings only. */
  | 'personal'
  /** An `${input:…}` is defined nowhere. */
  | 'input_undefined'
  /** An `${input:…}` is defined as something that is not supported, such as a command. */
  | 'input_unsupported'
  /** A variable such as `${workspaceFolder}` or `${command:…}` has no value here. */
  | 'variable_unknown';

export interface EntryFault {
  readonly reason: FaultReason;
  readonly member: string;
  /** The variable that it is about, as it stands in the entry. */
  readonly variable?: string;
}

/** What variables stand for; where nothing is given, each is as if it had no value. */
export interface VariableValues {
  /** Of the environment; undefined and empty are the same to an entry. */
  readonly env?: (name: string) => string | undefined;
  /** Path of the folder of that name, else of the folder of the entry, else of the only one that is open. */
  readonly workspaceFolder?: (source: Source, name: string | undefined) => string | undefined;
  readonly userHome?: string;
  readonly pathSeparator?: string;
  /** What a person gave for an input, by its key. */
  readonly input?: (key: string) => string | undefined;
}

export interface WrittenEntry {
  readonly source: Source;
  readonly name: string;
  readonly value: unknown;
  /** Those of its source. */
  readonly inputs: Inputs;
}

export type ReadEntry =
  | { readonly kind: 'fault'; readonly fault: EntryFault }
  | {
      readonly kind: 'waiting';
      /** With its variables filled in; undefined while one of those has no value. */
      readonly url: string | undefined;
      readonly oauth: OAuthSettings | false;
      readonly missing: readonly WantedInput[];
    }
  | {
      readonly kind: 'server';
      readonly url: string;
      readonly oauth: OAuthSettings | false;
      readonly server: Server;
      readonly inputs: readonly WantedInput[];
    };

/** RFC 9110 §5.1 and §5.5: what may stand in a header without breaking out of it. */
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
/** RFC 9110 §7.6.1 and §8.6: those that belong to the connection and the framing, with which a request could be split. */
const framing =
  /^(?:connection|content-length|host|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/** Names only: values are looked at when they are complete. */
export const Headers = z.lazy(() => z.record(z.string().check(z.refine(isHeaderName)), z.string()));

const Entry = z.lazy(() =>
  z.looseObject({
    url: z.string(),
    headers: z.optional(Headers),
    oauth: z.optional(z.unknown()),
  }),
);

export function readEntry(written: WrittenEntry, values: VariableValues): ReadEntry {
  const { source, name, value } = written;
  if (!isServerName(name)) return unusable('name');
  const personal = isOwn(source) ? undefined : personalMember(value);
  if (personal !== undefined) return fault({ reason: 'personal', member: personal });
  const entry = Entry.safeParse(value);
  if (!entry.success) return unusable(String(entry.error.issues[0]?.path[0] ?? 'entry'));
  const { url, headers = {}, oauth = {} } = entry.data;
  if (oauth === false) return fillIn(written, { url, headers }, oauth, values);
  const parsed = parseOAuthSettings(oauth);
  if (parsed.settings !== undefined) return fillIn(written, { url, headers }, parsed.settings, values);
  return unusable(parsed.wrong === undefined ? 'oauth' : `oauth.${parsed.wrong}`);
}

function fillIn(
  { source, name, inputs }: WrittenEntry,
  written: Substitutable,
  oauth: OAuthSettings | false,
  values: VariableValues,
): ReadEntry {
  const wanted = (definition: InputDefinition): WantedInput => ({
    ...definition,
    key: inputKey({ source, name, url: written.url, id: definition.id }),
  });
  const lookup = lookupIn(values, source, (id) => {
    const definition = inputs.get(id);
    return definition && values.input?.(wanted(definition).key);
  });
  const substitution = substitute(written, lookup);
  for (const variable of substitution.wanting) {
    const reason = reasonOf(variable, inputs);
    if (reason !== undefined)
      return fault({ reason, member: memberWith(variable, written), variable: variable.text });
  }
  if (substitution.entry === undefined) {
    const { wanting } = substitution;
    const alone = substitute({ url: written.url, headers: {} }, lookup).entry;
    if (alone !== undefined && !isServerUrl(alone.url)) return unusable('url');
    return { kind: 'waiting', url: alone?.url, oauth, missing: definitionsOf(wanting, inputs).map(wanted) };
  }
  const { entry, values: filledIn } = substitution;
  const { url, headers } = entry;
  if (!isServerUrl(url)) return unusable('url');
  if (!Object.values(headers).every(isHeaderValue)) return unusable('headers');
  const used = definitionsOf(variablesIn(written), inputs).map(wanted);
  const server = {
    ...{ name, url, headers, oauth },
    ...(Object.keys(filledIn).length > 0 && { filledIn }),
    ...(variablesIn(written.url).length > 0 && { writtenUrl: written.url }),
  };
  return { kind: 'server', url, oauth, server, inputs: used };
}

function lookupIn(
  values: VariableValues,
  source: Source,
  input: (id: string) => string | undefined,
): VariableLookup {
  const folder = (name?: string) => values.workspaceFolder?.(source, name);
  return (variable) => {
    switch (variable.kind) {
      case 'input':
        return input(variable.argument ?? '');
      case 'env':
        return environmentValue(variable, (name) => values.env?.(name));
      case 'workspaceFolder':
        return folder(variable.argument);
      case 'workspaceFolderBasename':
        return folder(variable.argument)?.replace(/^.*[\\/](?=.)/, '');
      case 'userHome':
        return values.userHome;
      case 'pathSeparator':
        return values.pathSeparator;
      case 'other':
        return undefined;
    }
  };
}

/** Why a variable without a value is one that nobody can give; undefined where a person can. */
function reasonOf({ kind, argument = '' }: Variable, inputs: Inputs): FaultReason | undefined {
  if (kind !== 'input') return 'variable_unknown';
  if (inputs.get(argument) !== undefined) return undefined;
  return inputs.has(argument) ? 'input_unsupported' : 'input_undefined';
}

/** The definitions of the inputs among variables. */
export function definitionsOf(variables: readonly Variable[], inputs: Inputs): readonly InputDefinition[] {
  return variables.flatMap(({ kind, argument = '' }) =>
    kind === 'input' ? (inputs.get(argument) ?? []) : [],
  );
}

function memberWith({ text }: Variable, { url }: Substitutable): 'url' | 'headers' {
  return url.includes(text) ? 'url' : 'headers';
}

function unusable(member: string): ReadEntry {
  return fault({ reason: 'unusable', member });
}

function fault(fault: EntryFault): ReadEntry {
  return { kind: 'fault', fault };
}

/** The member that an entry of a workspace must not have. */
function personalMember(value: unknown): string | undefined {
  const oauth: unknown = (value as { readonly oauth?: unknown } | null | undefined)?.oauth;
  if (typeof oauth !== 'object' || oauth === null) return undefined;
  const member = personalMembers.find((name) => Object.hasOwn(oauth, name));
  return member && `oauth.${member}`;
}

export function isHeaderName(text: string): boolean {
  return headerName.test(text) && !framing.test(text);
}

export function isHeaderValue(text: string): boolean {
  return headerValue.test(text);
}

/**
 * Names are shown everywhere and become part of ids: one line, not blank, at most 100 characters, and nothing that the
 * editor would make a link of.
 */
export function isServerName(name: string): boolean {
  return name.length <= 100 && name.trim() !== '' && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\]\(/u.test(name);
}
