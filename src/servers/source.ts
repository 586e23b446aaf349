/** Where an entry comes from: the settings of the person, of the workspace, or of one of its folders. */

export type Source =
  /** The person's own: user settings, with those of a remote machine over them. */
  | { readonly scope: 'user' }
  /**
   * `.code-workspace`, or `.vscode/settings.json` where one folder is open; `workspace` is the URI of the one or the other
   * as text: what was given to one workspace is not there for the next.
   */
  | { readonly scope: 'workspace'; readonly workspace: string }
  /** `.vscode/settings.json` of one folder of several; `folder` is its URI as text. */
  | { readonly scope: 'folder'; readonly folder: string };

/** What one source says; values as the editor gives them, which may be anything. */
export interface SettingsLayer {
  readonly source: Source;
  /** The value of `mcpOAuth.servers` there. */
  readonly servers: unknown;
  /** The value of `mcpOAuth.inputs` there. An entry has the inputs of its own source and no others. */
  readonly inputs?: unknown;
}

/** Whether it is the person's own, and not what somebody else may have put into a workspace. */
export function isOwn(source: Source): boolean {
  return source.scope === 'user';
}

/** Tells sources apart; one text for each. */
export function sourceKey(source: Source): string {
  switch (source.scope) {
    case 'user':
      return source.scope;
    case 'workspace':
      return `workspace:${source.workspace}`;
    case 'folder':
      return `folder:${source.folder}`;
  }
}
