/** `Dear Ann,` `Hi all` `Good morning!`, at the start of a text; what follows on the same line remains. */
const GREETING =
  /^\s*(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening|day)|to whom it may concern)\b[^\n.!?,;:]{0,60}(?:[,!.:;-]|$)/im;
/** A line that consists of a closing, `Kind regards,`; names and signatures follow. */
const CLOSING =
  /^[ \t]*(?:(?:with )?(?:(?:my|our|all|the) )?(?:(?:best|kind|kindest|warm|warmest|many|sincere) ){0,2}(?:regards|wishes|greetings|thanks)|best|cheers|sincerely|respectfully|cordially|(?:yours|very) (?:truly|sincerely|faithfully)(?: yours)?|sincerely yours|take care|all the best|have a (?:nice|great|good|lovely|wonderful) (?:day|week|weekend|evening|one)|(?:many )?thanks(?: a lot| so much| again| in advance)*|thank you(?: very much| so much| again| in advance)*)[ \t]*[,.!]*[ \t]*$/im;

/** An English text without its greeting, and without its closing and what follows. */
export function withoutCourtesies(text: string): string {
  const greeting = GREETING.exec(text);
  const rest =
    greeting !== null && text.slice(0, greeting.index).trim() === ''
      ? text.slice(greeting.index + greeting[0].length)
      : text;
  const closing = CLOSING.exec(rest);
  return closing === null ? rest : rest.slice(0, closing.index);
}
