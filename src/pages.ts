/** Composition root of our pages in editor tabs: most windows never show one. */
import type { PagesParts } from './pagesOnDemand.ts';
import type { FindService } from './oauth/habits.ts';
import type { Session } from './session/session.ts';
import { ClientGuides } from './vscode/pages/clientGuides.ts';
import { configureClientCommand } from './vscode/pages/configureClientCommand.ts';
import { DeviceCodes, type ShownDeviceCode } from './vscode/pages/deviceCodes.ts';

export interface Pages {
  /** Opens the guide to a client of the person's own for the given server, or for one that they pick. */
  configureClient(session?: Session): Promise<void>;
  /** Shows a device code until the signal says that it is over. */
  showDeviceCode(shown: ShownDeviceCode, signal: AbortSignal): void;
  dispose(): void;
}

export function openPages(parts: PagesParts & { readonly findService: FindService }): Pages {
  const { sessions, configured, ports, openFiles } = parts;
  const guides = new ClientGuides({
    ...parts,
    store: ports.store,
    log: ports.log,
    findServer: (server) => sessions.find(server)?.server,
    writtenUrl: (server) => configured.find(server)?.writtenUrl,
    setOAuth: async (server, members) => (await openFiles()).setOAuth(server, members),
    openExternal: (url) => ports.browser.open(url),
  });
  const codes = new DeviceCodes(ports.clock);
  return {
    configureClient: (session) => configureClientCommand(sessions, guides, session),
    showDeviceCode: (shown, signal) => codes.show(shown, signal),
    dispose: () => {
      guides.dispose();
      codes.dispose();
    },
  };
}
