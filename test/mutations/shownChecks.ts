/** Checks of what is shown and written to the log (invariant 1): no secret, and no sentence of ours that somebody else made. */
import { checksIn } from './securityCheck.ts';

export const shownChecks = [
  ...checksIn(
    'src/oauth/authError.ts',
    ['redirect', 'hiddenWords', 'discovery', 'tokenAnswer', 'traceSecrets'],
    [
      'the words of a server forge no line and hide nothing',
      String.raw`.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\s]+/gu, ' ')`,
      '',
    ],
    ['the words of a server become no link', "    .replaceAll('](', '] (')\n", ''],
    [
      'the words of a server are shown without secrets',
      ".reduce((words, secret) => words.replaceAll(secret, '[hidden]'), text)",
      '.reduce((words) => words, text)',
    ],
    [
      'the words of a server do not run on',
      'if (line.length <= quotableLength) return line;',
      'if (line.length > 0) return line;',
    ],
    [
      'an address that is shown loses its query',
      "quotable(text.replace(/^([a-z][\\w+.-]*:[^?#]*)[?#].*$/is, '$1'), secrets)",
      'quotable(text, secrets)',
    ],
  ),
  ...checksIn(
    'src/session/logLine.ts',
    ['logLine'],
    [
      'what a name says is secret is left out of the log',
      "secretNames.test(name) ? '[hidden]' : JSON.stringify(value)",
      'secretNames.test("") ? "[hidden]" : JSON.stringify(value)',
    ],
    [
      'causes come into the log without their words',
      'const parts = [cause.name + code,',
      'const parts = [cause.message + code,',
    ],
    ['a line of the log is one line', 'JSON.stringify(value)}`);', 'String(value)}`);'],
  ),
  ...checksIn(
    'src/session/trace.ts',
    ['trace', 'traceSecrets'],
    [
      'a trace is without what an attempt hides',
      'quotable(this.conceal(place), this.secrets)',
      'quotable(this.conceal(place))',
    ],
    [
      'a trace is without what the person entered',
      'quotable(this.conceal(place), this.secrets)',
      'quotable(place, this.secrets)',
    ],
    [
      'addresses in a trace have no query and no user',
      String.raw`const place = text.replace(/^([a-z][\w+.-]*:\/\/)(?:[^/?#]*@)?([^?#]*).*$/is, '$1$2');`,
      'const place = text;',
    ],
    ['a trace is bounded', 'if (this.entries.length >= mostEntries) {', 'if (this.entries.length < 0) {'],
    ['a failure is told without what the attempt hides', '...this.clean(others),', '...others,'],
  ),
  ...checksIn(
    'src/session/concealment.ts',
    ['concealment', 'trace', 'traceSecrets', 'logLine'],
    [
      'the log of a server is without what the person entered',
      "typeof value === 'string' ? conceal(value) : value,",
      'value,',
    ],
    [
      'a header is hidden without its scheme, too',
      String.raw`.flatMap((value) => [value, value.replace(/^\S+ +/, '')])`,
      '.flatMap((value) => [value])',
    ],
    [
      'what was entered is hidden in every spelling',
      'new Set([value, value.toLowerCase(), encodeURIComponent(text), inPath])',
      'new Set([value])',
    ],
  ),
  ...checksIn(
    'src/vscode/apiError.ts',
    ['extensionAccess'],
    [
      'other extensions are not told the cause of a failure',
      'return new ApiError(error.code, sentence);',
      'return Object.assign(new ApiError(error.code, sentence), { cause: error.cause });',
    ],
  ),
  ...checksIn(
    'src/vscode/plainText.ts',
    ['plainText'],
    [
      'others’ text makes no icon in a label',
      "return (quotable(text) ?? '').replaceAll('$(', '\\\\$(');",
      "return quotable(text) ?? '';",
    ],
    [
      'others’ text makes no icon in a menu',
      "return (quotable(text) ?? '').replaceAll('$(', '$ (');",
      "return quotable(text) ?? '';",
    ],
    [
      'others’ text in a label is one line',
      "return (quotable(text) ?? '').replaceAll('$(', '\\\\$(');",
      "return text.replaceAll('$(', '\\\\$(');",
    ],
    [
      'others’ text in a menu is one line',
      "return (quotable(text) ?? '').replaceAll('$(', '$ (');",
      "return text.replaceAll('$(', '$ (');",
    ],
    [
      'others’ text in Markdown is text',
      String.raw`/[^\p{L}\p{M}\p{N} ]/gu`,
      String.raw`/[^\p{L}\p{M}\p{N} [\]()]/gu`,
    ],
    [
      'others’ text in Markdown is one line',
      String.raw`return (quotable(text) ?? '').replace(/[^\p{L}`,
      String.raw`return text.replace(/[^\n\p{L}`,
    ],
  ),
  ...checksIn(
    'src/vscode/notificationLinks.ts',
    ['notificationLinks', 'connectionDetails'],
    [
      'others’ text in a notification becomes no part of a link',
      "(quotable(text) ?? '').replaceAll(/[[\\]]/g, ' ').trim();",
      "(quotable(text) ?? '').trim();",
    ],
  ),
  ...checksIn(
    'src/vscode/connectionDetails.ts',
    ['connectionDetails'],
    [
      'what a server calls itself is no link in a notification (invariant 1)',
      "const label = besideLinks(title ?? '') || besideLinks(name) || messages.theServer();",
      'const label = title ?? name;',
    ],
    [
      'what a tool is called is one line (invariant 1)',
      "return ['', quotable(name) ?? words.notSaid(),",
      "return ['', name,",
    ],
    [
      'tools are shown in bounds',
      '...tools.slice(0, mostTools).flatMap(toolLines),',
      '...tools.flatMap(toolLines),',
    ],
  ),
  ...checksIn(
    'src/connectionTest.ts',
    ['connectionTest'],
    [
      'a test of a connection asks nobody (12.4)',
      'return route.resolve(refusal, before, asksNobody);',
      'return route.resolve(refusal, before, new AbortController().signal);',
    ],
    [
      'a test of a connection ends in time',
      'const stop = clock.after(limitMs, () => limit.abort());',
      'const stop = clock.after(limitMs * 1000, () => limit.abort());',
    ],
  ),
  ...checksIn(
    'src/mcpClient/visit.ts',
    ['connectionTest'],
    [
      'a test of a connection takes no answer without end',
      "if (left < 0) controller.error(new Error('The server sent too much.'));",
      "if (left === 0.5) controller.error(new Error('The server sent too much.'));",
    ],
  ),
  ...checksIn(
    'src/vscode/diagnosticsText.ts',
    ['diagnostics', 'traceSecrets'],
    [
      'a report has the names of settings and not their values (invariant 1)',
      "settings[name as OAuthSetting] === 'value' || value === false;",
      'settings[name as OAuthSetting] !== undefined || value === false;',
    ],
    [
      'a report has addresses without what follows their path',
      'line(words.address(), code(shownAddress(url))),',
      'line(words.address(), code(url)),',
    ],
    [
      'a report is without what the person entered',
      '...detailLines(details).map(conceal),',
      '...detailLines(details),',
    ],
    [
      'a report does not say in whose folder a file lies',
      '...fenced(logLines.map(withoutFolders))',
      '...fenced(logLines)',
    ],
    [
      'no text of others ends the code that it stands in',
      "return '`'.repeat(Math.max(atLeast, longest + 1));",
      "return '`'.repeat(Math.max(atLeast, longest * 0));",
    ],
    [
      'a report names nobody',
      "'error' in state ? state.error.code : undefined;",
      "'error' in state ? state.error.code : JSON.stringify(state);",
    ],
  ),
  ...checksIn(
    'src/vscode/traceText.ts',
    ['diagnostics', 'trace', 'traceSecrets'],
    [
      'an address that is shown has no credentials',
      String.raw`return address.replace(/^([a-z][\w+.-]*:\/\/)(?:[^/?#]*@)?([^?#]*).*$/is, '$1$2');`,
      String.raw`return address.replace(/^([a-z][\w+.-]*:\/\/)([^?#]*).*$/is, '$1$2');`,
    ],
  ),
  ...checksIn(
    'src/vscode/statusTooltip.ts',
    ['statusTooltip'],
    ['a name under the mouse is text', '${inMarkdown(server.name)}', '${server.name}'],
    [
      'what is said of a server under the mouse is text',
      '${inMarkdown(shortened(words))}',
      '${shortened(words)}',
    ],
    [
      'no link under the mouse runs another command',
      'tooltip.isTrusted = { enabledCommands: [actCommand, listCommand] };',
      'tooltip.isTrusted = true;',
    ],
    [
      'no name ends a link under the mouse',
      ".replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)",
      '',
    ],
  ),
];
