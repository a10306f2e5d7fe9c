/**
 * What mailauth's bundles have in place of joi, which takes 35 ms of CPU to load: the two schemas that mailauth makes with it,
 * and of their results the `error` that it looks at. A domain is judged by the package that joi asks as well.
 */
const { isDomainValid } = require('@hapi/address');

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

const schema = (isValid, error) => ({
  validate: (value) =>
    typeof value === 'string' && value !== '' && isValid(value) ? { value } : { value, error: new Error(error) },
});

exports.string = () => ({
  domain: (options) => schema((value) => isDomainValid(value, options), '"value" must contain a valid domain name'),
  base64: () => schema((value) => BASE64.test(value), '"value" must be a valid base64 string'),
});
