import { buffer } from 'node:stream/consumers';
import { isMailId } from '../../core/mail/id.ts';
import { jsonOf } from '../../core/mail/json.ts';
import { parsedKey } from '../../core/mail/keys.ts';
import { type ParsedMail, parsedMailSchema } from '../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { newestIds } from './newest-ids.ts';

/** One page of the list, newest first. */
export interface MailPage {
  mails: { id: string; mail: ParsedMail | null }[];
  /** Id of the last mail on this page when there are older ones. */
  olderThan: string | null;
}

/** The parsed mails that the store holds. They are read from it each time, so a restart shows the same. */
export class Mails {
  readonly #store: ObjectStore;
  readonly #bucket: string;

  constructor(store: ObjectStore, contentBucket: string) {
    this.#store = store;
    this.#bucket = contentBucket;
  }

  /** @param before id of a mail; only older ones are listed */
  async page(size: number, before: string | null): Promise<MailPage> {
    const ids = await newestIds(this.#store, this.#bucket, size + 1, before);
    const shown = ids.slice(0, size);
    const mails = await Promise.all(shown.map(async (id) => ({ id, mail: await this.mail(id) })));
    return { mails, olderThan: ids.length > size ? (shown.at(-1) ?? null) : null };
  }

  /** Null when there is no document of that id, or none that can be read. */
  async mail(id: string): Promise<ParsedMail | null> {
    const document = await this.document(id);
    if (document === null) return null;
    const mail = parsedMailSchema.safeParse(jsonOf(document));
    return mail.success ? mail.data : null;
  }

  /** The JSON as it is stored. */
  async document(id: string): Promise<string | null> {
    if (!isMailId(id)) return null;
    const object = await this.#store.get({ bucket: this.#bucket, key: parsedKey(id) });
    return object === null ? null : (await buffer(object.body)).toString();
  }
}
