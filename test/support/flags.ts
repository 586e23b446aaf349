/** The flags of a command of this repository, and what is said where they are wrong. */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

export interface Flags<Options extends ParseArgsOptionsConfig> {
  readonly values: ReturnType<typeof parseArgs<{ options: Options }>>['values'];
  /** Ends the command with what is wrong with its flags, and how they are used. */
  readonly refuse: (sentence: string) => never;
}

/**
 * @param usage what `--help` prints.
 * Ends the process after `--help`, and with exit code 2 where a flag is unknown or misses its value.
 */
export function readFlags<const Options extends ParseArgsOptionsConfig>(
  usage: string,
  options: Options,
): Flags<Options> {
  const refuse = (sentence: string): never => {
    console.error(`${sentence}\n\n${usage}`);
    process.exit(2);
  };
  if (process.argv.slice(2).includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return { values: parseArgs({ options }).values, refuse };
  } catch (thrown) {
    return refuse(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Of what was given as a number: the number, or undefined where it is none or not above zero. */
export function positive(text: string): number | undefined {
  const number = Number(text);
  return number > 0 ? number : undefined;
}

/** Of what was given as the seed of a run: a whole number, one by chance where none was given, or undefined. */
export function seedFrom(text: string | undefined): number | undefined {
  const seed = text === undefined ? Math.floor(Math.random() * 1_000_000) : Number(text);
  return Number.isInteger(seed) ? seed : undefined;
}
