import { expect, it } from 'vitest';
import { StreamingMimeReader } from '../../../core/mime/reader.ts';
import { leastCpuMs } from '../../support/cpu-time.ts';
import { readMail } from './read-mail.ts';

const HEADER =
  'From: MAILER-DAEMON@mx.example\r\nTo: ann@example.org\r\nSubject: Undelivered Mail Returned to Sender\r\nReturn-Path: <>\r\n';
const WORDS = 'Some words without a cause.\r\n'.repeat(2_000);

const bounceOf = (recipients: number, text: string) => {
  const addresses = Array.from({ length: recipients }, (_, i) => `u${i}@example.net`);
  return Buffer.from(`${HEADER}X-Failed-Recipients: ${addresses.join(',\r\n ')}\r\n\r\n${text}`);
};
const read = async (mail: Buffer) => (await readMail(new StreamingMimeReader(), mail)).content.bounce;

it('a bounce that names 900 recipients is read once, not 900 times', async () => {
  const many = bounceOf(900, `${WORDS}The mail could not be delivered.\r\n`);
  expect((await read(many))?.recipients).toHaveLength(900);
  const few = bounceOf(9, `${WORDS}The mail could not be delivered.\r\n`);
  // A hundred times the recipients once took more than fifty times the work.
  expect(await leastCpuMs(() => read(many))).toBeLessThan(15 * (await leastCpuMs(() => read(few))) + 50);
});
