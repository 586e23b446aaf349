/** Finds each sentence that the source has for people: the calls of `t` in `src/vscode/messages`, read as syntax. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export interface SpokenMessage {
  /** Under which the editor looks the translation up: the message, and behind a slash the comment where it has one. */
  readonly key: string;
  readonly message: string;
  /** File and line, for whoever translates. */
  readonly where: string;
}

export interface Spoken {
  readonly messages: readonly SpokenMessage[];
  /** Calls that no tool can read, with file and line: `t` takes a literal and is only ever called. */
  readonly unreadable: readonly string[];
}

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'src/vscode/messages');

/** All of them, in the order of the source. */
export function spokenMessages(): Spoken {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => path.join(folder, file));
  const spoken = files.map((file) =>
    messagesIn(path.relative(root, file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8')),
  );
  return {
    messages: spoken.flatMap(({ messages }) => messages),
    unreadable: spoken.flatMap(({ unreadable }) => unreadable),
  };
}

/** Those of one file. @param name as it is told with the line. */
export function messagesIn(name: string, text: string): Spoken {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const messages: SpokenMessage[] = [];
  const unreadable: string[] = [];
  const visit = (node: ts.Node): void => {
    const where = `${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    if (ts.isCallExpression(node) && isTranslator(node.expression)) {
      const said = saidBy(node.arguments[0]);
      if (said === undefined) unreadable.push(where);
      else messages.push({ ...said, where });
    } else if (isStray(node)) {
      unreadable.push(where);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { messages, unreadable };
}

/** `t` or `l10n.t`. */
function isTranslator(node: ts.Node): boolean {
  return isNamed(node, 't') || isMemberT(node);
}

function isMemberT(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && isNamed(node.expression, 'l10n') && isNamed(node.name, 't');
}

/** A mention of `t` or `l10n` through which a sentence could be said unseen. */
function isStray(node: ts.Node): boolean {
  const { parent } = node;
  if (isNamed(node, 't'))
    return !isCalled(node) && !ts.isBindingElement(parent) && !(isMemberT(parent) && isCalled(parent));
  if (!isNamed(node, 'l10n')) return false;
  if (ts.isImportSpecifier(parent)) return parent.propertyName !== undefined;
  if (ts.isVariableDeclaration(parent)) return parent.name.getText() !== '{ t }';
  return !ts.isPropertyAccessExpression(parent);
}

function isCalled(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression === node;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** What the first argument says: a literal, or an object with `message` and perhaps `comment`. */
function saidBy(argument: ts.Expression | undefined): Omit<SpokenMessage, 'where'> | undefined {
  if (argument === undefined) return undefined;
  const plain = literalText(argument);
  if (plain !== undefined) return { key: plain, message: plain };
  if (!ts.isObjectLiteralExpression(argument)) return undefined;
  const message = literalText(member(argument, 'message'));
  const comment = member(argument, 'comment');
  const comments =
    comment && ts.isArrayLiteralExpression(comment) ? comment.elements : comment ? [comment] : [];
  const texts = comments.map(literalText);
  if (message === undefined || texts.includes(undefined)) return undefined;
  return { key: texts.length === 0 ? message : `${message}/${texts.join('')}`, message };
}

function literalText(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function member(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const found = object.properties.find((property) => property.name?.getText() === name);
  return found && ts.isPropertyAssignment(found) ? found.initializer : undefined;
}
