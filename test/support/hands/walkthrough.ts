// The walkthrough that is open in the editor: its steps, and what can be clicked in the one that is unfolded.
import type { WalkthroughStep } from './hands.ts';
import { click, listed, plain, see, texts, type Workbench } from './workbench.ts';

export async function walkthroughSteps(workbench: Workbench): Promise<readonly WalkthroughStep[]> {
  const steps = workbench.page.locator('.getting-started-step');
  await see(workbench, steps, 'walkthrough', () => openTabs(workbench));
  return Promise.all(
    (await steps.all()).map(async (step) => ({
      title: plain(await step.locator('.step-title').textContent()),
      description: plain((await step.locator('.step-description-container p').allTextContents()).join(' ')),
      buttons: (await step.locator('.button-container .monaco-button').allTextContents()).map(plain),
      isDone: (await step.locator('> [role=checkbox]').getAttribute('aria-checked')) === 'true',
    })),
  );
}

export async function clickWalkthroughButton(
  workbench: Workbench,
  title: string,
  button: string,
): Promise<void> {
  const { page } = workbench;
  const step = page.locator('.getting-started-step').filter({ has: page.getByText(title, { exact: true }) });
  const seen = async () => listed(await texts(page.locator('.getting-started-step .step-title')));
  if ((await step.first().getAttribute('aria-expanded')) !== 'true')
    await click(workbench, step.locator('.step-title'), `step “${title}”`, seen);
  const wanted = step.locator('.button-container .monaco-button').filter({ hasText: button });
  await click(workbench, wanted, `button “${button}” of the step “${title}”`, seen);
}

async function openTabs({ page }: Workbench): Promise<string> {
  return listed(await texts(page.locator('.tabs-container .tab')));
}
