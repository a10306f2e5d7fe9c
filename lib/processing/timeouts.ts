import { Duration } from 'aws-cdk-lib';

/** Timeout of the dead-letter function. Its queue's visibility timeout follows from it. */
export const DEAD_LETTER_TIMEOUT = Duration.seconds(30);

/** Timeout of the reconciler: a pass over 14 days of keys (1,000 keys to a listing request). */
export const RECONCILER_TIMEOUT = Duration.minutes(10);

/** How often the reconciler checks recent mails. */
export const RECONCILER_PERIOD = Duration.minutes(15);

/**
 * How often it checks all mails. Listing costs, and an older mail was already checked a hundred times while it was
 * recent.
 */
export const RECONCILER_FULL_PERIOD = Duration.hours(12);

/** Timeout of the certificate function: three requests. */
export const CERTIFICATE_TIMEOUT = Duration.seconds(30);

/** Timeout of the canary function: two minutes is longer than any healthy mail takes. */
export const CANARY_TIMEOUT = Duration.seconds(120);

/** How often it checks. A new deployment has a self-signed certificate for up to this long; a renewal has weeks. */
export const CERTIFICATE_PERIOD = Duration.minutes(15);
