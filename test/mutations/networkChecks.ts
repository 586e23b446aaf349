/** Checks of where requests go, and of how much is taken from there (checklist 3.11, 11.4, 16.1). */
import { checksIn } from './securityCheck.ts';

export const networkChecks = [
  ...checksIn(
    'src/oauth/secureUrl.ts',
    ['transport', 'addressProperties', 'secureUrl', 'addressGuard', 'settings'],
    [
      'addresses are https, or http on this machine (3.11)',
      " && (url.protocol === 'https:' || isLoopbackHttp(url))",
      '',
    ],
    ['addresses name no user (3.11)', "url?.username === ''", 'url !== undefined'],
    ['addresses carry no password (3.11)', " && url.password === ''", ''],
    ['nothing is nearer than the server (16.1)', ' || isNearer(reach, policy.nearest)', ''],
    [
      'plain http is for this machine alone (3.11)',
      "return url.protocol === 'http:' && reachOfHost(url.hostname) === 'loopback';",
      "return url.protocol === 'http:' && reachOfHost(url.hostname) !== 'public';",
    ],
  ),
  ...checksIn(
    'src/oauth/reach.ts',
    ['addressProperties', 'addressGuard', 'transport', 'secureUrl'],
    [
      'link-local addresses are nobody’s (16.1)',
      '(first === 169 && second === 254)) return undefined;',
      'false) return undefined;',
    ],
    [
      'addresses that carry one of IPv4 are as near as that one (16.1)',
      'if (isMapped || isTranslated) return reachOfIPv4(octetsIn(groups.slice(6)));',
      '',
    ],
    [
      '6to4 addresses are as near as the one that they carry (16.1)',
      'if (first === 0x2002) return reachOfIPv4(octetsIn(groups.slice(1, 3)));',
      '',
    ],
    [
      'unique local addresses are private (16.1)',
      "return isOwnTranslation || isUniqueLocal ? 'private' : 'public';",
      "return isOwnTranslation ? 'private' : 'public';",
    ],
    ['private networks are private (16.1)', "return isPrivate ? 'private' : 'public';", "return 'public';"],
    ['this machine is this machine (16.1)', "if (first === 127) return 'loopback';", ''],
    [
      'names below localhost are this machine (16.1)',
      String.raw`return /^(?:[^.]+\.)*localhost\.?$/.test(hostname);`,
      "return hostname === 'localhost';",
    ],
  ),
  ...checksIn(
    'src/oauth/addressGuard.ts',
    ['addressGuard'],
    [
      'every address behind a name is looked at (16.1)',
      'if (reaches.every((reach) => reach !== undefined && !isNearer(reach, allowed))) return;',
      'if (reaches.length === 0 || reaches.some((reach) => reach !== undefined && !isNearer(reach, allowed))) return;',
    ],
    [
      'a link-local address behind a name is nobody’s (16.1)',
      'reach !== undefined && !isNearer(reach, allowed)',
      'reach === undefined || !isNearer(reach, allowed)',
    ],
    [
      'one near address of the server opens no door (16.1)',
      '(isNearer(far, reach) ? reach : far), farthest)',
      '(isNearer(far, reach) ? far : reach), farthest)',
    ],
  ),
  ...checksIn(
    'src/oauth/transport.ts',
    ['transport', 'addressGuard'],
    [
      'an address is judged before anything is sent (3.11)',
      'const url = requireSecureUrl(address, policy);',
      'const url = new URL(address);\n      void requireSecureUrl;',
    ],
    ['names are looked up before anything is sent (16.1)', 'await guard.requireAllowed(url);', 'void guard;'],
    [
      'nothing is sent once nobody waits any more',
      '            signal.throwIfAborted();\n            // Redirects',
      '            // Redirects',
    ],
    ['redirects are not followed (11.4)', "{ ...init, redirect: 'manual', signal }", '{ ...init, signal }'],
    [
      'answers are limited in size (16.1)',
      'if (bytes > maxResponseBytes)',
      'if (bytes > 64 * maxResponseBytes)',
    ],
    [
      'answers are limited in time',
      "() => limit.abort(new AuthError('timed_out', { host }))",
      '() => void [limit, host]',
    ],
    ['the log has no query', 'address: url.origin + url.pathname,', 'address: url.href,'],
  ),
  ...checksIn(
    'src/oauth/retryAfter.ts',
    ['retryAfter', 'upkeep'],
    [
      'nobody makes us wait for longer than a day',
      '{ retryAfterSeconds: Math.min(seconds, longestSeconds) }',
      '{ retryAfterSeconds: seconds }',
    ],
  ),
];
