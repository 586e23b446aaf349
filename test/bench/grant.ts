/** A sign-in that is over: the grant as a session finds it in the folder where windows keep their records. */
import { FolderRecords } from '../../src/node/folderRecords.ts';
import { grantKey, grantRecords, type GrantRecord } from '../../src/session/records.ts';
import { serverAt } from '../engine/desk.ts';

const dayMs = 86_400_000;

/** Puts a token into the folder that lasts longer than any run. */
export async function keepGrant(folder: string, serverUrl: string, token: string): Promise<void> {
  const { origin } = new URL(serverUrl);
  const grant: GrantRecord = {
    serverUrl,
    authorizationServer: {
      issuer: origin,
      tokenEndpoint: `${origin}/token`,
      requiresPushedRequests: false,
      takesClientDocuments: false,
      sendsIss: true,
    },
    client: { kind: 'registered', clientId: 'bench', authMethod: 'none' },
    accessToken: token,
    refreshToken: 'unused',
    expiresAtMs: Date.now() + dayMs,
    scopes: [],
    requestedScopes: [],
    account: { id: 'ada', label: 'ada' },
    grantedAtMs: Date.now(),
  };
  const records = await FolderRecords.open(folder);
  const text = JSON.stringify({ version: grantRecords.version, ...grant });
  await records.write(grantKey(serverAt(serverUrl), grant), text);
  records.close();
}
