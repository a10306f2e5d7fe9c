// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is there to find
const OTHER_PROTOCOL = /^(?:[A-Z]+ \S+ HTTP\/\d|[\0-\x08\x0e-\x1f])/i;

/** An HTTP request, or what begins with a control character: a TLS handshake, a PROXY v2 header. */
export const isOtherProtocol = (text: string): boolean => OTHER_PROTOCOL.test(text);
