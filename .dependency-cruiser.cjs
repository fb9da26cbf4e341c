// Holds the direction of imports that docs/architecture.md describes: each folder may only use what stands below it.
//
// The sources are read for direction, types included. Cycles are looked for in the built JavaScript, where imports of types are gone:
// two files may know each other's types, but not each other's code.
//
// TypeScript 7 has no parser for other programs, so swc reads the files. Its visitor does not know `using` declarations: teach it.
const { Visitor } = require('@swc/core/Visitor.js');
const visitStatement = Visitor.prototype.visitStatement;
Visitor.prototype.visitStatement = function visit(statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) };
};

const folders = ['compiler', 'codegen', 'targets', 'runtime', 'native', 'test', 'examples', 'bench', 'tools'];

/** Forbids `from` to import any folder of ours but itself and `allowed`. */
function direction(from, allowed) {
  const forbidden = folders.filter((folder) => folder !== from && !allowed.includes(folder));
  return {
    name: `direction-of-${from}`,
    severity: 'error',
    comment: `${from}/ may import ${allowed.length > 0 ? allowed.map((folder) => `${folder}/`).join(', ') : 'no other folder of ours'}.`,
    from: { path: `^${from}/` },
    to: { path: `^(${forbidden.join('|')})/` },
  };
}

/** Lets `from` use what a user of the package sees, and nothing behind it. */
function publicOnly(from) {
  return {
    name: `public-entry-points-for-${from}`,
    severity: 'error',
    comment: `${from}/ is written as a user would write it: it imports the package, compiler/index.ts or runtime/index.ts.`,
    from: { path: `^${from}/` },
    to: { path: '^(compiler|codegen|targets|runtime|native|test)/', pathNot: '^(compiler|runtime)/index[.]ts$' },
  };
}

module.exports = {
  forbidden: [
    direction('compiler', ['codegen', 'targets', 'runtime']),
    direction('codegen', ['targets']),
    direction('targets', ['codegen', 'runtime']),
    {
      name: 'codegen-sees-descriptions-only',
      severity: 'error',
      comment: 'A file in targets/ describes a machine; its folders package results, which is no business of codegen.',
      from: { path: '^codegen/' },
      to: { path: '^targets/[^/]+/' },
    },
    {
      name: 'descriptions-stand-alone',
      severity: 'error',
      from: { path: '^targets/[^/]+[.]ts$' },
      to: { path: '^(codegen|runtime|targets/[^/]+/)' },
    },
    direction('runtime', []),
    publicOnly('examples'),
    publicOnly('bench'),
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'runtime-has-no-dependency',
      severity: 'error',
      comment: 'The runtime ships to browsers: no package, and Node modules only where a file is for Node.',
      from: { path: '^runtime/', pathNot: '^runtime/node' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'core'] },
    },
    {
      name: 'no-development-package-in-the-product',
      severity: 'error',
      from: { path: '^(compiler|codegen|targets|runtime)/' },
      comment:
        'tsx and esbuild serve the source tree alone; the demonstration brings its model and its picture formats with it; who wants pictures of models installs what draws them.',
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'node_modules/(tsx|esbuild|jpeg-js|pngjs|@upscalerjs|@hpcc-js|@resvg)/',
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^[.]/model/index[.]js$' } },
    {
      name: 'no-cycle-between-areas',
      severity: 'error',
      comment: 'Functions of one area that call each other may stand in several files; areas (compiler/passes, codegen/emit) may not.',
      from: { path: '^dist/([^/]+)/([^/]+)/' },
      to: { circular: true, via: { pathNot: '^dist/$1/$2/' }, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/golden/|\\.keras$|^dist/.*\\.d\\.ts$' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'default', 'types'],
    },
  },
};
