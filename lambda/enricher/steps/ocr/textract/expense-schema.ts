import * as z from 'zod/mini';

/**
 * Answers of Textract's expense analysis, as far as they are read. Textract omits fields that it did not find; a field
 * of another type makes the answer invalid.
 */
const nullish = <T extends z.ZodMiniType>(schema: T) => z.optional(z.nullable(schema));

const detectionSchema = z.object({ Text: nullish(z.string()), Confidence: nullish(z.number()) });
const fieldSchema = z.object({
  Type: nullish(detectionSchema),
  ValueDetection: nullish(detectionSchema),
  Currency: nullish(z.object({ Code: nullish(z.string()), Confidence: nullish(z.number()) })),
});

const blockSchema = z.object({
  Id: nullish(z.string()),
  BlockType: nullish(z.string()),
  Page: nullish(z.int().check(z.minimum(1))),
  Text: nullish(z.string()),
  Confidence: nullish(z.number()),
});

const expenseDocumentSchema = z.object({
  ExpenseIndex: nullish(z.int()),
  SummaryFields: nullish(z.array(fieldSchema)),
  LineItemGroups: nullish(
    z.array(
      z.object({ LineItems: nullish(z.array(z.object({ LineItemExpenseFields: nullish(z.array(fieldSchema)) }))) }),
    ),
  ),
  Blocks: nullish(z.array(blockSchema)),
});

export type ExpenseWarning = z.infer<typeof warning>;
export type ExpenseField = z.infer<typeof fieldSchema>;
export type ExpenseDocument = z.infer<typeof expenseDocumentSchema>;

const documentMetadata = z.object({ Pages: z.int().check(z.minimum(1)) });

const warning = z.object({ ErrorCode: nullish(z.string()), Pages: nullish(z.array(z.int())) });

export const analysisSchema = z.object({
  DocumentMetadata: documentMetadata,
  ExpenseDocuments: z.array(expenseDocumentSchema),
});

export const startedSchema = z.object({ JobId: z.string().check(z.minLength(1), z.maxLength(64)) });

/** One part of a job's result. */
export const jobSchema = z.discriminatedUnion('JobStatus', [
  z.object({ JobStatus: z.literal('IN_PROGRESS') }),
  z.object({ JobStatus: z.literal('FAILED'), StatusMessage: nullish(z.string()) }),
  z.object({
    JobStatus: z.enum(['SUCCEEDED', 'PARTIAL_SUCCESS']),
    DocumentMetadata: documentMetadata,
    ExpenseDocuments: nullish(z.array(expenseDocumentSchema)),
    StatusMessage: nullish(z.string()),
    Warnings: nullish(z.array(warning)),
    NextToken: nullish(z.string()),
  }),
]);
export type ExpenseJob = z.infer<typeof jobSchema>;
