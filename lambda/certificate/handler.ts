import { acmCertificate } from '../../core/aws/certificate-manager.ts';
import { managedSecret } from '../../core/aws/secrets-manager.ts';
import { lambdaProgram } from '../../core/lambda/program.ts';
import { certificateEnvironment } from '../../core/settings/certificate.ts';
import { type RenewDeps, renew } from './renew.ts';

const settings = certificateEnvironment.decode(process.env);
const { log, ...program } = lambdaProgram('certificate', settings.metricsNamespace, process.env);
const deps: RenewDeps = {
  managed: acmCertificate(settings.certificateArn),
  secret: managedSecret(settings.secretId),
  hostname: settings.hostname,
  log,
  now: () => new Date(),
};

/** Runs on a schedule; the event is ignored. */
export const handler = program.handler(0, () => renew(deps));
