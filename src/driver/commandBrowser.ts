/**
 * The person's own browser, as the environment variable `BROWSER` names it: commands separated like a path list, the
 * first that takes the address. No shell sees the address, which a server chose.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from '../session/ports.ts';

const placeholder = '%s';

/**
 * @param commands value of `BROWSER`; `%s` stands for the address, which is added at the end where it is missing.
 * @param answerOver when nobody waits any more for the answer of the sign-in; some browsers run for as long as their window is open.
 */
export function commandBrowser(commands: string, answerOver: () => Promise<unknown>): Browser {
  return {
    async open(url) {
      for (const command of commands.split(path.delimiter).filter((text) => text.trim() !== '')) {
        if (await takes(command.trim(), url, answerOver())) return true;
      }
      return false;
    },
  };
}

/** False where the program cannot be started or says by its exit code that it could not open the address. */
function takes(command: string, url: string, over: Promise<unknown>): Promise<boolean> {
  const [program = '', ...args] = wordsOf(command);
  const filled = args.map((word) => word.replaceAll(placeholder, () => url));
  const browser = spawn(program, args.some((word) => word.includes(placeholder)) ? filled : [...args, url], {
    stdio: 'ignore',
    shell: false,
    detached: true,
  });
  // It may outlive this program.
  browser.unref();
  return new Promise((resolve) => {
    browser.once('error', () => resolve(false));
    browser.once('exit', (code) => resolve(code === 0));
    void over.then(() => resolve(true));
  });
}

/** The path of a program may hold spaces; otherwise they separate its arguments. */
function wordsOf(command: string): readonly string[] {
  return existsSync(command) ? [command] : command.split(/\s+/);
}
