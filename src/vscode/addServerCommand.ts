/**
 * Adds servers from an address, from a piece of any client's configuration, or from what was found in a file; then offers
 * to sign in. Nothing is written before the last question was answered.
 */
import { commands, window, workspace, type QuickPickItem } from 'vscode';
import { readSnippet, type PastedEntry, type ReadSnippet } from '../servers/snippet.ts';
import type { Source } from '../servers/source.ts';
import { unmanaged, type FoundServer } from './foundServers.ts';
import { addServerMessages as messages } from './messages/serverFiles.ts';
import { folderName } from './messages/servers.ts';
import { besideLinks } from './notificationLinks.ts';
import { inLabel } from './plainText.ts';
import { workspaceSources } from './settingsLayers.ts';
import { askPick, askPicks, askText, type Answer } from './steps.ts';
import {
  isTaken,
  manageServerCommand,
  nameProblem,
  settingsEntry,
  type TakeOverParts,
} from './takeOverCommands.ts';

/** What was answered so far; later questions read it. */
interface Draft {
  pasted: string;
  snippet: Extract<ReadSnippet, { entries: readonly PastedEntry[] }>;
  chosen: readonly PastedEntry[];
  named: ReadonlyMap<PastedEntry, string>;
  /** Whose Authorization header is left out. */
  withoutHeader: ReadonlySet<PastedEntry>;
  source: Source;
}

/** One question, or several of a kind; whether it was worth asking decides if Back stops there. */
type Step = (draft: Draft, canGoBack: boolean) => Promise<'next' | 'skipped' | 'back' | 'left' | FoundServer>;

export async function addServerCommand(parts: TakeOverParts): Promise<void> {
  await parts.files.read();
  const steps = stepsFor(parts);
  const draft: Draft = {
    pasted: '',
    snippet: { entries: [], inputs: [] },
    chosen: [],
    named: new Map(),
    withoutHeader: new Set(),
    source: { scope: 'user' },
  };
  const asked: number[] = [];
  for (let at = 0; at < steps.length;) {
    const outcome = await steps[at]?.(draft, asked.length > 0);
    if (outcome === 'left') return;
    if (typeof outcome === 'object') return manageServerCommand(parts, outcome);
    if (outcome === 'back') at = asked.pop() ?? 0;
    else {
      if (outcome === 'next') asked.push(at);
      at += 1;
    }
  }
  await add(parts, draft);
}

async function add(
  { settings, follow, sessions, configured, clock }: TakeOverParts,
  draft: Draft,
): Promise<void> {
  const added = draft.chosen.map((entry) => {
    const { headers } = entry;
    const kept = draft.withoutHeader.has(entry)
      ? Object.fromEntries(Object.entries(headers).filter(([name]) => !isAuthorization(name)))
      : headers;
    return { name: draft.named.get(entry) ?? '', entry: settingsEntry({ ...entry, headers: kept }) };
  });
  const [first, ...others] = added;
  if (first === undefined) return;
  const written = [{ ...first, inputs: draft.snippet.inputs }, ...others];
  if (!(await settings.put(draft.source, written))) return;
  await follow();
  const session = others.length === 0 ? sessions.find(first.name) : undefined;
  const waits = configured.waiting.find(({ name }) => added.some((server) => server.name === name));
  const names = added.map(({ name }) => name);
  if (waits === undefined && session?.state.kind === 'needs_auth') {
    const { offerSignIn } = await import('./signInOffer.ts');
    offerSignIn({ sessions, clock }, session, { sentence: messages.added(names.map(besideLinks)) });
    return;
  }
  const enter = messages.enterValues();
  const buttons = waits === undefined ? [] : [enter];
  if ((await window.showInformationMessage(messages.added(names), ...buttons)) === enter)
    await commands.executeCommand('mcpOAuth.enterValues', waits);
}

function stepsFor({ configured, found }: TakeOverParts): readonly Step[] {
  const title = messages.title();
  const pickKind: Step = async (_, canGoBack) => {
    const servers = unmanaged(found.current.servers, configured.servers);
    if (servers.length === 0) return 'skipped';
    type Item = QuickPickItem & { readonly found?: FoundServer };
    const items: readonly Item[] = [
      { label: messages.paste(), detail: messages.pasteDetail() },
      ...servers.map((found) => ({
        label: inLabel(found.entry.name),
        description: inLabel(messages.manage(found.place.label)),
        detail: inLabel(found.entry.url),
        found,
      })),
    ];
    const answer = await askPick({ title, canGoBack, placeholder: messages.pickKind(), items });
    return outcomeOf(answer, ({ found: picked }) => picked);
  };
  const paste: Step = async (draft, canGoBack) => {
    const answer = await askText({
      title,
      canGoBack,
      prompt: messages.urlPrompt(),
      placeholder: 'https://mcp.example.com/mcp',
      value: draft.pasted,
      problemOf(text) {
        const { refusal } = readSnippet(text);
        return refusal === undefined ? undefined : messages.refused(refusal);
      },
    });
    return outcomeOf(answer, (text) => {
      const snippet = readSnippet(text);
      if (snippet.refusal !== undefined) return undefined;
      Object.assign(draft, { pasted: text, snippet, chosen: snippet.entries } satisfies Partial<Draft>);
      return undefined;
    });
  };
  const choose: Step = async (draft, canGoBack) => {
    const { entries } = draft.snippet;
    if (entries.length < 2) return 'skipped';
    const items = entries.map((entry) => ({
      label: inLabel(entry.name ?? proposeName(entry.url)),
      detail: inLabel(entry.url),
      entry,
    }));
    const answer = await askPicks({ title, canGoBack, placeholder: messages.pickEntries(), items });
    return outcomeOf(answer, (picked) => {
      draft.chosen = picked.map(({ entry }) => entry);
      return undefined;
    });
  };
  const name: Step = async (draft, canGoBack) => {
    const named = new Map<PastedEntry, string>();
    const isFree = (text: string) =>
      nameProblem(configured, text) ??
      ([...named.values()].includes(text) ? messages.nameTaken(inLabel(text)) : undefined);
    let wasAsked = false;
    for (const entry of draft.chosen) {
      const proposed = entry.name ?? proposeName(entry.url);
      // A person who pastes one server may want to call it something else; of many, those that cannot keep their names.
      const isClear = draft.chosen.length > 1 && isFree(proposed) === undefined;
      const answer: Answer<string> = isClear
        ? { value: proposed }
        : await askText({
            title,
            canGoBack,
            prompt: messages.namePrompt(inLabel(entry.url)),
            value: isTaken(configured, proposed) && draft.chosen.length > 1 ? `${proposed}-2` : proposed,
            problemOf: (text) => isFree(text.trim()),
          });
      if (answer === undefined) return 'left';
      if (answer === 'back') return 'back';
      wasAsked ||= !isClear;
      named.set(entry, answer.value);
    }
    draft.named = named;
    return wasAsked ? 'next' : 'skipped';
  };
  const header: Step = async (draft, canGoBack) => {
    const without = new Set<PastedEntry>();
    const bringing = draft.chosen.filter(({ headers }) => Object.keys(headers).some(isAuthorization));
    for (const entry of bringing) {
      const items = [
        { label: messages.signInInstead(), detail: messages.signInInsteadDetail() },
        { label: messages.keepHeader(), detail: messages.keepHeaderDetail() },
      ];
      const placeholder = messages.headerQuestion(draft.named.get(entry) ?? '');
      const answer = await askPick({ title, canGoBack, placeholder, items });
      if (answer === undefined) return 'left';
      if (answer === 'back') return 'back';
      if (answer.value === items[0]) without.add(entry);
    }
    draft.withoutHeader = without;
    return bringing.length > 0 ? 'next' : 'skipped';
  };
  const scope: Step = async (draft, canGoBack) => {
    const shared = workspace.isTrusted ? workspaceSources() : [];
    if (shared.length === 0) return 'skipped';
    const items = [{ scope: 'user' } as const, ...shared].map((source) => ({
      ...scopeWords(source),
      source,
    }));
    const answer = await askPick({ title, canGoBack, placeholder: messages.pickScope(), items });
    return outcomeOf(answer, ({ source }) => {
      draft.source = source;
      return undefined;
    });
  };
  return [pickKind, paste, choose, name, header, scope];
}

/** Takes the answer in, where there is one. */
function outcomeOf<Value>(
  answer: Answer<Value>,
  take: (value: Value) => FoundServer | undefined,
): 'next' | 'back' | 'left' | FoundServer {
  if (answer === undefined) return 'left';
  return answer === 'back' ? answer : (take(answer.value) ?? 'next');
}

function scopeWords(source: Source): { readonly label: string; readonly detail: string } {
  switch (source.scope) {
    case 'user':
      return { label: messages.userScope(), detail: messages.userScopeDetail() };
    case 'workspace':
      return { label: messages.workspaceScope(), detail: messages.workspaceScopeDetail() };
    case 'folder':
      return {
        label: messages.folderScope(inLabel(folderName(source.folder))),
        detail: messages.workspaceScopeDetail(),
      };
  }
}

function isAuthorization(header: string): boolean {
  return header.toLowerCase() === 'authorization';
}

/** `mcp.linear.app` and `api.linear.app` are best called `linear`. */
function proposeName(url: string): string {
  const host = URL.parse(url)?.host ?? '';
  const labels = host
    .replace(/:\d+$/, '')
    .split('.')
    .filter((label) => !/^(mcp|api|www)$/.test(label));
  return /^\d+$/.test(labels[0] ?? '') ? host : (labels[0] ?? '');
}
