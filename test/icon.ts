/** `npm run icon`: draws `media/icon.png`, which the Marketplace takes, from `media/icon.svg`, which a person edits. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { launchChromium } from './support/chromium.ts';

/** Twice what the Marketplace shows, for fine screens. */
const side = 256;

const media = path.resolve(import.meta.dirname, '../media');
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  await page.setContent(
    `<body style="margin:0">${readFileSync(path.join(media, 'icon.svg'), 'utf8')}</body>`,
  );
  await page.screenshot({ path: path.join(media, 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
