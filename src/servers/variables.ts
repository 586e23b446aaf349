/** Variables in addresses and header values, as the editor has them: `${input:…}`, `${env:…}`, `${workspaceFolder}`. */
import { isServerUrl } from './oauthSettings.ts';

export type VariableKind =
  /** `${input:id}`; the argument is the id. */
  | 'input'
  /** `${env:NAME}`, or `${env:NAME:-text}` with what to use where it is empty or absent. */
  | 'env'
  /** `${workspaceFolder}`, or `${workspaceFolder:name}` for one of several. */
  | 'workspaceFolder'
  | 'workspaceFolderBasename'
  | 'userHome'
  /** `${pathSeparator}` or `${/}`. */
  | 'pathSeparator'
  /** One that the editor has and that means nothing for a server, such as `${file}` or `${command:…}`: without a value. */
  | 'other';

export interface Variable {
  readonly kind: VariableKind;
  /** What follows the colon; undefined without one. */
  readonly argument: string | undefined;
  /** As it stands in the text. */
  readonly text: string;
}

/** The parts of an entry in which variables count. */
export interface Substitutable {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The value of a variable; undefined where there is none (yet). */
export type VariableLookup = (variable: Variable) => string | undefined;

export type Substitution =
  | {
      readonly entry: Substitutable;
      readonly wanting: readonly [];
      /** By the variable as it stands in the entry. */
      readonly values: Readonly<Record<string, string>>;
    }
  /** Variables without a value, each once. */
  | { readonly entry: undefined; readonly wanting: readonly Variable[] };

const kinds: Readonly<Record<string, VariableKind>> = {
  input: 'input',
  env: 'env',
  workspaceFolder: 'workspaceFolder',
  workspaceFolderBasename: 'workspaceFolderBasename',
  userHome: 'userHome',
  pathSeparator: 'pathSeparator',
  '/': 'pathSeparator',
};

/** Those of the editor that would otherwise be sent to a server as they stand. */
const others =
  /^(?:command|config|extensionInstallFolder|cwd|execPath|defaultBuildTask|workspaceRoot(?:FolderName)?|selectedText|lineNumber|columnNumber|file\w*|relativeFile\w*)$/;

/** Every variable that is known, each once, in order. What is not known is text like any other. */
export function variablesIn(value: string | Substitutable): readonly Variable[] {
  const texts = typeof value === 'string' ? [value] : [value.url, ...Object.values(value.headers)];
  const found = new Map<string, Variable>();
  for (const text of texts) {
    if (!text.includes('${')) continue;
    for (const [whole, inside = ''] of text.matchAll(reference)) {
      const variable = variableOf(whole, inside);
      if (variable !== undefined) found.set(whole, variable);
    }
  }
  return [...found.values()];
}

/** Puts the values in. What a value itself looks like is not looked at again: it holds no variables. */
export function substitute(entry: Substitutable, lookup: VariableLookup): Substitution {
  const variables = variablesIn(entry);
  // As it is with most of them.
  if (variables.length === 0) return { entry, wanting: [], values: {} };
  const values = new Map<string, string>();
  const wanting: Variable[] = [];
  for (const variable of variables) {
    const value = lookup(variable);
    if (value === undefined) wanting.push(variable);
    else values.set(variable.text, value);
  }
  if (wanting.length > 0) return { entry: undefined, wanting };
  const fill = (text: string) => text.replaceAll(reference, (whole) => values.get(whole) ?? whole);
  const headers = Object.entries(entry.headers).map(([name, value]) => [name, fill(value)] as const);
  const filled = { url: fill(entry.url), headers: Object.fromEntries(headers) };
  return { entry: filled, wanting: [], values: Object.fromEntries(values) };
}

/** Whether a text can be the address of a server for some values of its variables. */
export function isWrittenUrl(text: string): boolean {
  if (variablesIn(text).length === 0) return isServerUrl(text);
  return ['x', '1', '/x', '', 'x.example', 'https', 'https://x.example'].some((sample) =>
    isServerUrl(text.replaceAll(reference, sample)),
  );
}

/** The value of `${env:…}`: as in the editor, what is not set is empty. */
export function environmentValue(
  { argument = '' }: Variable,
  env: (name: string) => string | undefined,
): string | undefined {
  const [, name = '', instead = ''] = /^([^:]*)(?::-([^]*))?/.exec(argument) ?? [];
  if (name === '') return undefined;
  const value = env(name) ?? '';
  return value === '' ? instead : value;
}

/** One after another, never one inside another. */
const reference = /\$\{([^{}]*)\}/g;

function variableOf(text: string, inside: string): Variable | undefined {
  const colon = inside.indexOf(':');
  const name = colon < 0 ? inside : inside.slice(0, colon);
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : others.test(name) ? 'other' : undefined;
  return kind && { kind, argument: colon < 0 ? undefined : inside.slice(colon + 1), text };
}
