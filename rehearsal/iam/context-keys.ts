/**
 * Condition keys that requests of a rehearsal have a value for, or are known to lack one (Service Authorization
 * Reference; AWS global condition context keys). A policy that names another one cannot be judged.
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

/** Keys with a name of the user's own behind the slash. */
const FAMILIES = ['s3:existingobjecttag/'];

export const EXISTING_TAG = 's3:ExistingObjectTag/';

/** Names of condition keys do not depend on case. */
export function isKnownKey(key: string): boolean {
  const name = key.toLowerCase();
  return KEYS.has(name) || FAMILIES.some((family) => name.startsWith(family));
}
