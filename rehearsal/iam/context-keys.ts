/**
 * Condition keys for which requests of a rehearsal have a value, or are known to have none (Service Authorization
 * Reference; AWS global condition context keys). A policy with any other key cannot be evaluated.
 */
const KEYS: ReadonlySet<string> = new Set(
  [
    'aws:PrincipalArn',
    'aws:PrincipalAccount',
    'aws:SecureTransport',
    'aws:SourceAccount',
    'aws:SourceArn',
    'events:ManagedBy',
    'iam:PassedToService',
    'kms:ViaService',
    's3:if-match',
    's3:if-none-match',
    's3:ObjectCreationOperation',
    's3:TlsVersion',
  ].map((key) => key.toLowerCase()),
);

/** Keys with a user-defined name after the slash. */
const FAMILIES = ['s3:existingobjecttag/'];

export const EXISTING_TAG = 's3:ExistingObjectTag/';

/** Condition key names are case-insensitive. */
export function isKnownKey(key: string): boolean {
  const name = key.toLowerCase();
  return KEYS.has(name) || FAMILIES.some((family) => name.startsWith(family));
}
