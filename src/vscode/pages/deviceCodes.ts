/** The pages with codes that are open, one for each server; each closes when its sign-in is over. */
import type { Disposable } from 'vscode';
import { quotable } from '../../oauth/authError.ts';
import type { Clock } from '../../oauth/clock.ts';
import { deviceCodeMessages as messages } from '../messages/deviceCode.ts';
import {
  deviceCodePage,
  lifetimeWords,
  readDeviceCodeRequest,
  type DeviceCodeNews,
  type DeviceCodeRequest,
} from './deviceCodePage.ts';
import type { OpenPage, PanelParts } from './pagePanel.ts';

export interface ShownDeviceCode {
  readonly server: string;
  /** Of the page where the code is entered. */
  readonly host: string;
  readonly issuerHost: string;
  readonly userCode: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
  copy(): Promise<void>;
  /** Opens the page in the person's browser. */
  open(): Promise<void>;
}

type OpenPanel = (page: PanelParts<DeviceCodeRequest>) => OpenPage;

export class DeviceCodes implements Disposable {
  private readonly clock: Clock;
  private readonly openPanel: OpenPanel;
  private readonly pages = new Map<string, OpenPage>();

  constructor(clock: Clock, openPanel: OpenPanel) {
    this.clock = clock;
    this.openPanel = openPanel;
  }

  /**
   * Shows a code until the signal says that it is over. The page has the focus: the sign-in goes on there and nowhere else,
   * and it was begun by somebody a moment ago.
   */
  show(shown: ShownDeviceCode, signal: AbortSignal): void {
    if (signal.aborted) return;
    const { server } = shown;
    this.pages.get(server)?.dispose();
    const page = openPage(shown, this.clock, this.openPanel, () => {
      signal.removeEventListener('abort', close);
      if (this.pages.get(server) === page) this.pages.delete(server);
    });
    const close = () => page.dispose();
    signal.addEventListener('abort', close, { once: true });
    this.pages.set(server, page);
  }

  dispose(): void {
    for (const page of this.pages.values()) page.dispose();
  }
}

function openPage(shown: ShownDeviceCode, clock: Clock, openPanel: OpenPanel, onClose: () => void): OpenPage {
  const { server, expiresAtMs } = shown;
  let stopClock: () => void = () => undefined;
  let lifetime = lifetimeWords(expiresAtMs - clock.now());
  const panel = openPanel({
    viewType: 'mcpOAuth.deviceCode',
    tab: messages.tab(server),
    page: deviceCodePage({
      ...{ server, host: shown.host, issuerHost: shown.issuerHost, lifetime },
      userCode: quotable(shown.userCode) ?? '',
    }),
    read: readDeviceCodeRequest,
    onMessage: (request) => void answer(request),
    onClose: () => {
      stopClock();
      onClose();
    },
  });
  const post = (news: DeviceCodeNews) => panel.post(news);
  const answer = async (request: DeviceCodeRequest) => {
    const copied = request === 'open' || (await isDone(shown.copy()));
    const opened = request === 'copy' || (await isDone(shown.open()));
    const isFailure = !copied || !opened;
    const text = isFailure
      ? copied
        ? messages.notOpened()
        : messages.notCopied()
      : request === 'open'
        ? messages.opened()
        : messages.copied();
    post({ kind: 'outcome', text, isFailure });
  };
  const tick = () => {
    const words = lifetimeWords(expiresAtMs - clock.now());
    // Said anew only when it says something else: once a minute.
    if (words !== lifetime) post({ kind: 'lifetime', text: (lifetime = words) });
    stopClock = clock.after(1_000, tick);
  };
  stopClock = clock.after(1_000, tick);
  return panel;
}

async function isDone(action: Promise<void>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch {
    return false;
  }
}
