import { wholeNumber } from '../core/terminal/arguments.ts';

const DEFAULT_GRACE_MINUTES = 15;

export const graceOption = {
  grace: {
    type: 'string',
    value: 'MINUTES',
    about: `how long a mail without an outcome counts as in flight. Default ${DEFAULT_GRACE_MINUTES}`,
  },
} as const;

/** @throws UsageError naming the flag */
export const graceMinutes = ({ grace }: { grace?: string | undefined }): number =>
  grace === undefined ? DEFAULT_GRACE_MINUTES : wholeNumber('--grace', grace, 0);

/** Mails stored before this time should have an outcome. @throws UsageError naming the flag */
export const graceEnd = (values: { grace?: string | undefined }, now: Date): Date =>
  new Date(now.getTime() - graceMinutes(values) * 60_000);
