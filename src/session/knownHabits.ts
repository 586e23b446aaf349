/** How what is known of an authorization server bears on one attempt. The person's own settings always win. */
import type { Discovery, DiscoverySettings } from '../oauth/discovery.ts';
import { knownService, type Habit, type KnownService } from '../oauth/habits.ts';
import { chooseParameters } from '../oauth/prompt.ts';
import { nameServersResource } from '../oauth/scopeResource.ts';
import { limitScopes } from '../oauth/scopes.ts';
import type { SignInServer } from './attempt.ts';
import type { SessionPorts } from './ports.ts';

/** What of the settings bears on discovery, and whose habits are known there. */
export function discoverySettings({ oauth }: SignInServer, ports: SessionPorts): DiscoverySettings {
  const find = ports.knownService ?? knownService;
  const serviceAt = (issuer: string): KnownService | undefined =>
    oauth.knownHabits === false ? undefined : find(new URL(issuer).host);
  // PKCE protects a code: where none is fetched, nobody has to promise it.
  return { ...oauth, serviceAt, ...(!fetchesCode(oauth) && { requirePkceMetadata: false }) };
}

type Found = Extract<Discovery, { kind: 'sign_in' }>;

/**
 * The scopes that may be asked for of those that the server lists. A client of the person's own was registered with scopes
 * that nobody knows here, and a challenge names those that are needed.
 */
export function scopesOnOffer(
  { oauth }: SignInServer,
  { challenge, scopesSupported, service }: Found,
): Pick<Found, 'scopesSupported' | 'habits'> {
  const isOpen =
    oauth.scopes === undefined && oauth.clientId === undefined && challenge?.scopes === undefined;
  const limited = isOpen ? limitScopes(scopesSupported, service?.habits.scopes) : undefined;
  return limited === undefined
    ? { scopesSupported, habits: [] }
    : { scopesSupported: limited, habits: ['scopes_limited'] };
}

/** Whether the authorization server wants scopes to say what the token is for, and no setting says it otherwise. */
export function mayNameByScope({ oauth }: SignInServer, { service }: Found): boolean {
  return oauth.resource === undefined && service?.habits.namesResourceByScope === true;
}

/** What the token is asked for: nothing where the scopes say it, unless they are those of somebody else. */
export function chooseResource(
  server: SignInServer,
  found: Found,
  scopes: readonly string[],
): Pick<Found, 'resource' | 'habits'> {
  const isByScope =
    mayNameByScope(server, found) && nameServersResource(server.url, scopes, server.oauth.scopes);
  return isByScope
    ? { resource: undefined, habits: ['resource_by_scope'] }
    : { resource: found.resource, habits: [] };
}

/** What is added to the authorization request, and all habits that the attempt follows. */
export function followHabits(
  { name, oauth }: SignInServer,
  { habits: found, service }: Found,
  offered: readonly Habit[],
  scopes: readonly string[],
  { log }: SessionPorts,
) {
  const { parameters, habits: asked } = chooseParameters(oauth, service?.habits ?? {}, scopes);
  const habits = [...found, ...offered, ...(fetchesCode(oauth) ? asked : [])];
  if (habits.length > 0)
    log.info('habits_followed', { server: name, service: service?.name ?? '', habits: habits.join(' ') });
  return { parameters, habits };
}

function fetchesCode({ grant = 'authorizationCode' }: SignInServer['oauth']): boolean {
  return grant === 'authorizationCode';
}
