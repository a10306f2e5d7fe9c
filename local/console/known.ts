import type { MailDetail, MailPage, PageState } from './api/api.ts';
import type { IndexDatabase, IndexQuery } from './index/database.ts';
import type { FlowPicture } from './live/flow.ts';
import type { EventHub } from './live/hub.ts';

/** The console's view of mails, for the request handlers. */
export interface Known {
  readonly index: IndexDatabase;
  readonly flow: FlowPicture;
  readonly hub: EventHub;
  /** Includes all mails the store has reported so far, unless reading them takes too long. */
  page(query: IndexQuery): Promise<MailPage>;
  /** Null when the id is unknown. */
  mail(id: string): Promise<MailDetail | null>;
  pageState(first: Pick<PageState, 'event' | 'mails' | 'mail'>): PageState;
}
