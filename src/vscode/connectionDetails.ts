/** All that a test of a connection found, as a document to read. It is plain text, for most of it is a server's own words. */
import { quotable } from '../oauth/authError.ts';
import type { TestedServer, TestedTool } from './connectionReport.ts';
import { connectionDetails as words, connectionMessages as messages } from './messages/connectionTest.ts';
import { besideLinks } from './notificationLinks.ts';

/** Who was signed in when the server was tested, and where it is. */
export interface TestedAs {
  /** Its name among the person's servers. */
  readonly name: string;
  /** As it is shown: with the variables that were written, not with what stands for them. */
  readonly url: string;
  readonly account: string | undefined;
  readonly scopes: readonly string[];
}

const columns = 80;
const mostTools = 500;
const mostCapabilities = 50;

export function detailsText(server: TestedServer, { name, url, account, scopes }: TestedAs): string {
  const facts: readonly (readonly [string, string])[] = [
    [words.server(), serverLabel(server)],
    [words.address(), url],
    [words.revision(), quotable(server.revision) ?? words.notSaid()],
    [words.transport(), words.transports[server.transport]()],
    [words.capabilities(), listed(server.capabilities.slice(0, mostCapabilities).sort(), words.none())],
    [words.account(), account ?? words.none()],
    [words.scopes(), listed(scopes, account === undefined ? words.none() : words.notSaid())],
    [words.answered(), words.milliseconds(server.answeredInMs)],
  ];
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  const { tools } = server;
  const left = tools.length - mostTools;
  return [
    words.title(name),
    '',
    ...facts.map(([label, value]) => label.padEnd(width) + value),
    '',
    words.tools(tools.length),
    ...(tools.length > 0 ? [words.origin()] : []),
    ...tools.slice(0, mostTools).flatMap(toolLines),
    ...(left > 0 ? ['', words.moreTools(left)] : []),
    '',
  ].join('\n');
}

/** The same in short, for a notification: of a server's own words none makes a link there. */
export function worksSentence(
  { title, name, tools }: TestedServer,
  tested: Pick<TestedAs, 'name' | 'account'>,
): string {
  const label = besideLinks(title ?? '') || besideLinks(name) || messages.theServer();
  const account = tested.account === undefined ? undefined : besideLinks(tested.account);
  return `${messages.works(tested.name, account)} ${messages.offers(label, tools.length)}`;
}

/** What a server calls itself, in one line. */
export function serverLabel({ name, title, version }: TestedServer): string {
  const label = quotable(title) ?? quotable(name);
  return [label, quotable(version)].filter((part) => part !== undefined).join(' ') || words.notSaid();
}

function listed(texts: readonly string[], nothing: string): string {
  return texts.flatMap((text) => quotable(text) ?? []).join(', ') || nothing;
}

function toolLines({ name, description }: TestedTool): readonly string[] {
  return ['', quotable(name) ?? words.notSaid(), ...folded(quotable(description) ?? '')];
}

/** Lines of a bearable length, indented; a word that is longer stays whole. */
function folded(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= columns) lines.push(`    ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
