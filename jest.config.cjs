/** Unit tests of the front ends: what needs no JupyterLab around it. */
module.exports = {
  testEnvironment: 'jsdom',
  roots: ['<rootDir>/protocol', '<rootDir>/labextension', '<rootDir>/vscode'],
  modulePathIgnorePatterns: [
    '<rootDir>/labextension/dist',
    '<rootDir>/vscode/dist',
    '<rootDir>/vscode/ui-tests',
    '<rootDir>/vscode/.code-server'
  ],
  setupFiles: ['<rootDir>/labextension/tests/browser.cjs'],
  testPathIgnorePatterns: ['/node_modules/', '/ui-tests/', '/integration/'], // a browser runs those
  testMatch: ['**/tests/**/*.spec.ts'],
  moduleNameMapper: {
    '^@limner/protocol$': '<rootDir>/protocol/src/index.ts',
    '^vscode$': '<rootDir>/vscode/tests/vscode.ts'
  },
  transform: {
    '^.+\\.[jt]sx?$': [
      'ts-jest',
      {
        diagnostics: false,
        tsconfig: {
          module: 'commonjs',
          target: 'ES2022',
          allowJs: true,
          esModuleInterop: true,
          isolatedModules: true
        }
      }
    ]
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(@jupyterlab|@jupyter|@lumino|lib0|y-protocols|yjs|@codemirror|@lezer|@marijn|style-mod|w3c-keyname|crelt)/)'
  ]
};
