// The extension that runs the tests: loads the module that the launcher names, and reports what it prints and how it ends.
// What is printed stays in order, since each report waits for the one before. Every window has this extension; the
// launcher names the module to the first one that asks, and to no other.
import { format } from 'node:util';
import * as vscode from 'vscode';

const { MCP_OAUTH_TEST_REPORTS: reports } = process.env;
let reported = Promise.resolve();

export function activate({ subscriptions }) {
  subscriptions.push(vscode.commands.registerCommand('mcpOAuthTests.askForSession', askForSession));
  // Not awaited: tests may want this activation to be over, and they take their time.
  void runTests();
}

async function runTests() {
  const testsPath = await (await post({ asks: 'which tests to run' })).text();
  if (testsPath === '') return;
  for (const level of ['log', 'info', 'debug', 'warn', 'error']) {
    // VS Code has given these a setter that does nothing.
    Object.defineProperty(console, level, { value: (...args) => report({ line: format(...args), level }) });
  }
  try {
    // A CommonJS module, as the desktop wants it: its exports are the default export.
    const { default: tests } = await import(testsPath);
    await tests.run();
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

function report(what) {
  reported = reported.then(() => post(what)).catch(() => {});
}

function post(what) {
  return fetch(reports, { method: 'POST', body: JSON.stringify(what) });
}
