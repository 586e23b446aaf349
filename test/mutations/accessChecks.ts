/** Checks of who may ask for a sign-in of the person’s: other extensions, the Accounts menu, clients of the gateway. */
import { checksIn } from './securityCheck.ts';

export const accessChecks = [
  ...checksIn(
    'src/gatewayOnDemand.ts',
    ['gatewayOnDemand'],
    [
      'nothing listens where the window closes while the gateway is loaded',
      'if (!this.isClosed) await this.listener.open();',
      'await this.listener.open();',
    ],
  ),
  ...checksIn(
    'src/vscode/authenticationProviders.ts',
    ['authenticationProviders'],
    [
      'an entry of the Accounts menu is for a provider that there is',
      'return this.registered.has(session);',
      'return this.registered.size >= 0 || session.state.kind === "no_auth";',
    ],
    [
      'a provider goes with its server',
      '      if (all.has(session)) continue;\n      registration.dispose();\n',
      '      if (all.has(session)) continue;\n',
    ],
    ['no provider comes for a server that went before', '    this.toRegister.keepOnly(wanted);\n', ''],
  ),
  ...checksIn(
    'src/vscode/signInBadge.ts',
    ['authenticationProviders'],
    [
      'the Accounts menu is asked for no provider that is still to come',
      '    if (!this.providers.has(session)) return;\n',
      '',
    ],
    ['the Accounts menu has one entry for each server', ' || this.shown.has(session)) return;', ') return;'],
  ),
  ...checksIn(
    'src/vscode/apiConsents.ts',
    ['extensionAccess'],
    [
      'a consent is for one server',
      'JSON.stringify([askerId, name, url])',
      'JSON.stringify([askerId, name.slice(0, 0), url])',
    ],
    [
      'a consent that cannot be read is none',
      "if (typeof kept !== 'object' || typeof kept?.['allowed'] !== 'boolean') return undefined;",
      "if (typeof kept !== 'object' || kept === null) return undefined;",
    ],
  ),
  ...checksIn(
    'src/vscode/apiGateway.ts',
    ['extensionAccess'],
    [
      'an address of an extension leads on while the person allows it',
      'return this.consents.answerFor(askerId, server) === true ? this.serverKey(server) : undefined;',
      'return askerId === "" ? undefined : this.serverKey(server);',
    ],
    [
      'an address of an extension leads nowhere before the person has answered',
      'this.consents.answerFor(askerId, server) === true ?',
      'this.consents.answerFor(askerId, server) !== false ?',
    ],
    ['an address is of one extension', 'JSON.stringify([id, server])', 'JSON.stringify([server])'],
  ),
  ...checksIn(
    'src/vscode/apiServers.ts',
    ['extensionAccess'],
    [
      'no token that is bound to a key is given away (17.3)',
      'if (accessToken === undefined || isBound) return undefined;',
      'if (accessToken === undefined) return undefined;',
    ],
    [
      'what an extension is told cannot be changed',
      'account: Object.freeze({ ...now.account }),\n    scopes',
      'account: now.account,\n    scopes',
    ],
  ),
  ...checksIn(
    'src/vscode/person.ts',
    ['person'],
    [
      'nobody is asked for access for nobody',
      'return !signal.aborted && askForAccess(',
      'return askForAccess(',
    ],
    ['no scope is a link in a question', "besideLinks(scopes.join(', '))", "scopes.join(', ')"],
  ),
  ...checksIn(
    'src/vscode/apiServers.ts',
    ['writtenAddresses'],
    ['other extensions are told no value of a variable', 'url: shownUrl(server),', 'url: server.url,'],
  ),
  ...checksIn(
    'src/vscode/apiAccess.ts',
    ['writtenAddresses'],
    ['a question shows no value of a variable', 'shownUrl(server);', 'server.url;'],
  ),
  ...checksIn(
    'src/vscode/apiAccessCommand.ts',
    ['writtenAddresses'],
    ['a list of answers shows no value of a variable', ', ${address}`', ', ${consent.server.url}`'],
  ),
  ...checksIn(
    'src/vscode/serverPick.ts',
    ['writtenAddresses'],
    ['a list of servers shows no value of a variable', 'shownUrl(session.server)', 'session.server.url'],
  ),
  ...checksIn(
    'src/vscode/serverTooltip.ts',
    ['writtenAddresses'],
    ['a tooltip shows no value of a variable', 'shownUrl(listed.server)', 'listed.server.url'],
  ),
  ...checksIn(
    'src/vscode/traceDocument.ts',
    ['writtenAddresses'],
    ['a trace shows no value of a variable', 'shownUrl(server)', 'server.url'],
  ),
];
