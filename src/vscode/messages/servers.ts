/** What the rows of the tree say of entries: where they come from, what they wait for, what is wrong with them. */
import { l10n } from 'vscode';
import { quotable } from '../../oauth/authError.ts';
import type { InputDefinition } from '../../servers/inputs.ts';
import type { FileProblemReason } from '../../servers/mcpFile.ts';
import type { SettingsProblem } from '../../servers/settings.ts';
import type { Source } from '../../servers/source.ts';

const { t } = l10n;

export const rowMessages = {
  needsValue: (wanted: readonly string[]) => t('needs a value: {0}', wanted.join(', ')),
  at: (file: string, line: number, words: string) => `${file}:${line}: ${words}`,
  in: (file: string) => t('in {0}', file),
  foundIn: (file: string) => t('From {0}', file),
  open: () => t('Open'),
  notTrusted: () => t('not trusted'),
  notTrustedIn: (file: string) =>
    t('{0} names this server. It is not contacted, and not asked for, until you trust this workspace.', file),
  /** Nothing for the person's own settings, where most are. */
  from: (source: Source): readonly string[] => {
    switch (source.scope) {
      case 'user':
        return [];
      case 'workspace':
        return [t('From the settings of this workspace')];
      case 'folder':
        return [t('From the settings of the folder “{0}”', folderName(source.folder))];
    }
  },
};

/** What an input is called where it is asked for; a workspace says so, and the editor makes links of some texts. */
export function inputName({ id, description }: Pick<InputDefinition, 'id' | 'description'>): string {
  return quotable(description) ?? quotable(id) ?? '';
}

export function folderName(folder: string): string {
  return decodeURIComponent(/[^/]+(?=\/*$)/.exec(folder)?.[0] ?? folder);
}

/** What is wrong with an entry of the settings. */
export function problemWords({ member, reason, variable, takenBy }: SettingsProblem): string {
  switch (reason) {
    case 'taken':
      return takenWords(member, takenBy);
    case 'personal':
      return t('“{0}” counts in your user settings only', member);
    case 'input_undefined':
      return t('{0} is defined nowhere: add it to “mcpOAuth.inputs”', variable ?? member);
    case 'input_unsupported':
      return t('{0} is an input of a kind that is not supported', variable ?? member);
    case 'variable_unknown':
      return t('{0} has no value here', variable ?? member);
    case 'unusable':
      break;
  }
  if (member === 'name') return t('this name is not usable: it has to be one line of up to 100 characters');
  if (member === 'entry') return t('this entry in the settings is not usable');
  if (member === 'oauth.assertionFile')
    return t('“{0}” has to be an absolute path, in your user settings', member);
  return t('“{0}” in the settings is not usable', member);
}

/** Nobody may lead a server of the person elsewhere by giving another its name. */
function takenWords(member: string, takenBy: Source | undefined): string {
  const isOwn = takenBy?.scope === 'user';
  if (member === 'entry')
    return isOwn
      ? t('not used: your own settings have this name for another server')
      : t('not used: another folder has this name for another server');
  return isOwn
    ? t('not used: “{0}” differs from your own server of this name', member)
    : t('not used: “{0}” differs from the server of this name in another folder', member);
}

/** What is wrong in a file that is not ours. */
export function faultWords(reason: FileProblemReason): string {
  return faults[reason]();
}

const faults: Record<FileProblemReason, () => string> = {
  too_large: () => t('the file is too large to be read'),
  too_deep: () => t('this is nested too deeply to be read'),
  syntax: () => t('this is no JSON'),
  value_expected: () => t('a value is missing'),
  name_expected: () => t('a name in double quotes is missing'),
  colon_expected: () => t('a colon is missing'),
  comma_expected: () => t('a comma is missing'),
  brace_expected: () => t('a closing brace is missing'),
  bracket_expected: () => t('a closing bracket is missing'),
  end_expected: () => t('nothing more may follow here'),
  unfinished_comment: () => t('this comment has no end'),
  unfinished_text: () => t('this text has no closing quote'),
  bad_character: () => t('a character here is not allowed'),
  not_object: () => t('an object in braces is expected here'),
  repeated: () => t('this name stands here more than once; the last one counts'),
  name: () => t('this name is not usable: it has to be one line of up to 100 characters'),
  url: () => t('“url” has to be an https address, or an http address on this computer'),
  headers: () => t('“headers” have to be names with texts of one line'),
  input_undefined: () => t('an input is used here that is defined nowhere'),
  input_unsupported: () => t('an input is used here whose kind is not supported'),
};
