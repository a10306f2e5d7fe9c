import type { Pending, TaskOutcome } from '../../../../core/enrich/task.ts';
import type { JsonService } from '../../../../core/http/json-service.ts';
import { PermanentError } from '../../../../core/mail/errors.ts';
import { typesOfName } from '../../../../core/mail/name-types.ts';
import type { Attachment } from '../../../../core/mail/parsed-mail.ts';
import type { ObjectLinks } from '../../../../core/ports/object-links.ts';
import type { StepRunner, Work } from '../../runner.ts';
import { decodeAnswer, isReportId } from './answer.ts';

/** Validity of a link to an attachment, seconds: the service fetches it at once, or when a machine is free. */
const LINK_SECONDS = 900;

export interface DetonationHttpDeps {
  service: Pick<JsonService, 'post' | 'get'>;
  links: ObjectLinks;
  now(): Date;
}

/** Gives a third-party sandbox a link to exactly one attachment, and asks for its report. */
export class DetonationHttp implements StepRunner<'detonation'> {
  readonly #deps: DetonationHttpDeps;

  constructor(deps: DetonationHttpDeps) {
    this.#deps = deps;
  }

  async run({ mail, attachment: given, signal }: Work): Promise<TaskOutcome<'detonation'> | Pending> {
    const attachment = present(given);
    const { service, links, now } = this.#deps;
    const linkExpiresAt = new Date(now().getTime() + 1000 * LINK_SECONDS).toISOString();
    const answer = await service.post(
      {
        schema: 'mail-pipeline/detonation/1',
        mailId: mail.id,
        partId: attachment.partId,
        filename: attachment.filename,
        contentType: attachment.detectedType ?? typesOfName(attachment.filename)[0] ?? attachment.contentType,
        size: attachment.size,
        sha256: attachment.sha256,
        link: await links.link(attachment, LINK_SECONDS),
        linkExpiresAt,
      },
      signal,
    );
    return outcomeOf(answer, attachment);
  }

  async resume({ attachment, signal }: Work, handle: string): Promise<TaskOutcome<'detonation'> | Pending> {
    if (!isReportId(handle)) throw new PermanentError('detonation.report_id', 'this is not the id of a report');
    const answer = outcomeOf(await this.#deps.service.get(handle, signal), present(attachment));
    // Another report would be about another file: it is never requested.
    if (answer.status === 'pending' && answer.handle !== handle) {
      throw new PermanentError('detonation.answer_invalid', 'id: it is not that of the requested report');
    }
    return answer;
  }
}

function outcomeOf(value: unknown, { partId }: Attachment): TaskOutcome<'detonation'> | Pending {
  const answer = decodeAnswer(value);
  if (answer.status === 'pending') return { status: 'pending', handle: answer.id, pollSeconds: answer.pollSeconds };
  const { verdict, score, reference } = answer;
  return { status: 'ok', result: { partId, verdict, score, reference }, costUsd: 0 };
}

function present(attachment: Attachment | null): Attachment {
  if (attachment !== null) return attachment;
  throw new PermanentError('detonation.no_attachment', 'there is no attachment to send');
}
