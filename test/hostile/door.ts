/** A door through which somebody else's bytes come in, and what has to hold for whatever comes. */
import assert from 'node:assert/strict';
import type fc from 'fast-check';
import { AuthError } from '../../src/oauth/authError.ts';
import { failureRules } from '../../src/oauth/decision.ts';

export interface Door<Case = unknown> {
  /** Also the name of its file of cases that failed once. */
  readonly name: string;
  /** Values that JSON can hold, so that a case that failed can be kept. */
  readonly cases: fc.Arbitrary<Case>;
  /** How many cases it gets, compared with the other doors. */
  readonly share: number;
  /** @throws where something does not hold. */
  try(hostile: Case): void | Promise<void>;
  /** @throws where something does not hold after all cases. */
  close?(): Promise<void>;
}

/** Whatever happened was foreseen: an error of ours under a code that has a sentence, with facts that are fit to be shown. */
export function requireKnown(thrown: unknown, secrets: readonly string[] = []): AuthError {
  assert.ok(thrown instanceof AuthError, thrown instanceof Error ? thrown.stack : String(thrown));
  const { code, facts, cause } = thrown;
  assert.ok(Object.hasOwn(failureRules, code), code);
  assert.notEqual(code, 'unexpected', String(cause));
  for (const [name, fact] of Object.entries(facts)) if (typeof fact === 'string') requireFit(fact, name);
  requireHidden(secrets, JSON.stringify([thrown.message, facts]));
  return thrown;
}

/** One line of at most 300 characters, which forges nothing and is no link. */
export function requireFit(text: string, what: string): void {
  assert.ok(text.length <= 300, `${what} is ${text.length} characters long.`);
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|\]\(/u, what);
}

/** None of the secrets in any of the spellings in which it is sent. */
export function requireHidden(secrets: readonly string[], shown: string): void {
  for (const secret of secrets) {
    const form = new URLSearchParams([['', secret]]).toString().slice(1);
    for (const spelling of new Set([secret, encodeURIComponent(secret), form]))
      assert.ok(!shown.includes(spelling), `${secret} is shown: ${shown.slice(0, 2_000)}`);
  }
}

/** What of it may fail, and how; nothing else may. */
export async function outcomeOf<Result>(
  work: Promise<Result>,
  secrets: readonly string[] = [],
): Promise<Result | undefined> {
  try {
    return await work;
  } catch (thrown) {
    requireKnown(thrown, secrets);
    return undefined;
  }
}
