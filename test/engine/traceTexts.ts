/** What a person gets to see of a session's attempts: the trace, the report, the log. */
import type { diagnosticsText as DiagnosticsText } from '../../src/vscode/diagnosticsText.ts';
import type { failureLines as FailureLines, traceText as TraceText } from '../../src/vscode/traceText.ts';
import type { Session } from '../../src/session/session.ts';
import { loadShellTexts } from './shellTexts.ts';

export const { traceText, failureLines, diagnosticsText } = (await loadShellTexts(
  'traceText',
  'diagnosticsText',
)) as {
  readonly traceText: typeof TraceText;
  readonly failureLines: typeof FailureLines;
  readonly diagnosticsText: typeof DiagnosticsText;
};

export const surroundings = {
  extension: '1.2.3',
  editor: 'Visual Studio Code 1.105.0',
  isInBrowser: false,
  remote: undefined,
  platform: 'linux x64',
  language: 'en',
  isTrusted: true,
  secrets: undefined as unknown,
};

/** @param url as it is written in the settings. */
export function traceOf(session: Session, url = session.server.url): string {
  const { server, state, traces } = session;
  return traceText({ name: server.name, url, state, traces: traces.all }, 0);
}

export function reportOn(
  sessions: readonly Session[],
  {
    url,
    log = [],
    secrets,
  }: { readonly url?: string; readonly log?: readonly string[]; readonly secrets?: string } = {},
): string {
  const reported = sessions.map((session) => {
    const { server, state, details, traces } = session;
    const shown = { url: url ?? server.url, source: undefined, conceal: traces.conceal };
    return { server, state, details, traces: traces.all, ...shown };
  });
  return diagnosticsText({ ...surroundings, secrets }, reported, log);
}
