// Reads an event stream (HTML, server-sent events) as a client does, to the end or to where it breaks off.

/** One event. `id` is empty where it has none. */
export interface StreamEvent {
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

/** The events as they come; throws what the connection ends with where it breaks off. Whoever stops reading leaves. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent, void, undefined> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parse(block);
      if (event !== undefined) yield event;
    }
  }
}

/** What a JSON-RPC message on a stream says, as far as the tests look at it. */
export interface StreamMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly progress?: number };
  readonly result?: { readonly structuredContent?: Record<string, unknown> };
  readonly error?: { readonly code: number; readonly message: string };
}

export function messageIn({ data }: StreamEvent): StreamMessage | undefined {
  return data === '' ? undefined : (JSON.parse(data) as StreamMessage);
}

/** A comment is no event. */
function parse(block: string): StreamEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
    if (name !== '') fields.set(name, value);
  }
  if (fields.size === 0) return undefined;
  return {
    id: fields.get('id') ?? '',
    name: fields.get('event') ?? 'message',
    data: fields.get('data') ?? '',
  };
}
