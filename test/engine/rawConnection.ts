/** A connection on which a test says what no client would. */
import net from 'node:net';

export class RawConnection {
  readonly socket: net.Socket;
  /** What came back so far. */
  text = '';
  /** Resolves when it is closed, with all that came back. */
  readonly closed: Promise<string>;

  /** @param place a port of 127.0.0.1, or the path of a socket. */
  constructor(place: number | string) {
    this.socket = typeof place === 'number' ? net.connect(place, '127.0.0.1') : net.connect(place);
    this.socket.setEncoding('latin1').on('data', (text: string) => (this.text += text));
    // A connection that is refused or reset is closed, too.
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve(this.text)));
  }

  write(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  /** The status of the first answer; 0 where the connection ended without one. */
  status(): Promise<number> {
    const found = () => /^HTTP\/1\.1 (?!100)(\d{3})/m.exec(this.text)?.[1];
    return new Promise((resolve) => {
      const look = () => {
        const status = found();
        if (status !== undefined) resolve(Number(status));
      };
      this.socket.on('data', look);
      void this.closed.then(() => resolve(Number(found() ?? 0)));
      look();
    });
  }
}
