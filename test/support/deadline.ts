// Waiting with an end to it: what was waited for is said when the time is up.

/** The promise's value, or an error with this sentence once the time is up. */
export async function within<T>(ms: number, sentence: string | (() => string), wait: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const said = typeof sentence === 'string' ? sentence : sentence();
      reject(new Error(`${said} (waited ${Math.round(ms / 100) / 10} s)`));
    }, ms);
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks again and again until there is an answer. For things that tell nobody when they change: a server that is
 * starting, a page that is being drawn. `otherwise` says what was seen instead.
 */
export async function eventually<T>(
  ms: number,
  ask: () => Promise<T | undefined>,
  otherwise: () => Promise<string> | string,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= end) throw new Error(`${await otherwise()} (waited ${Math.round(ms / 100) / 10} s)`);
    await new Promise((next) => setTimeout(next, 100));
  }
}
