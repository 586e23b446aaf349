/** HTML from a template that escapes whatever is put into it: names, addresses and words of servers stay text. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML that may go into another piece as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | Markup | readonly Markup[];

/** Builds HTML: strings are escaped, pieces of HTML and lists of them are not. */
export function html(literals: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(String.raw({ raw: literals }, ...pieces.map(render)));
}

function render(piece: Piece): string {
  if (typeof piece === 'string') return piece.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
  if (piece instanceof Markup) return piece.text;
  return piece.map((one) => one.text).join('');
}
