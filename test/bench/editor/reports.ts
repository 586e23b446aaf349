/** Where the extension host of a real VS Code sends what it measured. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { HostFigures } from './editorHost.ts';

export class Reports {
  private awaited: PromiseWithResolvers<HostFigures> | undefined;
  private readonly server = createServer((request, response) => {
    void text(request).then((body) => {
      response.end();
      const report = JSON.parse(body) as HostFigures & { readonly failure?: string };
      if (report.failure === undefined) this.awaited?.resolve(report);
      else this.awaited?.reject(new Error(report.failure));
    });
  });

  static async open(): Promise<Reports> {
    const reports = new Reports();
    reports.server.listen(0, '127.0.0.1');
    await once(reports.server, 'listening');
    return reports;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** What comes next. */
  next(): Promise<HostFigures> {
    this.awaited = Promise.withResolvers();
    return this.awaited.promise;
  }

  close(): void {
    this.server.close();
  }
}
