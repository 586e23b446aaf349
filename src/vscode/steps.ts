/** Questions that follow each other at the top of the window: Escape ends them, Back leads to the one before. */
import { QuickInputButtons, window, type QuickInput, type QuickPickItem } from 'vscode';

/** Undefined where the person went away. */
export type Answer<Value> = { readonly value: Value } | 'back' | undefined;

export interface Question {
  readonly title: string;
  readonly canGoBack: boolean;
}

export interface TextQuestion extends Question {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly isHidden?: boolean;
  /** What is wrong with a text; undefined for one that can be taken. */
  readonly problemOf: (text: string) => string | undefined;
}

export async function askText(question: TextQuestion): Promise<Answer<string>> {
  const box = window.createInputBox();
  box.prompt = question.prompt;
  box.value = question.value;
  box.placeholder = question.placeholder;
  box.password = question.isHidden === true;
  return ask(box, question, (answer) => {
    // Nobody is told what is wrong with a text that is still empty.
    const check = () =>
      (box.validationMessage = box.value === '' ? undefined : question.problemOf(box.value));
    return [
      box.onDidChangeValue(check),
      box.onDidAccept(() => {
        box.validationMessage = question.problemOf(box.value);
        if (box.validationMessage === undefined)
          answer({ value: question.isHidden === true ? box.value : box.value.trim() });
      }),
    ];
  });
}

export interface PickQuestion<Item extends QuickPickItem> extends Question {
  readonly placeholder: string;
  readonly items: readonly Item[];
}

export async function askPick<Item extends QuickPickItem>(
  question: PickQuestion<Item>,
): Promise<Answer<Item>> {
  const pick = window.createQuickPick<Item>();
  pick.items = question.items;
  pick.placeholder = question.placeholder;
  pick.matchOnDetail = true;
  return ask(pick, question, (answer) => [
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen !== undefined) answer({ value: chosen });
    }),
  ]);
}

/** Several of many; all of them are chosen at first. */
export async function askPicks<Item extends QuickPickItem>(
  question: PickQuestion<Item>,
): Promise<Answer<readonly Item[]>> {
  const pick = window.createQuickPick<Item>();
  pick.canSelectMany = true;
  pick.items = question.items;
  pick.selectedItems = question.items;
  pick.placeholder = question.placeholder;
  return ask(pick, question, (answer) => [
    pick.onDidAccept(() => {
      if (pick.selectedItems.length > 0) answer({ value: pick.selectedItems });
    }),
  ]);
}

type Buttons = Pick<ReturnType<typeof window.createInputBox>, 'buttons' | 'onDidTriggerButton'>;

async function ask<Value>(
  input: QuickInput & Buttons,
  { title, canGoBack }: Question,
  follow: (answer: (answer: Answer<Value>) => void) => readonly { dispose(): unknown }[],
): Promise<Answer<Value>> {
  const { promise, resolve } = Promise.withResolvers<Answer<Value>>();
  input.title = title;
  input.ignoreFocusOut = true;
  input.buttons = canGoBack ? [QuickInputButtons.Back] : [];
  const registrations = [
    ...follow(resolve),
    input.onDidTriggerButton((button) => {
      if (button === QuickInputButtons.Back) resolve('back');
    }),
    input.onDidHide(() => resolve(undefined)),
  ];
  input.show();
  try {
    return await promise;
  } finally {
    for (const registration of registrations) registration.dispose();
    input.dispose();
  }
}
