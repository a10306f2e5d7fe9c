import { ObjectTable } from './object-table.ts';
import type { CreatedEvent, StoreRecord } from './record.ts';

/** The state in the journal: the objects of each bucket, and undelivered events. */
export class State {
  readonly tables = new Map<string, ObjectTable>();
  readonly undelivered = new Map<string, CreatedEvent>();

  table(bucket: string): ObjectTable {
    const known = this.tables.get(bucket);
    if (known !== undefined) return known;
    const table = new ObjectTable();
    this.tables.set(bucket, table);
    return table;
  }

  apply(record: StoreRecord): void {
    switch (record.op) {
      case 'put':
        this.table(record.object.bucket).set(record.object);
        break;
      case 'delete':
        this.table(record.bucket).delete(record.key);
        break;
      case 'event':
        this.undelivered.set(record.event.id, record.event);
        break;
      case 'delivered':
        this.undelivered.delete(record.id);
        break;
    }
  }

  /** The shortest journal for the same state. */
  *transactions(): Generator<StoreRecord[]> {
    for (const table of this.tables.values()) {
      for (const object of table.values()) yield [{ op: 'put', object }];
    }
    for (const event of this.undelivered.values()) yield [{ op: 'event', event }];
  }

  /** Number of records `transactions` yields. */
  get size(): number {
    let size = this.undelivered.size;
    for (const table of this.tables.values()) size += table.size;
    return size;
  }
}
