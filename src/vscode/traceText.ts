/**
 * What a session tried lately as plain text that reads from top to bottom: requests and decisions in their order, and
 * where it stopped. Plain, so that nothing that a server sent becomes a link that does something.
 */
import { liftingSettings, type AuthError } from '../oauth/authError.ts';
import {
  decisionRules,
  failureRules,
  habitRules,
  toleranceRules,
  type Decision,
  type DecisionId,
} from '../oauth/decision.ts';
import type { SessionState } from '../session/state.ts';
import { keptFirst, type Trace, type TraceEntry } from '../session/trace.ts';
import { decisionSentence } from './messages/decisions.ts';
import { failureSentence } from './messages/failures.ts';
import { stateWords } from './messages/states.ts';
import {
  adviceFor,
  attemptNames,
  outcomeWords,
  purposeWords,
  traceMessages as messages,
} from './messages/trace.ts';

export interface TracedServer {
  readonly name: string;
  /** As it is written in the settings. */
  readonly url: string;
  readonly state: SessionState;
  /** The newest first. */
  readonly traces: readonly Trace[];
}

const rulesAddress = 'https://github.com/mcp-oauth/mcp-oauth/blob/main/test/README.md';
const width = 88;
/** Before the text of a decision: the time of requests, the mark, the numbers. */
const timeWidth = 9;
const rulesWidth = 11;

/** What is worth a second look although it went on. */
const oddities: ReadonlySet<DecisionId> = new Set<DecisionId>([
  'challenge_missing',
  'document_passed_over',
  'resource_document_absent',
  'issuer_without_document',
  'tolerated',
  'issuer_moved',
  'redirect_passed_over',
  'registration_passed_over',
  'client_replaced',
  'scopes_narrowed',
  'renewal_unsaved',
  'renewal_judged',
  'remedy_spent',
  'access_granted_already',
  'questions_spent',
]);

/** The whole document. */
export function traceText({ name, url, state, traces }: TracedServer, nowMs: number): string {
  const heads = [
    [messages.server(), shownAddress(url)],
    [messages.state(), stateWords(state)],
    [messages.made(), moment(nowMs)],
  ] as const;
  const headWidth = Math.max(...heads.map(([head]) => head.length)) + 2;
  const title = messages.title(name);
  return [
    title,
    '═'.repeat(title.length),
    '',
    ...heads.map(([head, text]) => head.padEnd(headWidth) + text),
    '',
    ...wrap(messages.about()),
    ...wrap(messages.numbers(rulesAddress)),
    '',
    ...(traces.length === 0 ? ['', ...wrap(messages.nothing(name))] : traces.flatMap(attemptLines)),
    '',
  ].join('\n');
}

/** One attempt, with an empty line before it. */
export function attemptLines(trace: Trace): readonly string[] {
  const { kind, startedAtMs, endedAtMs, outcome, entries, omitted, error } = trace;
  const how =
    outcome === undefined || endedAtMs === undefined
      ? messages.running()
      : messages.after(outcomeWords[outcome](), seconds(endedAtMs - startedAtMs));
  const title = `${attemptNames[kind]()} · ${moment(startedAtMs)} · ${how}`;
  const reasons = entries.flatMap((entry) => (entry.kind === 'request' ? [reasonOf(entry)] : []));
  const column = Math.max(0, ...reasons.map(({ length }) => length));
  const lines = entries.flatMap((entry, index) => [
    ...(omitted > 0 && index === keptFirst ? [indented(messages.omitted(omitted))] : []),
    ...entryLines(entry, startedAtMs, column),
  ]);
  return [
    '',
    title,
    '─'.repeat(Math.min(title.length, width)),
    // Whoever reads no further knows why.
    ...(error === undefined ? [] : [...wrap(failureSentence(error)), '']),
    ...lines,
    ...(error === undefined ? [] : ['', ...failureLines(error)]),
  ];
}

function entryLines(entry: TraceEntry, startedAtMs: number, column: number): readonly string[] {
  if (entry.kind === 'decision') return decisionLines(entry.decision);
  const { atMs, method, address, outcome, durationMs } = entry;
  const time = seconds(Math.max(0, atMs - startedAtMs)).padStart(timeWidth - 2);
  const answer = `${method.padEnd(4)}  ${String(outcome).padEnd(3)} ${`${durationMs} ms`.padStart(8)}`;
  return [`${time}  ${answer}  ${reasonOf(entry).padEnd(column)}  ${placeOf(address)}`];
}

/** Why it was made, and how often in a row. */
function reasonOf({ purpose, times }: Extract<TraceEntry, { kind: 'request' }>): string {
  return purposeWords[purpose]() + (times === 1 ? '' : `, ${messages.times(times)}`);
}

function decisionLines(decision: Decision): readonly string[] {
  const mark = oddities.has(decision.id) ? '!' : '·';
  return block(mark, rulesOf(decision), [decisionSentence(decision)]);
}

/** The point of failure: which one, what the server said beyond the sentence at the top, and what helps. */
export function failureLines(error: AuthError): readonly string[] {
  const { host, status, serverWords, serverCode } = error.facts;
  const sentence = failureSentence(error);
  const words = serverWords ?? serverCode;
  return block('✗', failureRules[error.code], [
    messages.stopped(error.code),
    ...(words === undefined || sentence.includes(words) ? [] : [messages.serverSaid(words)]),
    ...(host === undefined || status === undefined ? [] : [messages.answer(host, status)]),
    messages.whatToTry(adviceFor(error, settingOf(error))),
  ]);
}

/** The setting that bears on a failure, where one does. */
function settingOf({ code, facts }: AuthError): string | undefined {
  return facts.setting ?? (liftingSettings as Partial<Record<string, string>>)[code];
}

function rulesOf(decision: Decision): readonly string[] {
  if (decision.id === 'tolerated') return toleranceRules[decision.tolerance];
  return decision.id === 'habit_followed' ? habitRules[decision.habit] : decisionRules[decision.id];
}

/** Paragraphs behind a mark and the numbers of rules. */
function block(mark: string, rules: readonly string[], paragraphs: readonly string[]): readonly string[] {
  const margin = timeWidth + 2 + rulesWidth;
  const lines = paragraphs.flatMap((paragraph) => wrap(paragraph, width - margin));
  const head = `${' '.repeat(timeWidth)}${mark} ${rules.join(' ').padEnd(rulesWidth)}`;
  return lines.map((line, index) => (index === 0 ? head : ' '.repeat(margin)) + line);
}

function indented(text: string): string {
  return ' '.repeat(timeWidth) + text;
}

/** Lines of words; a word that is longer than a line has one of its own. */
function wrap(text: string, columns = width): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Host and path: only requests to this computer go out unencrypted. */
function placeOf(address: string): string {
  return address.replace(/^https?:\/\//, '');
}

/** An address as it may be shown: its query and its credentials may be keys. */
export function shownAddress(address: string): string {
  return address.replace(/^([a-z][\w+.-]*:\/\/)(?:[^/?#]*@)?([^?#]*).*$/is, '$1$2');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}

function moment(timeMs: number): string {
  return new Date(timeMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}
