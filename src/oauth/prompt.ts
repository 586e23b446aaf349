/** What an authorization request asks of the sign-in page (OpenID Connect Core §3.1.2.1). */
import type { Habit, Habits } from './habits.ts';
import { promptFor } from './scopes.ts';
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

export interface ExtraParameters {
  /** Of the authorization request; `prompt` may be joined with other wishes, and the person's own parameters win. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly habits: readonly Habit[];
}

/** What keeps a person signed in: a consent, or what the server is known to want in its place (field case 12). */
export function chooseParameters(
  settings: {
    readonly scopes?: readonly string[];
    readonly authorizationParameters?: Readonly<Record<string, string>>;
  },
  { needsNoConsent = false, offlineParameters = {} }: Habits,
  scopes: readonly string[],
): ExtraParameters {
  const { authorizationParameters: own = {}, scopes: configured } = settings;
  const consent = promptFor({ configured }, scopes);
  const isSpared = consent !== undefined && needsNoConsent;
  const prompt = joinPrompts(isSpared ? undefined : consent, offlineParameters['prompt']);
  const isAdded = Object.keys(offlineParameters).some((name) => own[name] === undefined);
  return {
    parameters: { ...offlineParameters, ...(prompt !== undefined && { prompt }) },
    habits: [
      ...(isSpared && own['prompt'] === undefined ? (['consent_not_asked'] as const) : []),
      ...(isAdded ? (['offline_by_parameter'] as const) : []),
    ],
  };
}
