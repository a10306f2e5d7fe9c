/** Reads the variable that names the part of an AWS account a test uses. @throws if it is not set */
export function accountVariable(name: string, what: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name} to ${what}, with region and credentials in the environment`);
  return value;
}
