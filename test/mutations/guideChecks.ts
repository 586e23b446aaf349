/** Checks of the guide to a client of the person’s own: for whom is kept what is entered there (checklist 4.17, invariant 2). */
import { checksIn } from './securityCheck.ts';

export const guideChecks = [
  ...checksIn(
    'src/vscode/pages/clientGuide.ts',
    ['clientGuides', 'movedGuides'],
    [
      'nothing that was entered for one authorization server is saved for another (invariant 2)',
      '    if (!isAbout(this.shown.issuer, session)) {\n      await this.move(session);\n      return;\n    }\n',
      '',
    ],
    [
      'a guide is replaced as soon as the authorization server is another (invariant 2)',
      '    if (isSignedIn) this.dispose();\n    else if (!isAbout(this.shown.issuer, session))',
      '    if (isSignedIn) this.dispose();\n    else if (this.isBusy)',
    ],
    [
      'a guide that is shown again is replaced where the authorization server is another (invariant 2)',
      'if (isSame && isAbout(this.shown.issuer, session)) this.post',
      'if (isSame) this.post',
    ],
    [
      'a guide is replaced for the session that there is then',
      'if (this.session() === session && !isAbout(this.shown.issuer, session)) this.replace',
      'if (!isAbout(this.shown.issuer, session)) this.replace',
    ],
    [
      'a client is entered for whom the page names (4.17)',
      '        issuer: this.shown.issuer,\n',
      '        issuer: undefined,\n',
    ],
    [
      'a guide is for one address (invariant 2)',
      'return session?.server.url === this.url && signInBarrier',
      'return session !== undefined && signInBarrier',
    ],
    [
      'what is being saved is not saved a second time',
      'if (this.isBusy || session === undefined) return;',
      'if (session === undefined) return;',
    ],
    [
      'what is being saved is not replaced',
      'const isSame = this.isBusy || isAlike(now, this.shown);',
      'const isSame = isAlike(now, this.shown);',
    ],
    [
      'the page of the sandbox is opened for the sandbox alone',
      'if (isSandbox && issuer !== undefined) await',
      'if (issuer !== undefined) await',
    ],
    [
      'nothing but what is shown can be copied',
      'const uri = this.shown.uris[request.index]?.uri;',
      'const uri = String(request.index);',
    ],
  ),
  ...checksIn(
    'src/vscode/pages/shownGuide.ts',
    ['clientGuides', 'movedGuides'],
    [
      'no server is a sandbox because it says so',
      'isSandbox: issuer !== undefined && isSandbox(issuer, serverUrl),',
      'isSandbox: issuer !== undefined && isSandbox.length > 0,',
    ],
    [
      'a guide to other addresses is another one',
      'return listOf(one) === listOf(other);',
      'return listOf(one) !== "";',
    ],
  ),
  ...checksIn(
    'src/vscode/pages/guideFacts.ts',
    ['movedGuides', 'clientGuides', 'boundSecrets'],
    [
      'a page is about one authorization server (invariant 2)',
      'return now === undefined || now === issuer;',
      'return now !== "";',
    ],
    [
      'a client is for an authorization server by its own name, not for a host that it leads to (invariant 2)',
      'failureOf(session)?.facts.issuer ?? session.details.issuer;',
      'session.details.issuer;',
    ],
  ),
  ...checksIn(
    'src/vscode/pages/clientEntry.ts',
    ['clientEntry'],
    [
      'a secret is kept for the address that it was entered for (invariant 2)',
      'return url === expectedUrl && oauth !== false',
      'return oauth !== false',
    ],
    [
      'a secret is kept for the client that it was entered for (invariant 2)',
      ' && oauth.clientId === clientId;',
      ' && clientId !== "";',
    ],
    [
      'a secret is kept where the settings name no other authorization server (invariant 2)',
      ' || !leadsTo(now, issuer))',
      ')',
    ],
    [
      'a client that is entered is tied to its authorization server (4.17)',
      '      if (issuer !== undefined && !namesIssuer(now)) await this.parts.bind(now, clientId, issuer);\n',
      '',
    ],
    [
      'a client is tied to its authorization server before its secret is kept (4.17)',
      "      if (issuer !== undefined && !namesIssuer(now)) await this.parts.bind(now, clientId, issuer);\n      if (entered.kind === 'none') return undefined;\n      await this.parts.keepSecret(this.parts.store, now, 'client', entered.secret);\n",
      "      if (entered.kind !== 'none') await this.parts.keepSecret(this.parts.store, now, 'client', entered.secret);\n      if (issuer !== undefined && !namesIssuer(now)) await this.parts.bind(now, clientId, issuer);\n",
    ],
    [
      'no secret is kept without its id',
      '    if (refusal !== undefined) return problem(refusal);\n',
      '    void refusal;\n',
    ],
    [
      'a key that is none is not kept',
      "    if (entered.kind === 'unusable_key') return problem(messages.keyUnusable(), 'clientSecret');\n",
      "    if (entered.kind === 'unusable_key') return undefined;\n",
    ],
  ),
  ...checksIn(
    'src/vscode/pages/guideRequests.ts',
    ['pages'],
    ['what a page posts is of a bearable length', ' && value.length <= longest;', ';'],
    [
      'what a page asks to copy is a place in its list',
      "typeof index === 'number' && Number.isInteger(index)",
      "typeof index === 'number'",
    ],
  ),
];
