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
];
