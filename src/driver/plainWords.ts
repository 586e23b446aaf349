/** Stands in for the editor's `l10n`, so that its sentences can be said outside of it: in English, and filled in. */

interface Message {
  readonly message: string;
  readonly args?: Filling;
  readonly comment?: string | readonly string[];
}

type Value = string | number | boolean;
type Filling = readonly Value[] | Readonly<Record<string, Value>>;

/** `{0}` or `{name}`; a placeholder that nothing is given for stays, as in the editor. */
const placeholder = /\{(\w+)\}/g;

function t(message: Message): string;
function t(message: string, ...args: readonly Value[]): string;
function t(message: string, args: Readonly<Record<string, Value>>): string;
function t(given: string | Message, ...rest: readonly unknown[]): string {
  const [message, args] = typeof given === 'string' ? [given, rest] : [given.message, [given.args]];
  const [first] = args;
  // Values come one by one, or as a list or record of them.
  const values = typeof first === 'object' && first !== null ? first : args;
  const filling = new Map(Object.entries(values as Readonly<Record<string, Value>>));
  return message.replace(placeholder, (unfilled, name: string) => String(filling.get(name) ?? unfilled));
}

export const l10n = { t };
