/** Sharing a sign-in with one program beside the editor, as a person sees it: who, the address, and taking it back. */
import { commands, env, UIKind, window } from 'vscode';
import type { ConfiguredClient } from '../servers/clientEntry.ts';
import type { Log } from '../session/ports.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { clientKinds, type ClientKind, type ShareRecord } from '../session/shareRecords.ts';
import type { Shares } from '../session/shares.ts';
import type { ClientEntries, EntryPlace } from './clientEntries.ts';
import type { ShareRow } from './localClientRows.ts';
import { localClientMessages as messages } from './messages/localClients.ts';
import { inLabel } from './plainText.ts';
import { pickServer } from './serverPick.ts';

export interface LocalClientParts {
  readonly sessions: Sessions;
  readonly shares: Shares;
  readonly entries: ClientEntries;
  /** The address of a share, as its client has to know it. */
  readonly addressOf: (share: ShareRecord) => Promise<string>;
  /** Goes to another port, since that one is somebody else's; false where another window has done so already. */
  readonly moveFrom: (port: number) => Promise<boolean>;
  /** The remote computer that this runs on, where it does. */
  readonly remote: string | undefined;
  readonly log: Log;
}

export class LocalClients {
  private readonly parts: LocalClientParts;

  constructor(parts: LocalClientParts) {
    this.parts = parts;
  }

  /** Shares the sign-in to the given server, or to one that the person picks. */
  async share(chosen: Session | undefined): Promise<void> {
    const { sessions, shares, log } = this.parts;
    const session =
      chosen ??
      (await pickServer(sessions, {
        candidates: sessions.all,
        placeHolder: messages.pickServer(),
        nobody: messages.noServer(),
      }));
    const client = session && (await pickClient(session.server.name));
    if (session === undefined || client === undefined) return;
    const { server } = session;
    const label = client === 'other' ? await askLabel() : messages.clientNames[client]();
    if (label === undefined || !(await isAllowed(label, server.name, this.parts.remote))) return;
    try {
      await this.hand(await shares.add({ client, label, server }));
    } catch (thrown) {
      log.error('not_shared', { server: server.name }, thrown);
      const show = messages.showLog();
      if ((await window.showErrorMessage(messages.failed(server.name), show)) === show)
        await commands.executeCommand('mcpOAuth.showLog');
    }
  }

  async copyAddress(row: ShareRow | undefined): Promise<void> {
    const share = row?.share ?? (await this.pickShare(messages.pickShareToCopy()));
    if (share !== undefined) await this.copy(share);
  }

  /** The given share, or one that the person picks, is over at once; its entry is taken out where the person wants. */
  async stop(row: ShareRow | undefined): Promise<void> {
    const { shares, entries, addressOf, log } = this.parts;
    const share = row?.share ?? (await this.pickShare(messages.pickShare()));
    if (share === undefined) return;
    const { label, serverName } = share;
    try {
      await shares.revoke(share);
    } catch (thrown) {
      log.error('share_not_revoked', { server: serverName }, thrown);
      void window.showErrorMessage(messages.notStopped(label));
      return;
    }
    const place = placeOf(share);
    const address = place && (await addressOf(share));
    if (place === undefined || address === undefined || !(await entries.has(place, address))) {
      void window.showInformationMessage(messages.stopped(label, serverName));
      return;
    }
    const takeOut = messages.takeOut();
    const sentence = messages.stillWritten(label, serverName, place.file);
    if ((await window.showInformationMessage(sentence, takeOut)) === takeOut)
      await entries.drop(place, address);
  }

  /** Says so, and goes elsewhere where the person wants; whoever listens there may have been told the keys. */
  async noteForeign(port: number): Promise<void> {
    const { shares, entries, addressOf, moveFrom } = this.parts;
    const move = messages.moveToAnother();
    if ((await window.showWarningMessage(messages.portTaken(port), move)) !== move) return;
    const former = new Map<string, string>();
    for (const share of shares.all) former.set(share.id, await addressOf(share));
    if (!(await moveFrom(port))) return;
    await shares.renewKeys();
    const written = shares.all.filter(({ entry }) => entry !== undefined);
    if (written.length === 0) {
      void window.showInformationMessage(messages.moved());
      return;
    }
    const rewrite = messages.rewrite();
    const choice = await window.showInformationMessage(messages.movedWritten(written.length), rewrite);
    if (choice !== rewrite) return;
    for (const share of written) {
      const place = placeOf(share);
      const before = former.get(share.id);
      if (place !== undefined && before !== undefined)
        await entries.put(place.client, share.serverName, await addressOf(share), { place, former: before });
    }
  }

  /** The client learns its address: written for it, or copied for the person to tell it. */
  private async hand(share: ShareRecord): Promise<void> {
    const { entries } = this.parts;
    const { client, label, serverName } = share;
    if (client === 'other') return this.copy(share);
    const write = {
      label: messages.write(inLabel(await entries.locate(client))),
      detail: messages.writeDetail(),
      run: () => this.write(share, client),
    };
    const copyCommand = { label: messages.copyCommand(), run: () => this.copyCommand(share) };
    const copy = { label: messages.copyAddress(), run: () => this.copy(share) };
    const ways = client === 'claude-code' ? [write, copyCommand, copy] : [write, copy];
    const title = messages.pickWay(label, serverName);
    await (await window.showQuickPick(ways, { title, ignoreFocusOut: true }))?.run();
  }

  private async write(share: ShareRecord, client: ConfiguredClient): Promise<void> {
    const { shares, entries, addressOf } = this.parts;
    const place = await entries.put(client, share.serverName, await addressOf(share));
    if (place !== undefined) await shares.noteEntry(share, { file: place.file, name: place.name });
  }

  private async copy(share: ShareRecord): Promise<void> {
    await env.clipboard.writeText(await this.parts.addressOf(share));
    void window.showInformationMessage(messages.addressCopied(share.label, share.serverName));
  }

  private async copyCommand(share: ShareRecord): Promise<void> {
    const { entries, addressOf } = this.parts;
    const name = await entries.nameFor(share.serverName);
    // Neither has a sign in it that a command line would take for one of its own.
    const address = await addressOf(share);
    await env.clipboard.writeText(`claude mcp add --scope user --transport http ${name} ${address}`);
    void window.showInformationMessage(messages.commandCopied(share.label, share.serverName));
  }

  private async pickShare(placeHolder: string): Promise<ShareRecord | undefined> {
    const items = this.parts.shares.all.map((share) => ({
      label: inLabel(share.label),
      description: inLabel(share.serverName),
      share,
    }));
    if (items.length > 0) return (await window.showQuickPick(items, { placeHolder }))?.share;
    void window.showInformationMessage(messages.noShare());
    return undefined;
  }
}

function placeOf({ client, entry }: ShareRecord): EntryPlace | undefined {
  return entry === undefined || client === 'other' ? undefined : { client, ...entry };
}

async function pickClient(server: string): Promise<ClientKind | undefined> {
  const items = clientKinds.map((client) => ({ label: messages.clientNames[client](), client }));
  return (await window.showQuickPick(items, { placeHolder: messages.pickClient(server) }))?.client;
}

function askLabel(): Thenable<string | undefined> {
  return window.showInputBox({
    prompt: messages.namePrompt(),
    value: messages.clientNames.other(),
    validateInput: (name) => (/^(?=.*\S).{1,60}$/u.test(name) ? undefined : messages.nameInvalid()),
  });
}

async function isAllowed(client: string, server: string, remote: string | undefined): Promise<boolean> {
  const share = messages.share();
  const question = { modal: true, detail: messages.detail(server, whereabouts(remote)) };
  return (await window.showWarningMessage(messages.question(client, server), question, share)) === share;
}

/** Which computer's programs can reach the address. */
function whereabouts(remote: string | undefined): string {
  if (env.uiKind === UIKind.Web) return messages.serverComputer();
  return remote === undefined ? messages.thisComputer() : messages.remoteComputer(remote);
}
