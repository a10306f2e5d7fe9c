import { failedKey } from '../../core/mail/keys.ts';
import type { FailedMail } from '../../core/outcome/failures.ts';

/** The failure record of a mail, and its key in the content bucket. */
export function failedMail(overrides: Partial<FailedMail> & { id: string }): { key: string; json: string } {
  const record: FailedMail = {
    schema: 'failed-mail/1',
    reason: 'raw.missing',
    lastError: 'it is gone',
    receiveCount: 5,
    revision: 1,
    destination: null,
    route: null,
    raw: null,
    event: null,
    at: new Date(Date.UTC(2026, 10, 22, 10)).toISOString(),
    ...overrides,
  };
  return { key: failedKey(record.id, record.revision, record.destination), json: JSON.stringify(record) };
}
