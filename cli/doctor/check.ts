import { AccessError, errorText } from '../../core/mail/errors.ts';
import type { CommandContext } from '../command.ts';
import { hint } from '../hint.ts';
import { dnsFailure } from './dns-answers.ts';
import { type Finding, fail, skip } from './finding.ts';

export interface Check {
  name: string;
  /** The permission that it needs; absent when it needs none. */
  allow?: string;
  run: () => AsyncGenerator<Finding>;
}

/** Runs a check; what it throws is its finding, so that none stops another. */
export async function* guarded({ name, allow, run }: Check, context: CommandContext): AsyncGenerator<Finding> {
  try {
    yield* run();
  } catch (error) {
    if (context.signal.aborted) throw error;
    yield findingOf(name, allow, error, context);
  }
}

function findingOf(name: string, allow: string | undefined, error: unknown, context: CommandContext): Finding {
  if (allow !== undefined && error instanceof AccessError && /AccessDenied|AuthorizationError/.test(error.code)) {
    return skip(name, `allow ${allow} to have it checked (${errorText(error)})`);
  }
  const dns = dnsFailure(error);
  if (dns === 'ESERVFAIL') {
    return fail(
      name,
      'DNS answers SERVFAIL',
      'ask who runs the zone: DNSSEC signatures may have ended, or its servers be away',
    );
  }
  if (dns !== null) return skip(name, `no DNS server answers here (${dns})`);
  return fail(name, errorText(error), hint(error, context.settings) ?? 'mend the cause, then run doctor again');
}
