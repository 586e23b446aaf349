/** What is wrong in files of servers and in our settings, marked where such a file is open, as it is shown there. */
import {
  Diagnostic,
  DiagnosticSeverity,
  languages,
  Range,
  workspace,
  type Disposable,
  type TextDocument,
} from 'vscode';
import type { FileRange } from '../servers/jsonText.ts';
import { parseMcpFile } from '../servers/mcpFile.ts';
import { EntriesInText } from '../servers/settingsFile.ts';
import { sourceKey, type Source } from '../servers/source.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import type { FoundServers } from './foundServers.ts';
import { faultWords, problemWords } from './messages/servers.ts';
import type { McpFilePlace } from './serverFiles.ts';
import type { SettingsFiles } from './settingsFiles.ts';
import { settingsSources } from './settingsLayers.ts';
import { openDocument } from './textFiles.ts';

export interface DiagnosticParts {
  readonly configured: ConfiguredServers;
  readonly settings: SettingsFiles;
  readonly found: FoundServers;
  readonly places: () => readonly McpFilePlace[];
}

const pauseMs = 200;
const mayHoldServers = /\/\.?(?:mcp|settings)\.json$|\.code-workspace$/;

export class FileDiagnostics implements Disposable {
  private readonly parts: DiagnosticParts;
  private readonly collection = languages.createDiagnosticCollection('MCP OAuth');
  private readonly registrations: readonly { dispose(): unknown }[];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: DiagnosticParts) {
    this.parts = parts;
    const soon = (document: TextDocument) => {
      if (mayHoldServers.test(document.uri.path)) this.drawSoon();
    };
    this.registrations = [
      parts.found.onDidChange(() => this.draw()),
      workspace.onDidOpenTextDocument(soon),
      workspace.onDidCloseTextDocument(soon),
      workspace.onDidChangeTextDocument(({ document }) => soon(document)),
      this.collection,
    ];
    this.draw();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const registration of this.registrations) registration.dispose();
  }

  private drawSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), pauseMs);
  }

  private draw(): void {
    this.collection.clear();
    for (const { uri, kind, source } of this.parts.places()) {
      const document = openDocument(uri);
      if (document === undefined || (source.scope !== 'user' && !workspace.isTrusted)) continue;
      const { problems } = parseMcpFile(document.getText(), kind);
      this.collection.set(
        document.uri,
        problems.map(({ reason, range }) => mark(document, range, faultWords(reason))),
      );
    }
    for (const source of settingsSources()) this.drawSettings(source);
  }

  /** What the editor has read is judged; the places are those of what it shows. */
  private drawSettings(source: Source): void {
    const { configured, settings } = this.parts;
    const place = settings.placeOf(source);
    const document = place && openDocument(place.uri);
    if (place === undefined || document === undefined) return;
    const problems = configured.problems.filter((problem) => sourceKey(problem.source) === sourceKey(source));
    if (problems.length === 0) {
      this.collection.set(document.uri, []);
      return;
    }
    const entries = new EntriesInText(document.getText(), place.kind);
    const marks = problems.flatMap((problem) => {
      const range = entries.findMember(problem);
      return range === undefined ? [] : [mark(document, range, problemWords(problem))];
    });
    this.collection.set(document.uri, marks);
  }
}

function mark(document: TextDocument, { offset, length }: FileRange, words: string): Diagnostic {
  const range = new Range(document.positionAt(offset), document.positionAt(offset + length));
  const diagnostic = new Diagnostic(range, words, DiagnosticSeverity.Error);
  diagnostic.source = 'MCP OAuth';
  return diagnostic;
}
