// The extension that runs the tests: loads the module named in the environment, and reports what it prints and how it
// ends to the launcher. What is printed stays in order, since each report waits for the one before.
import { format } from 'node:util';

const { MCP_OAUTH_TEST_REPORTS: reports, MCP_OAUTH_TESTS_PATH: testsPath } = process.env;
let reported = Promise.resolve();

export async function activate() {
  for (const level of ['log', 'info', 'debug', 'warn', 'error']) {
    // VS Code has given these a setter that does nothing.
    Object.defineProperty(console, level, { value: (...args) => report({ line: format(...args), level }) });
  }
  // Not awaited: tests may want this activation to be over, and they take their time.
  void runTests();
}

async function runTests() {
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

function report(what) {
  reported = reported
    .then(() => fetch(reports, { method: 'POST', body: JSON.stringify(what) }))
    .catch(() => {});
}
