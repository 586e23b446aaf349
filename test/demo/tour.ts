/** The tour, inside the extension host: each step as a person takes it, printed with the state that it leads to. */
import { callTool, startMcpServer, toolNamed } from '../host/mcpTools.ts';
import { allowAs, hands, openConsentPage, rowSaying, signOut } from '../host/extension.ts';

export async function run(): Promise<void> {
  await step('needs_auth', 'VS Code has started; the server is listed', /^needs sign-in/, 'needs-auth');

  await openConsentPage('sandbox');
  await step(
    'authorizing',
    'Sign In opened the consent page in the browser',
    /^waiting for your browser/,
    'consent',
    'page',
  );
  await allowAs('ada');
  await step('connected', 'Access was allowed', /^connected as ada/, 'connected');
  await hands.pageClose();

  await startMcpServer('sandbox');
  const whoami = await toolNamed('sandbox', 'whoami');
  console.log(`             ${whoami} → ${oneLine(await callTool(whoami, {}))}`);

  await hands.accountsMenu('accounts-menu');
  const before = await callTool(whoami, {});
  const after = await untilRenewed(whoami, secondsLeft(before));
  await step(
    'connected',
    'The token was about to end and was replaced, without a person',
    /^connected as ada/,
    'renewed',
  );
  console.log(`             ${whoami} → ${oneLine(after)}`);

  await signOut('sandbox');
  await step('needs_auth', 'Signed out, also at the server', /^signed out/, 'signed-out');
  console.log(
    `             ${whoami} → ${oneLine(await callTool(whoami, {}).catch((thrown: unknown) => String(thrown)))}`,
  );

  await openConsentPage('sandbox');
  await allowAs('ada');
  await step(
    'connected',
    'Signed in again; the running server goes on',
    /^connected as ada/,
    'connected-again',
  );
  await hands.pageClose();
  console.log(`             ${whoami} → ${oneLine(await callTool(whoami, {}))}`);
}

/** Calls the tool from time to time until it is served with a token that lives longer than the one before. */
async function untilRenewed(tool: string, leftBefore: number): Promise<string> {
  for (let left = leftBefore; ;) {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const answer = await callTool(tool, {});
    const leftNow = secondsLeft(answer);
    if (leftNow > left) return answer;
    left = leftNow;
  }
}

/** The sandbox's tool tells how long the token still lives. */
function secondsLeft(answer: string): number {
  const seconds = /"secondsLeft":(\d+)/.exec(answer)?.[1];
  if (seconds === undefined) throw new Error(`The tool does not tell how long the token lives: ${answer}`);
  return Number(seconds);
}

async function step(
  state: string,
  what: string,
  words: RegExp,
  picture: string,
  of: 'workbench' | 'page' = 'workbench',
  withinMs?: number,
): Promise<void> {
  const { description } = await rowSaying('sandbox', words, withinMs);
  console.log(`${state.padEnd(12)} ${what}. The tree says: “sandbox ${description}”.`);
  await hands.screenshot(picture, of);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
