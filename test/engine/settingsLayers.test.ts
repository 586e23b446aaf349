// Whose settings are read: the person's own, and those of a workspace that is trusted. The editor is a stand-in that says
// what it is told to; how the real one merges settings and asks for trust is shown in test/host.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import esbuild from 'esbuild';
import type { settingsLayers as SettingsLayers } from '../../src/vscode/settingsLayers.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What the stand-in for the editor says. */
interface Editor {
  isTrusted: boolean;
  workspaceFile: string | undefined;
  workspaceFolders: readonly { readonly uri: string }[];
  settings: Readonly<Record<string, unknown>>;
}

const standIn = `
export const workspace = {
  getConfiguration: () => ({ inspect: (name) => workspace.settings[name] }),
};
export const Uri = { parse: (text) => text };
`;

let settingsLayers: typeof SettingsLayers;
let workspace: Editor;

before(async () => {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `export * from './src/vscode/settingsLayers.ts'; export { workspace } from 'vscode';`,
      resolveDir: root,
    },
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    write: false,
    plugins: [
      {
        name: 'stand-in',
        setup(build) {
          build.onResolve({ filter: /^vscode$/ }, () => ({ path: 'vscode', namespace: 'stand-in' }));
          build.onLoad({ filter: /.*/, namespace: 'stand-in' }, () => ({ contents: standIn }));
        },
      },
    ],
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  ({ settingsLayers, workspace } = (await import(`data:text/javascript;base64,${code}`)) as {
    settingsLayers: typeof SettingsLayers;
    workspace: Editor;
  });
});

beforeEach(() => {
  workspace.isTrusted = true;
  workspace.workspaceFile = 'file:///all.code-workspace';
  workspace.workspaceFolders = [{ uri: 'file:///one' }];
  workspace.settings = {
    servers: {
      globalValue: { own: { url: 'https://own.example' } },
      workspaceValue: { shared: { url: 'https://shared.example' } },
      workspaceFolderValue: { ofFolder: { url: 'https://folder.example' } },
    },
  };
});

describe('Settings are read', () => {
  it('of the person, the workspace and its folders where the workspace is trusted', () => {
    const layers = settingsLayers();
    assert.deepEqual(
      layers.map(({ source: { scope }, servers }) => [scope, Object.keys(servers as object)]),
      [
        ['user', ['own']],
        ['workspace', ['shared']],
        ['folder', ['ofFolder']],
      ],
    );
  });

  it('of the person alone where the workspace is not trusted, with files and folders or without', () => {
    workspace.isTrusted = false;
    assert.deepEqual(
      settingsLayers().map(({ source }) => source),
      [{ scope: 'user' }],
    );
    workspace.workspaceFile = undefined;
    assert.deepEqual(
      settingsLayers().map(({ source }) => source),
      [{ scope: 'user' }],
    );
  });

  it('of a remote machine whole, so that no header of one goes to the address of another', () => {
    workspace.settings = {
      servers: {
        globalValue: { a: { url: 'https://remote.example', headers: { 'x-key': 'local' } }, b: {} },
        globalLocalValue: { a: { url: 'https://local.example', headers: { 'x-key': 'local' } }, b: {} },
        globalRemoteValue: { a: { url: 'https://remote.example' } },
      },
    };
    assert.deepEqual(settingsLayers()[0]?.servers, { a: { url: 'https://remote.example' }, b: {} });
  });
});
