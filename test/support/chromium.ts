// Finds a Chromium or Chrome on this machine, fetches Debian's where that is possible, and starts it headless.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { chromium, type Browser } from 'playwright-core';

import { runInstallStep } from './installStep.ts';

/** What keeps the browser quiet and still on a machine without a screen, a sandbox for root or a network. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-domain-reliability',
];

/** Starts the browser; headless unless told otherwise. */
export async function launchChromium(options: { readonly headless?: boolean } = {}): Promise<Browser> {
  const executablePath = await provideChromium();
  return chromium.launch({ executablePath, args: flags, headless: options.headless ?? true });
}

/** The path of a browser; installs Debian's where there is none and this process may. */
export async function provideChromium(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  if (!mayUseApt()) {
    throw new Error(
      'No Chromium or Chrome was found. Install one, or name its executable in MCP_OAUTH_BROWSER.',
    );
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runInstallStep({
    sentence: 'Reading the list of packages (apt-get update)',
    command: 'apt-get',
    args: ['update'],
    env,
  });
  await runInstallStep({
    sentence: 'Installing Chromium, which is needed to show VS Code (apt-get install)',
    command: 'apt-get',
    args: ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    env,
  });
  const installed = findChromium();
  if (installed === undefined) throw new Error('Chromium was installed, but its executable was not found.');
  return installed;
}

function findChromium(): string | undefined {
  const { MCP_OAUTH_BROWSER, CHROME_PATH } = process.env;
  const named = MCP_OAUTH_BROWSER ?? CHROME_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`MCP_OAUTH_BROWSER or CHROME_PATH names ${named}, but there is no such file.`);
  }
  return candidates().find((candidate) => existsSync(candidate));
}

function candidates(): readonly string[] {
  if (process.platform === 'darwin') {
    return [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ];
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => process.env[name])
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => [
        path.join(folder, 'Google/Chrome/Application/chrome.exe'),
        path.join(folder, 'Microsoft/Edge/Application/msedge.exe'),
      ]);
  }
  return ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser', '/snap/bin/chromium'];
}

/** Only root on Debian or Ubuntu installs without being asked for a password. */
function mayUseApt(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return false;
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
}
