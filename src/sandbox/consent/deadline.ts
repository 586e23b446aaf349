// Until when an answer to a sign-in counts.
import type { Provider } from 'oidc-provider';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/**
 * The end of a sign-in in milliseconds: so many seconds after it began, or the end of the device's code where that
 * comes first (RFC 8628 §3.2): it was handed out before the page was opened. 0 if the code is gone already.
 */
export async function findDeadlineMs(
  provider: Provider,
  { iat, deviceCode }: Pick<Interaction, 'iat' | 'deviceCode'>,
  answerSeconds: number,
): Promise<number> {
  const pageEndMs = (iat + answerSeconds) * 1000;
  if (deviceCode === undefined) return pageEndMs;
  const code = await provider.DeviceCode.find(deviceCode);
  return Math.min(pageEndMs, (code?.exp ?? 0) * 1000);
}
