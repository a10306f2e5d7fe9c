import type { MailDetail, MailPage, PageState } from './api/api.ts';
import type { IndexDatabase, IndexQuery } from './index/database.ts';
import type { FlowPicture } from './live/flow.ts';
import type { EventHub } from './live/hub.ts';

/** What the console knows of mails, for what answers requests. */
export interface Known {
  readonly index: IndexDatabase;
  readonly flow: FlowPicture;
  readonly hub: EventHub;
  /** With the mails of which the store has told until now, unless they take long to read. */
  page(query: IndexQuery): Promise<MailPage>;
  /** Null when nothing is known of the id. */
  mail(id: string): Promise<MailDetail | null>;
  pageState(first: Pick<PageState, 'event' | 'mails' | 'mail'>): PageState;
}
