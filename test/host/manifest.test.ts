import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { definitionProviderId } from '../../src/vscode/mcpDefinitions.ts';
import { serversViewId } from '../../src/vscode/serversTree.ts';
import { extension } from './extension.ts';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Record<string, { readonly scope: string }> };
    readonly mcpServerDefinitionProviders: readonly { readonly id: string }[];
    readonly menus: Record<string, readonly { readonly command: string; readonly when: string }[]>;
    readonly views: Record<string, readonly { readonly id: string }[]>;
  };
}

const manifest = extension().packageJSON as Manifest;

describe('The manifest', () => {
  it('declares every command that the code registers, and the code registers every command that it declares', async () => {
    const ofTheView = new RegExp(`^${serversViewId}\\.`);
    const registered = (await vscode.commands.getCommands(true)).filter(
      (command) => command.startsWith('mcpOAuth.') && !ofTheView.test(command),
    );
    const declared = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(registered.sort(), declared.toSorted());
  });

  it('uses in its menus only commands that it declares', () => {
    const declared = new Set(manifest.contributes.commands.map(({ command }) => command));
    const used = Object.values(manifest.contributes.menus).flatMap((items) =>
      items.map(({ command }) => command),
    );
    assert.deepEqual(
      used.filter((command) => !declared.has(command)),
      [],
    );
  });

  it('declares the view, the MCP provider and the setting that the code uses', () => {
    assert.deepEqual(
      Object.values(manifest.contributes.views)
        .flat()
        .map(({ id }) => id),
      [serversViewId],
    );
    assert.deepEqual(
      manifest.contributes.mcpServerDefinitionProviders.map(({ id }) => id),
      [definitionProviderId],
    );
    assert.deepEqual(Object.keys(manifest.contributes.configuration.properties), [
      'mcpOAuth.servers',
      'mcpOAuth.inputs',
      'mcpOAuth.clientMetadataUrl',
    ]);
  });

  it('takes no server from a workspace that is not trusted', () => {
    const properties = Object.entries(manifest.contributes.configuration.properties);
    // No workspace has a say in settings of the application.
    const settings = properties.filter(([, { scope }]) => scope !== 'application').map(([name]) => name);
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, settings);
  });

  it('has a text for every key and a key for every text', () => {
    const file = (name: string) => readFileSync(path.join(extension().extensionPath, name), 'utf8');
    const keys = [...file('package.json').matchAll(/"%([^%]+)%"/g)].map(([, key]) => key);
    assert.deepEqual(
      [...new Set(keys)].sort(),
      Object.keys(JSON.parse(file('package.nls.json')) as object).sort(),
    );
  });
});
