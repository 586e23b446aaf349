/** A station in the process of a program of others, which goes on as it would: `node --import` runs this before it. */
import { takeOrders } from './duties.ts';

void takeOrders();
