/** Composition root of our pages in editor tabs: most windows never show one. */
import { commands, env } from 'vscode';
import type { PagesParts } from './pagesOnDemand.ts';
import type { FindService } from './oauth/habits.ts';
import type { Session } from './session/session.ts';
import { ClientGuides } from './vscode/pages/clientGuides.ts';
import { configureClientCommand } from './vscode/pages/configureClientCommand.ts';
import { DeviceCodes, type ShownDeviceCode } from './vscode/pages/deviceCodes.ts';
import { PagePanel } from './vscode/pages/pagePanel.ts';

export interface Pages {
  /** Opens the guide to a client of the person's own for the given server, or for one that they pick. */
  configureClient(session?: Session): Promise<void>;
  /** Shows a device code until the signal says that it is over. */
  showDeviceCode(shown: ShownDeviceCode, signal: AbortSignal): void;
  dispose(): void;
}

export function openPages(parts: PagesParts & { readonly findService: FindService }): Pages {
  const { sessions, ports, openFiles, clientPages } = parts;
  const guides = new ClientGuides({
    ...parts,
    store: ports.store,
    log: ports.log,
    findServer: (server) => sessions.find(server)?.server,
    setOAuth: async (server, members) => (await openFiles()).setOAuth(server, members),
    isSandbox: (issuer, serverUrl) => clientPages.get(issuer)?.mcpOrigin === new URL(serverUrl).origin,
    openSandboxPage: async (issuer) => {
      // Where it was stopped meanwhile, the command says so, and offers to start it.
      await (clientPages.get(issuer)?.open() ?? commands.executeCommand('mcpOAuth.openSandboxClientPage'));
    },
    openExternal: (url) => ports.browser.open(url),
    copy: async (text) => env.clipboard.writeText(text),
    openPage: (page) => new PagePanel(page),
  });
  const codes = new DeviceCodes(ports.clock, (page) => new PagePanel(page));
  return {
    configureClient: (session) => configureClientCommand(sessions, guides, session),
    showDeviceCode: (shown, signal) => codes.show(shown, signal),
    dispose: () => {
      guides.dispose();
      codes.dispose();
    },
  };
}
