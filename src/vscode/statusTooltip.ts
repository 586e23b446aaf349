/** What the item in the status bar shows under the mouse: the servers that need a person first, each with a link that acts. */
import { MarkdownString, ThemeIcon } from 'vscode';
import { byNeed } from '../session/need.ts';
import type { Session } from '../session/session.ts';
import { stateWords } from './messages/states.ts';
import { statusMessages as messages } from './messages/statusBar.ts';
import { stoppedSandboxMessages } from './messages/stoppedSandbox.ts';
import { inMarkdown } from './plainText.ts';
import type { ServerMenu } from './serverMenu.ts';
import { serverItem } from './serverRows.ts';
import { needsSandbox } from './stoppedSandbox.ts';

/** Runs an action on a server: its name and the command that the link spoke of. */
export const actCommand = '_mcpOAuth.act';
export const listCommand = 'mcpOAuth.showServers';

/** More would not be read, and not fit on small screens. */
const serversShown = 10;
const wordsShown = 80;

export function statusTooltip(
  sessions: readonly Session[],
  menu: ServerMenu,
  headline: string,
): MarkdownString {
  const shown = byNeed(sessions).slice(0, serversShown);
  const left = sessions.length - shown.length;
  const lines = [
    `**${inMarkdown(headline)}**`,
    '',
    '| | | |',
    '|:--|:--|:--|',
    ...shown.map((session) => line(session, menu)),
    '',
    link(left > 0 ? messages.more(left) : messages.showAll(), listCommand),
  ];
  const tooltip = new MarkdownString(lines.join('\n'), true);
  // Whatever a server manages to write here, no other command is run from it.
  tooltip.isTrusted = { enabledCommands: [actCommand, listCommand] };
  return tooltip;
}

function line(session: Session, menu: ServerMenu): string {
  const { server, state } = session;
  const { iconPath, contextValue = '' } = serverItem(session, { listed: undefined, isTakenOver: false });
  const icon = iconPath instanceof ThemeIcon ? `$(${iconPath.id})` : '';
  const action = menu.actionFor(contextValue);
  const act = action === undefined ? '' : link(action.title, actCommand, [server.name, action.command]);
  const words = needsSandbox(session) ? stoppedSandboxMessages.notRunning() : stateWords(state);
  return `| ${icon} ${inMarkdown(server.name)} | ${inMarkdown(shortened(words))} | ${act} |`;
}

/** @param values of a command, written so that none of them ends the link. */
function link(text: string, command: string, values?: readonly unknown[]): string {
  const query =
    values === undefined
      ? ''
      : `?${encodeURIComponent(JSON.stringify(values)).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`;
  return `[${inMarkdown(text)}](command:${command}${query})`;
}

function shortened(words: string): string {
  return words.length > wordsShown ? `${words.slice(0, wordsShown - 1)}…` : words;
}
