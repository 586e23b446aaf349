/** Copies a bug report, and leads to where it can be posted. */
import { env, UIKind, Uri, version, window, workspace } from 'vscode';
import { shownUrl } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import { diagnosticsText, type ReportedServer, type Surroundings } from './diagnosticsText.ts';
import { diagnosticsMessages as messages } from './messages/diagnostics.ts';
import type { CheckedSecrets, FindingKey } from './secretsCheck.ts';
import type { TraceDocuments } from './traceDocument.ts';

/** What of the manifest is needed. */
export interface Manifest {
  readonly version: string;
  readonly bugs: { readonly url: string };
}

export interface DiagnosticsParts {
  readonly sessions: Sessions;
  readonly configured: Pick<ConfiguredServers, 'find'>;
  readonly documents: TraceDocuments;
  readonly manifest: Manifest;
  /** In which is noted what was found of the secret storage. */
  readonly state: Pick<CheckedSecrets['state'], 'get'>;
  /** The last lines of the log. */
  readonly recentLog: () => readonly string[];
}

const findingKey: FindingKey = 'secrets.found';

/** Of the given server, or of all. */
export async function copyDiagnosticsCommand(
  { sessions, configured, documents, manifest, state: notes, recentLog }: DiagnosticsParts,
  chosen: Session | undefined,
): Promise<void> {
  const reported = (chosen === undefined ? sessions.all : [chosen]).map((session): ReportedServer => {
    const { server, state, details, traces } = session;
    const listed = configured.find(server.name);
    return {
      server,
      url: shownUrl(server),
      source: listed?.source,
      state,
      details,
      traces: traces.all,
      conceal: traces.conceal,
    };
  });
  const text = diagnosticsText(
    { ...surroundings(manifest), secrets: notes.get(findingKey) },
    reported,
    recentLog(),
  );
  await env.clipboard.writeText(text);
  const [openIssue, show] = [messages.openIssue(), messages.show()];
  const answer = await window.showInformationMessage(
    messages.copied(reported.map(({ server }) => server.name)),
    openIssue,
    show,
  );
  if (answer === openIssue) await env.openExternal(Uri.parse(`${manifest.bugs.url}/new`));
  if (answer === show) await documents.showText(messages.documentTitle(), text);
}

function surroundings(manifest: Manifest): Omit<Surroundings, 'secrets'> {
  return {
    extension: manifest.version,
    editor: `${env.appName} ${version}`,
    isInBrowser: env.uiKind === UIKind.Web,
    remote: env.remoteName && kindOf(env.remoteName),
    platform: `${process.platform} ${process.arch}`,
    language: env.language,
    isTrusted: workspace.isTrusted,
  };
}

/** `ssh-remote`, `codespaces`; in the browser-hosted editor the name is that of the host, which is nobody's business. */
function kindOf(remoteName: string): string {
  return /^[a-z-]+$/.test(remoteName) ? remoteName : 'other';
}
