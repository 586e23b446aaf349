/** A sandbox whose tokens end while many use them, and what it is asked for then. Refresh tokens are good for once. */
import assert from 'node:assert/strict';
import { FolderRecords } from '../../src/node/folderRecords.ts';
import { systemClock } from '../../src/node/systemClock.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { grantRecords, type GrantRecord } from '../../src/session/records.ts';
import { Session } from '../../src/session/session.ts';
import { readRecord } from '../../src/session/storedRecord.ts';
import { Desk, serverAt } from '../engine/desk.ts';
import { answerConsent } from '../engine/faultTrial.ts';
import { briefSeconds, untilEnded } from '../interop/tokenEnd.ts';

export class ExpiringServer {
  readonly sandbox: Sandbox;
  private readonly requests: () => number;

  private constructor(sandbox: Sandbox, requests: () => number) {
    this.sandbox = sandbox;
    this.requests = requests;
  }

  /** @param faults of the sandbox, such as that it says nothing of when tokens end. */
  static async start(faults: readonly string[] = []): Promise<ExpiringServer> {
    let requests = 0;
    const log = (line: string) => {
      if (line.startsWith('authorization POST /token ')) requests += 1;
    };
    return new ExpiringServer(
      await startSandbox({ accessTokenSeconds: briefSeconds, faults, log }),
      () => requests,
    );
  }

  /** How often a token was asked for, sign-ins among them. */
  get tokenRequests(): number {
    return this.requests();
  }

  /** Signs in as one window does, and leaves what it keeps in the folder for others. */
  async signIn(folder: string): Promise<GrantRecord> {
    const desk = new Desk({ visit: (url) => answerConsent(this.sandbox, url, 'allow') });
    const ports = { ...desk.ports, clock: systemClock };
    const session = await Session.open(serverAt(this.sandbox.mcpUrl), ports);
    await session.signIn();
    session.dispose();
    const records = await FolderRecords.open(folder);
    for (const [key, text] of desk.records.records) await records.write(key, text);
    records.close();
    const grant = await readRecord(ports, desk.records.keyOf('grant') ?? '', grantRecords);
    assert.ok(grant);
    return grant;
  }

  /** Waits until a token has run out. */
  ranOut(token: string): Promise<void> {
    return untilEnded(this.sandbox, token);
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}
