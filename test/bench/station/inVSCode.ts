/** A station inside the extension host of a real VS Code: its test runner runs this. */
import { takeOrders } from './duties.ts';

export function run(): Promise<void> {
  return takeOrders();
}
