// A browser whose person presses the one button of every page: it keeps cookies, follows redirects and runs no script.
import assert from 'node:assert/strict';

const longestWay = 20;

/** The address outside of http, or without a server of the way behind it, that the browser is sent to in the end. */
export async function pressThrough(address: string, isEnd: (url: URL) => boolean): Promise<string> {
  const cookies = new Map<string, string>();
  let request: { url: URL; form?: URLSearchParams } = { url: new URL(address) };
  for (let steps = 0; steps < longestWay; steps += 1) {
    if (isEnd(request.url)) return request.url.href;
    const { url, form } = request;
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form !== undefined && { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const page = await response.text();
    const next = response.headers.get('location');
    request = next === null ? pressButton(page, url) : { url: new URL(next, url) };
  }
  assert.fail('The way through the pages has no end.');
}

function pressButton(page: string, shownAt: URL): { url: URL; form: URLSearchParams } {
  const [, action] = /<form method="post" action="([^"]*)">/.exec(page) ?? [];
  assert.ok(action !== undefined, `A page without a button:\n${page}`);
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  const form = fields.map(([, name = '', value = '']): [string, string] => [plain(name), plain(value)]);
  return { url: new URL(plain(action), shownAt), form: new URLSearchParams(form) };
}

const plain = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
