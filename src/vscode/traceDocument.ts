/** Shows what a server's sign-in has tried as a document of its own, which follows an attempt that runs. */
import { Disposable, EventEmitter, Uri, window, workspace, type ExtensionContext } from 'vscode';
import { shownUrl } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { traceMessages as messages } from './messages/trace.ts';
import { pickServer } from './serverPick.ts';
import { traceText, type TracedServer } from './traceText.ts';

const scheme = 'mcp-oauth-trace';

export class TraceDocuments implements Disposable {
  private readonly sessions: Sessions;
  private readonly changes = new EventEmitter<Uri>();
  /** Traces that are open, by the name of the server. */
  private readonly shown = new Map<string, Uri>();
  /** Texts that were shown, by address. */
  private readonly texts = new Map<string, string>();
  private readonly registrations: Disposable;

  constructor(sessions: Sessions) {
    this.sessions = sessions;
    this.registrations = Disposable.from(
      workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.changes.event,
        provideTextDocumentContent: (uri) => this.textFor(uri),
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.shown.delete(uri.query)),
      new Disposable(sessions.onDidChange(() => this.refresh())),
      this.changes,
    );
  }

  async show({ server: { name } }: Session): Promise<void> {
    // The query tells servers apart whose names make the same title; the editor shows the path alone.
    const title = messages.title(name.replace(/[\\/?#:]/g, ' '));
    const uri = Uri.from({ scheme, path: `/${title}`, query: name });
    this.shown.set(name, uri);
    this.changes.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  /** Shows a text that is what it is now, and does not change. */
  async showText(title: string, text: string): Promise<void> {
    const uri = Uri.from({ scheme, path: `/${title}`, fragment: String(this.texts.size + 1) });
    this.texts.set(uri.toString(), text);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    this.registrations.dispose();
  }

  private refresh(): void {
    for (const uri of this.shown.values()) this.changes.fire(uri);
  }

  private textFor(uri: Uri): string {
    const { query } = uri;
    const text = this.texts.get(uri.toString());
    if (text !== undefined) return text;
    const session = this.sessions.find(query);
    return session === undefined ? messages.gone() : traceText(tracedServer(session), Date.now());
  }
}

let opened: TraceDocuments | undefined;

/** One for the window, which ends with the extension. */
export function traceDocuments(
  { subscriptions }: Pick<ExtensionContext, 'subscriptions'>,
  sessions: Sessions,
): TraceDocuments {
  if (opened === undefined) subscriptions.push((opened = new TraceDocuments(sessions)));
  return opened;
}

/** A session as its trace is written. */
export function tracedServer(session: Session): TracedServer {
  const { server, state, traces } = session;
  return { name: server.name, url: shownUrl(server), state, traces: traces.all };
}

/** Of the given server, or of one that the person picks. */
export async function showTraceCommand(
  sessions: Sessions,
  documents: TraceDocuments,
  chosen: Session | undefined,
): Promise<void> {
  const session =
    chosen ??
    (await pickServer(sessions, {
      candidates: sessions.all,
      placeHolder: messages.pickServer(),
      nobody: '',
    }));
  if (session !== undefined) await documents.show(session);
}
