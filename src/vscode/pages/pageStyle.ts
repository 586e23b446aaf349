/** The look of our pages: colours and fonts of the theme alone, so that they are at home in each, high contrast too. */

/** Fields are told from the page by their edge, which many themes leave all but invisible. */
const fieldEdge =
  'var(--vscode-contrastBorder, color-mix(in srgb, var(--vscode-foreground) 45%, transparent))';
const edge = 'var(--vscode-contrastBorder, transparent)';

export const pageStyle = `
* { box-sizing: border-box; }
body {
  margin: 0; padding: 0; background: var(--vscode-editor-background); color: var(--vscode-foreground);
  font: var(--vscode-font-size, 13px)/1.5 var(--vscode-font-family, system-ui, sans-serif);
}
main { max-width: 46rem; margin: 0 auto; padding: 32px 28px 56px; }
h1 { margin: 0; font-size: 1.85em; font-weight: 600; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0; font-size: 1.2em; font-weight: 600; line-height: 28px; }
p { margin: 8px 0 0; }
h1 span, .isolated, code { unicode-bidi: isolate; }
.quiet { color: var(--vscode-descriptionForeground); }
.address { overflow-wrap: anywhere; }
code {
  padding: 0; background: none; color: var(--vscode-foreground); font-family: var(--vscode-editor-font-family, monospace);
  font-size: var(--vscode-editor-font-size, 1em); overflow-wrap: anywhere;
}
.notice {
  margin: 20px 0 0; padding: 12px 16px; border: 1px solid ${edge}; border-left: 4px solid var(--vscode-editorWarning-foreground, currentColor);
  border-radius: 4px; background: var(--vscode-textBlockQuote-background, transparent); overflow-wrap: anywhere;
}
.notice.calm { border-left-color: var(--vscode-textLink-foreground, currentColor); }
.notice p:first-child { margin-top: 0; }
blockquote { margin: 4px 0 0; padding: 0; border: 0; background: none; color: inherit; font-style: italic; unicode-bidi: isolate; }
blockquote::before { content: open-quote; }
blockquote::after { content: close-quote; }
.steps { margin: 32px 0 0; padding: 0; list-style: none; counter-reset: step; }
.steps > li { position: relative; padding-left: 44px; counter-increment: step; }
.steps > li + li { margin-top: 32px; }
.steps > li::before {
  content: counter(step); position: absolute; left: 0; top: 0; width: 28px; height: 28px; border: 1px solid ${edge}; border-radius: 50%;
  background: var(--vscode-badge-background); color: var(--vscode-badge-foreground); font-weight: 600; line-height: 26px; text-align: center;
}
.uris, .hints { margin: 12px 0 0; padding: 0; list-style: none; }
.uris > li { display: flex; align-items: center; gap: 12px; }
.uris > li + li { margin-top: 8px; }
.uris div {
  flex: 1; min-width: 0; padding: 6px 10px; border: 1px solid var(--vscode-input-border, ${edge}); border-radius: 4px;
  background: var(--vscode-textCodeBlock-background, var(--vscode-input-background));
}
.uris span { display: block; font-size: .92em; }
.hints { padding-left: 18px; list-style: disc; }
.hints li + li { margin-top: 4px; }
label, .label { display: block; margin: 16px 0 0; font-weight: 600; }
label small { font-size: 1em; font-weight: 400; color: var(--vscode-descriptionForeground); }
.field { display: flex; gap: 8px; margin-top: 6px; max-width: 32rem; }
input, select {
  flex: 1; min-width: 0; height: 32px; padding: 4px 8px; border: 1px solid ${fieldEdge};
  border-radius: 4px; background: var(--vscode-input-background); color: var(--vscode-input-foreground); font: inherit;
}
input { font-family: var(--vscode-editor-font-family, monospace); }
select {
  background: var(--vscode-dropdown-background); color: var(--vscode-dropdown-foreground);
}
input[aria-invalid="true"] { border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground)); }
.hint, .problem { max-width: 32rem; margin-top: 6px; font-size: .92em; }
.hint { color: var(--vscode-descriptionForeground); }
.problem, .outcome.failed { color: var(--vscode-editorError-foreground, var(--vscode-errorForeground)); }
.problem::before, .outcome.failed::before { content: "\\26A0\\00A0"; }
.problem:empty, .hint:empty, .outcome:empty { display: none; }
details { margin-top: 20px; }
summary { width: fit-content; border-radius: 2px; color: var(--vscode-textLink-foreground); cursor: pointer; }
.actions { display: flex; flex-wrap: wrap; gap: 10px; margin-top: 24px; }
.step-action { margin-top: 14px; }
.centred .actions ~ .quiet { margin-top: 20px; }
.centred .quiet ~ .quiet { margin-top: 4px; }
.outcome { margin-top: 14px; scroll-margin-bottom: 24px; overflow-wrap: anywhere; }
button {
  flex: none; min-height: 32px; padding: 4px 14px; border: 1px solid var(--vscode-button-border, ${edge}); border-radius: 4px;
  background: var(--vscode-button-secondaryBackground, transparent); color: var(--vscode-button-secondaryForeground, inherit); font: inherit; cursor: pointer;
}
button:hover { background: var(--vscode-button-secondaryHoverBackground, transparent); }
button.primary { background: var(--vscode-button-background, transparent); color: var(--vscode-button-foreground, inherit); }
button.primary:hover { background: var(--vscode-button-hoverBackground, transparent); }
button[aria-disabled="true"] { opacity: .6; cursor: progress; }
.narrow { min-width: 6.5em; padding: 4px 10px; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 2px; }
.centred { text-align: center; }
.centred .actions { justify-content: center; }
.centred .notice { text-align: start; }
.code {
  margin: 24px 0 0; padding: 24px 16px; border: 1px solid var(--vscode-widget-border, ${edge}); border-radius: 8px;
  background: var(--vscode-textCodeBlock-background, transparent); color: var(--vscode-foreground);
  font: 600 clamp(2rem, 9vw, 4.5rem)/1.2 var(--vscode-editor-font-family, monospace); letter-spacing: .08em; overflow-wrap: anywhere;
}
.code span { user-select: all; unicode-bidi: isolate; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; user-select: none; }
[hidden] { display: none !important; }
@media (max-width: 34rem) {
  main { padding: 20px 16px 40px; }
  .steps > li { padding-left: 0; }
  .steps > li > h2 { padding-left: 40px; }
  .uris > li { flex-wrap: wrap; }
  .uris div { flex-basis: 100%; }
}
`;
