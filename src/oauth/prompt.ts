/** What an authorization request asks of the sign-in page (OpenID Connect Core §3.1.2.1). */
import type { IssuerDocument } from './wire/issuerDocument.ts';

/**
 * Lets a person sign in as somebody else than last time; undefined where the server does not say that it understands
 * either way, and might refuse it.
 */
export function promptForAccount({ promptValues }: IssuerDocument): 'select_account' | 'login' | undefined {
  return (['select_account', 'login'] as const).find((prompt) => promptValues?.includes(prompt));
}

/** Several wishes as one value, each once and in this order; undefined where there is none. */
export function joinPrompts(...wishes: readonly (string | undefined)[]): string | undefined {
  const prompts = new Set(wishes.flatMap((wish) => wish?.split(' ') ?? []).filter((prompt) => prompt !== ''));
  // A server must refuse `none` beside any other.
  if (prompts.size > 1) prompts.delete('none');
  return prompts.size === 0 ? undefined : [...prompts].join(' ');
}
