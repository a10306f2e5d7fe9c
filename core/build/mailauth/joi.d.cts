interface Schema {
  validate(value: unknown): { error?: Error | undefined };
}

declare const joi: {
  string(): { domain(options: { allowUnicode: boolean; tlds: false }): Schema; base64(options: object): Schema };
};
export = joi;
