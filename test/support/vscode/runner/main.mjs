// The extension that runs the tests: loads the module that the launcher names, and reports what it prints and how it ends.
// What is printed stays in order, since each report waits for the one before. Every window has this extension; the
// launcher names the module to the first one that asks, and to no other.
import { format } from 'node:util';
import * as vscode from 'vscode';

const { MCP_OAUTH_TEST_REPORTS: reports } = process.env;
let reported = Promise.resolve();

export function activate({ extension, subscriptions }) {
  subscriptions.push(vscode.commands.registerCommand('mcpOAuthTests.askForSession', askForSession));
  subscriptions.push(vscode.commands.registerCommand('mcpOAuthTests.startMcpServers', startMcpServers));
  // Not awaited: tests may want this activation to be over, and they take their time.
  void runTests();
  // Called from here, VS Code takes it for another extension's doing than that of the one under test.
  return { extension, getSession: (...args) => vscode.authentication.getSession(...args) };
}

async function runTests() {
  const testsPath = await (await post({ asks: 'which tests to run' })).text();
  if (testsPath === '') return;
  for (const level of ['log', 'info', 'debug', 'warn', 'error']) {
    // VS Code has given these a setter that does nothing.
    Object.defineProperty(console, level, { value: (...args) => report({ line: format(...args), level }) });
  }
  try {
    const { run } = await import(testsPath);
    await run();
    report({ exitCode: 0 });
  } catch (error) {
    console.error(error);
    report({ exitCode: 1 });
  }
}

/** Any extension in any window may ask for a session of a provider, without disturbing the person. */
async function askForSession() {
  const providerId = await vscode.window.showInputBox({ prompt: 'The id of the provider' });
  await vscode.authentication.getSession(providerId, ['mcp'], { silent: true });
  void vscode.window.showInformationMessage(`Asked ${providerId}.`);
}

/** Starts all MCP servers as VS Code does with a chat message: nobody is asked anything. */
async function startMcpServers() {
  const options = { errorOnUserInteraction: true };
  const starting = vscode.commands.executeCommand('workbench.mcp.startServer', '*', options);
  const outcome = await starting.then(
    () => 'Started MCP servers.',
    () => 'Some MCP servers did not start.',
  );
  void vscode.window.showInformationMessage(outcome);
}

function report(what) {
  reported = reported.then(() => post(what)).catch(() => {});
}

function post(what) {
  return fetch(reports, { method: 'POST', body: JSON.stringify(what) });
}
