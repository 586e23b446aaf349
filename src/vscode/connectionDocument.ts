/** Shows what a test of a connection found as a document that nobody can edit, or is asked to save. */
import { Uri, window, workspace } from 'vscode';
import { connectionDetails as words } from './messages/connectionTest.ts';

const scheme = 'mcp-oauth-connection';

/** By the path of the document; each lasts as long as the window, since its tab may. */
const shown = new Map<string, string>();
let isRegistered = false;

export async function showConnectionDetails(server: string, text: string): Promise<void> {
  if (!isRegistered) {
    isRegistered = true;
    workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ path }) => shown.get(path) ?? '',
    });
  }
  // One document for each test: VS Code does not ask for the text of one that is open again.
  const path = `/${shown.size + 1}/${words.fileName(server.replaceAll(/[\\/]/g, ' '))}.txt`;
  shown.set(path, text);
  const document = await workspace.openTextDocument(Uri.from({ scheme, path }));
  await window.showTextDocument(document, { preview: true });
}
