/** The inputs that entries may ask for with `${input:…}`, in the shape of the editor's own `inputs`. */
import * as z from 'zod/mini';
import { sourceKey, type Source } from './source.ts';

/** A choice of an input of type `pickString`. */
export interface InputOption {
  readonly label: string;
  readonly value: string;
}

/** What to ask the person for. */
export interface InputDefinition {
  readonly id: string;
  readonly type: 'promptString' | 'pickString';
  readonly description?: string;
  /** Offered to the person, never taken without asking. */
  readonly default?: string;
  /** Whether it is hidden while it is typed. */
  readonly password: boolean;
  /** For `pickString`, at least one. */
  readonly options?: readonly InputOption[];
}

/** An input that an entry uses, with the key under which its value is to be stored as a secret. */
export interface WantedInput extends InputDefinition {
  readonly key: string;
}

/** Definitions by id; `undefined` for one that is there and cannot be used, such as one of type `command`. */
export type Inputs = ReadonlyMap<string, InputDefinition | undefined>;

const Option = z.lazy(() => z.union([z.string(), z.object({ label: z.string(), value: z.string() })]));

const Definition = z.lazy(() => {
  const shared = {
    id: z.string(),
    description: z.optional(z.string()),
    default: z.optional(z.string()),
  };
  return z.discriminatedUnion('type', [
    z.object({ ...shared, type: z.literal('promptString'), password: z.optional(z.boolean()) }),
    z.object({ ...shared, type: z.literal('pickString'), options: z.array(Option).check(z.minLength(1)) }),
  ]);
});

/** @param value of `inputs`, which may be anything. Of several with one id the last counts. */
export function parseInputs(value: unknown): Inputs {
  const inputs = new Map<string, InputDefinition | undefined>();
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    const id: unknown = (item as { readonly id?: unknown } | null | undefined)?.id;
    if (typeof id === 'string') inputs.set(id, parseInput(item));
  }
  return inputs;
}

function parseInput(item: unknown): InputDefinition | undefined {
  const parsed = Definition.safeParse(item);
  if (!parsed.success) return undefined;
  const { id, type, description, default: offered } = parsed.data;
  return {
    id,
    type,
    password: parsed.data.type === 'promptString' && parsed.data.password === true,
    ...(description !== undefined && { description }),
    ...(offered !== undefined && { default: offered }),
    ...(parsed.data.type === 'pickString' && { options: parsed.data.options.map(asOption) }),
  };
}

function asOption(option: string | InputOption): InputOption {
  return typeof option === 'string' ? { label: option, value: option } : option;
}

/** What the key of an input's value is made of. */
export interface InputPlace {
  readonly source: Source;
  /** Name of the server. */
  readonly name: string;
  /** As it is written, variables included. */
  readonly url: string;
  readonly id: string;
}

export const inputPrefix = 'input:';

/**
 * The key of a value that a person gave. Who asked, for which server and for which origin is part of it, so that an entry
 * of a workspace, or one that leads elsewhere since, finds nothing that was typed for another.
 */
export function inputKey({ source, name, url, id }: InputPlace): string {
  return inputPrefix + JSON.stringify([sourceKey(source), name, originOf(url), id]);
}

/** The origin, where no variable can decide it, else the whole address. */
function originOf(url: string): string {
  const start = /^https?:\/\/[^/\\?#$]+(?=[/\\?#]|$)/i.exec(url)?.[0];
  return start !== undefined && URL.canParse(start) ? new URL(start).origin : url;
}
