/** What is done because an authorization server is known to want it so, and the setting that undoes it. */
import { l10n } from 'vscode';
import type { Habit } from '../../oauth/habits.ts';

const { t } = l10n;

const sentences: Record<Habit, (host: string) => string> = {
  pkce_unlisted: (host) =>
    t(
      'Signs in although {0} does not say that it does PKCE, because it is known to. Set “oauth.requirePkceMetadata” to true to insist on it.',
      host,
    ),
  resource_by_scope: (host) =>
    t('Signs in without naming the resource, as {0} wants it. Set “oauth.resource” to name it.', host),
  offline_by_parameter: (host) =>
    t(
      'Asks to stay signed in the way that {0} wants it. Set the parameters “access_type” and “prompt” under “oauth.authorizationParameters” to ask otherwise.',
      host,
    ),
  consent_not_asked: (host) =>
    t(
      'Does not ask {0} to show its page of consent, which it refuses in some organizations. Set the parameter “prompt” under “oauth.authorizationParameters” to ask for it.',
      host,
    ),
  scopes_limited: (host) =>
    t(
      'Asks for those scopes alone that {0} lets a client have that it does not know. Set “oauth.scopes” to ask for others.',
      host,
    ),
  issuer_alias: (host) =>
    t(
      'Takes {0} for the authorization server although the MCP server calls it by another name that is known to be its own. Set “oauth.issuer” to name it yourself.',
      host,
    ),
  issuer_slash: (host) =>
    t(
      'Takes {0} for the authorization server although its name was written with a slash too many or too few. Set “oauth.issuer” to name it yourself.',
      host,
    ),
};

export const habitMessages = {
  label: () => t('Known habits'),
  about: () =>
    t(
      'What is done otherwise for this authorization server. Set “oauth.knownHabits” to false to do none of it.',
    ),
  /** Undefined for a habit that another version of this extension knows. */
  sentence: (habit: string, host: string): string | undefined =>
    Object.hasOwn(sentences, habit) ? sentences[habit as Habit](host) : undefined,
};
