import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { hands, signInAs, signOut } from './extension.ts';

describe('The walkthrough', () => {
  before(async () => {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'mcp-oauth.mcp-oauth#start');
  });

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('has four steps, each with one thing to do', async () => {
    const steps = await hands.walkthroughSteps();
    assert.deepEqual(
      steps.map(({ title, buttons }) => [title, ...buttons]),
      [
        ['Try the Sandbox', 'Start Sandbox Server'],
        ['Add Your Server', 'Add Server'],
        ['Sign In', 'Sign In'],
        ['Use It in Chat', 'Open Chat'],
      ],
    );
    for (const { title, description } of steps) assert.ok(description.length > 80, title);
    await hands.screenshot('walkthrough', 'workbench', 'light');
  });

  it('does it at a click, and ticks the step off', async () => {
    await hands.clickWalkthroughButton('Add Your Server', 'Add Server');
    assert.equal((await hands.quickInputText()).title, 'Add MCP Server');
    await hands.press('Escape');
    await untilDone('Add Your Server');
  });

  it('ticks off the sign-in once there is one, however it came about', async () => {
    await signInAs('sandbox', 'ada');
    await untilDone('Sign In');
    await signOut('sandbox');
  });
});

async function untilDone(title: string): Promise<void> {
  const isDone = async () =>
    (await hands.walkthroughSteps()).find((step) => step.title === title)?.isDone === true || undefined;
  await eventually(10_000, isDone, () => `The step “${title}” is not ticked off.`);
}
