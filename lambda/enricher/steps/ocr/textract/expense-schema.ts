import * as z from 'zod/mini';

/**
 * Answers of Textract's expense analysis, as far as they are read. A field that is missing is one that Textract did not
 * find; a field of another form is an answer that is not believed.
 */
const given = <T extends z.ZodMiniType>(schema: T) => z.optional(z.nullable(schema));

const detectionSchema = z.object({ Text: given(z.string()), Confidence: given(z.number()) });
const fieldSchema = z.object({
  Type: given(detectionSchema),
  ValueDetection: given(detectionSchema),
  Currency: given(z.object({ Code: given(z.string()), Confidence: given(z.number()) })),
});

const blockSchema = z.object({
  Id: given(z.string()),
  BlockType: given(z.string()),
  Page: given(z.int().check(z.minimum(1))),
  Text: given(z.string()),
  Confidence: given(z.number()),
});

const expenseDocumentSchema = z.object({
  ExpenseIndex: given(z.int()),
  SummaryFields: given(z.array(fieldSchema)),
  LineItemGroups: given(
    z.array(z.object({ LineItems: given(z.array(z.object({ LineItemExpenseFields: given(z.array(fieldSchema)) }))) })),
  ),
  Blocks: given(z.array(blockSchema)),
});

export type ExpenseWarning = z.infer<typeof warning>;
export type ExpenseField = z.infer<typeof fieldSchema>;
export type ExpenseDocument = z.infer<typeof expenseDocumentSchema>;

const documentMetadata = z.object({ Pages: z.int().check(z.minimum(1)) });

const warning = z.object({ ErrorCode: given(z.string()), Pages: given(z.array(z.int())) });

export const analysisSchema = z.object({
  DocumentMetadata: documentMetadata,
  ExpenseDocuments: z.array(expenseDocumentSchema),
});

export const startedSchema = z.object({ JobId: z.string().check(z.minLength(1), z.maxLength(64)) });

/** One part of what a job has found. */
export const jobSchema = z.discriminatedUnion('JobStatus', [
  z.object({ JobStatus: z.literal('IN_PROGRESS') }),
  z.object({ JobStatus: z.literal('FAILED'), StatusMessage: given(z.string()) }),
  z.object({
    JobStatus: z.enum(['SUCCEEDED', 'PARTIAL_SUCCESS']),
    DocumentMetadata: documentMetadata,
    ExpenseDocuments: given(z.array(expenseDocumentSchema)),
    StatusMessage: given(z.string()),
    Warnings: given(z.array(warning)),
    NextToken: given(z.string()),
  }),
]);
export type ExpenseJob = z.infer<typeof jobSchema>;
