import { z } from 'zod';

const domain = z
  .string()
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i,
    'write a domain such as example.com, an internationalised one as its A-label (xn--…)',
  );

/** `domains` of the configuration. */
export const domainsSchema = z
  .array(domain)
  .max(100, 'list 100 domains at most (SES and the environment of a task hold no more)')
  .superRefine((domains, context) => {
    const names = domains.map((name) => name.toLowerCase());
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      context.addIssue({ code: 'custom', path: [index], message: 'this domain is listed already: leave it out here' });
    }
  })
  .optional()
  .describe(
    'Domains to accept mail for, as A-labels. A deployment requires them; without them local mode accepts every domain. No default.',
  );
