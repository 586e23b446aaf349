/** A station as a process of its own. */
import { takeOrders } from './duties.ts';

await takeOrders();
process.exit();
