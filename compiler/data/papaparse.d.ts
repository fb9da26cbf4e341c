// What is used of the package papaparse, which has no types of its own.
declare module 'papaparse' {
  interface ParseError {
    readonly message: string;
    readonly row?: number;
  }

  const Papa: {
    parse(
      text: string,
      options: { readonly delimiter: string; readonly skipEmptyLines: boolean | 'greedy' },
    ): { readonly data: readonly (readonly string[])[]; readonly errors: readonly ParseError[] };
  };
  // biome-ignore lint/style/noDefaultExport: it is what the package has
  export default Papa;
}
