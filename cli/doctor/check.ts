import { AccessError, errorText } from '../../core/mail/errors.ts';
import type { CommandContext } from '../command.ts';
import { hint } from '../hint.ts';
import { dnsFailure } from './dns-answers.ts';
import { type Finding, fail, skip } from './finding.ts';

export interface Check {
  name: string;
  /** The IAM permission the check needs; absent when it needs none. */
  allow?: string;
  run: () => AsyncGenerator<Finding>;
}

/** Runs a check and turns an error into its finding, so that one failing check does not stop the others. */
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
    return skip(name, `this check needs ${allow} (${errorText(error)})`);
  }
  const dns = dnsFailure(error);
  if (dns === 'ESERVFAIL') {
    return fail(
      name,
      'DNS answers SERVFAIL',
      'ask the operator of the zone: its DNSSEC signatures may have expired, or its servers may be down',
    );
  }
  if (dns !== null) return skip(name, `no DNS server answered (${dns})`);
  return fail(name, errorText(error), hint(error, context.settings) ?? 'fix the cause, then run doctor again');
}
