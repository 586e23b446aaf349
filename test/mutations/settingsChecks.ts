/** Checks of settings and files: what a workspace may say, and what is too much of a file. */
import { checksIn } from './securityCheck.ts';

export const settingsChecks = [
  ...checksIn(
    'src/servers/settings.ts',
    ['settings', 'serverSources', 'workspaceSettings'],
    [
      'a workspace leads no server of the person elsewhere',
      'if (own !== undefined && led !== undefined) return',
      'if (own === undefined && led !== undefined) return',
    ],
    [
      'a workspace does not say where the person signs in',
      "['issuer', 'identityProvider', 'relayUrl'];",
      '[];',
    ],
    [
      'a workspace does not sign in where the person does not',
      "if (oauth === false) return 'oauth';",
      'if (oauth === false) return undefined;',
    ],
    [
      'a folder does not take the name of another',
      'if (first === undefined || sourceKey(first.source) === sourceKey(source)) return undefined;',
      'if (first === undefined || source.scope === "folder") return undefined;',
    ],
    [
      'the names of an untrusted workspace are fit to be shown',
      '    .filter(isServerName);',
      '    .filter(() => true);',
    ],
  ),
  ...checksIn(
    'src/vscode/settingsLayers.ts',
    ['settingsLayers'],
    [
      'the settings of an untrusted workspace are not read',
      '...(workspace.isTrusted ? workspaceSources() : [])',
      '...workspaceSources()',
    ],
    [
      'an entry of the remote machine replaces that of the person whole',
      'globalRemoteValue === undefined ? globalValue : Object.assign({}, globalLocalValue, globalRemoteValue);',
      'globalValue;',
    ],
  ),
  ...checksIn(
    'src/servers/serverEntry.ts',
    ['settings', 'serverSources', 'variables'],
    [
      'a workspace names no file of the person',
      'const personal = isOwn(source) ? undefined : personalMember(value);',
      'const personal = isOwn(source) ? personalMember(value) : undefined;',
    ],
    [
      'no setting breaks the framing of requests',
      'return headerName.test(text) && !framing.test(text);',
      'return headerName.test(text);',
    ],
    [
      'no setting breaks out of the name of a header',
      'return headerName.test(text) && !framing.test(text);',
      'return !framing.test(text);',
    ],
    [
      'no value breaks out of its header',
      "if (!Object.values(headers).every(isHeaderValue)) return unusable('headers');",
      '',
    ],
    [
      'an address is one of a server once its variables are filled in',
      "  if (!isServerUrl(url)) return unusable('url');\n",
      '',
    ],
    ['a name is fit to be shown', String.raw`!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\]\(/u.test(name)`, 'true'],
  ),
  ...checksIn(
    'src/servers/inputs.ts',
    ['serverSources', 'variables', 'settings'],
    [
      'a value is for who asked for it',
      'JSON.stringify([sourceKey(source), name, originOf(url), id])',
      'JSON.stringify([sourceKey(source).slice(0, 0), name, originOf(url), id])',
    ],
    [
      'a value is for one origin',
      'JSON.stringify([sourceKey(source), name, originOf(url), id])',
      'JSON.stringify([sourceKey(source), name, originOf(url).slice(0, 0), id])',
    ],
    [
      'a value is for one server',
      'JSON.stringify([sourceKey(source), name, originOf(url), id])',
      'JSON.stringify([sourceKey(source), name.slice(0, 0), originOf(url), id])',
    ],
    [
      'an origin that a variable decides is none',
      String.raw`/^https?:\/\/[^/\\?#$]+(?=[/\\?#]|$)/i`,
      String.raw`/^https?:\/\/[^/\\?#$]+/i`,
    ],
  ),
  ...checksIn(
    'src/servers/variables.ts',
    ['variables', 'serverSources'],
    [
      'what a value looks like is not looked at again',
      'const fill = (text: string) => text.replaceAll(reference, (whole) => values.get(whole) ?? whole);',
      'const fill = (text: string) => [...values].reduce((left, [whole, value]) => left.replaceAll(whole, () => value), text);',
    ],
  ),
  ...checksIn(
    'src/servers/oauthSettings.ts',
    ['settings', 'settingsSwitches', 'authorizationAddress'],
    [
      'no setting replaces what keeps a sign-in safe (7.1)',
      String.raw`return /^[\w.-]+$/.test(name) && !reservedParameters.has(name);`,
      String.raw`return /^[\w.-]+$/.test(name);`,
    ],
    ['the address of a server is secure (3.11)', 'isSecureUrl(url) &&', 'url !== undefined &&'],
    [
      'the address of a server is one that requests may go to (16.1)',
      ' && reachOfHost(url.hostname) !== undefined',
      '',
    ],
    ['the address of a server has no fragment', "  if (text.includes('#')) return false;\n", ''],
    ['a relay is https', "isServerUrl(text) && text.startsWith('https://')", 'isServerUrl(text)'],
    [
      'a document’s address can be read in one way (4.5)',
      String.raw` && !/\/(?:\.|%2e){1,2}(?=[/?]|$)/i.test(text)`,
      '',
    ],
    [
      'a loopback host is one of two',
      "redirectHost: z.enum(['127.0.0.1', 'localhost']),",
      'redirectHost: z.string() as never,',
    ],
  ),
  ...checksIn(
    'src/servers/jsonText.ts',
    ['mcpFile', 'snippet', 'fileEdits'],
    ['a file is not too large', "if (text.length > longest) return failed('too_large', 0);", ''],
    ['a file is not too deep', 'if (depth > deepest) return', 'if (depth < 0) return'],
  ),
];
