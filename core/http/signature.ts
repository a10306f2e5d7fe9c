import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'mail-pipeline-signature';

/**
 * `t=1795341600,v1=…`: the HMAC-SHA256 of `<t>.<body>` in hexadecimal, where t is the time in seconds. A receiver
 * compares it in constant time and refuses old times, which prevents replays.
 */
export function signature(key: string, body: Buffer, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.`).update(body).digest('hex')}`;
}
