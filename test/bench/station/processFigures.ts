/** What a process takes of the computer. */
import { writeFile } from 'node:fs/promises';
import inspector from 'node:inspector/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import type { Memory } from './orders.ts';

const sampleMs = 20;
const profileUs = 200;

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

export class ProcessFigures {
  private peak: Memory = heldNow();
  private sampling: NodeJS.Timeout | undefined;
  private profiler: inspector.Session | undefined;

  memory(): Memory {
    // What the first round lets go of, such as streams that are over, the second may collect.
    collect();
    collect();
    return heldNow();
  }

  memoryPeak(): Memory {
    this.sampling ??= setInterval(() => this.sample(), sampleMs);
    this.sample();
    const { peak } = this;
    this.peak = heldNow();
    return peak;
  }

  processorMs(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }

  async beginProfile(): Promise<void> {
    this.profiler = new inspector.Session();
    this.profiler.connect();
    await this.profiler.post('Profiler.enable');
    await this.profiler.post('Profiler.setSamplingInterval', { interval: profileUs });
    await this.profiler.post('Profiler.start');
  }

  async endProfile(file: string): Promise<void> {
    const found = await this.profiler?.post('Profiler.stop');
    this.profiler?.disconnect();
    await writeFile(file, JSON.stringify(found?.profile));
  }

  private sample(): void {
    const { resident, held } = heldNow();
    this.peak = { resident: Math.max(this.peak.resident, resident), held: Math.max(this.peak.held, held) };
  }
}

function heldNow(): Memory {
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss / 1e6, held: (heapUsed + external) / 1e6 };
}
