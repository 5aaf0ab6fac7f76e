import { ALPHA, installPalette, paletteCss, TOWARDS } from '../src';

test('the variables have the numbers of the generated palette', () => {
  const css = paletteCss();
  expect(css).toContain(`--limner-towards-4: rgb(${TOWARDS.join(' ')} / ${ALPHA[4]});`);
  expect(css).toContain('--limner-away-line: rgb(');
});

test('without tints the underlines keep their colours', () => {
  const rule = paletteCss().split("[data-limner-palette='underline']")[1];
  expect(rule).toContain('--limner-towards-1: transparent');
  expect(rule).not.toContain('-line');
});

test('a page gets the palette once', () => {
  installPalette();
  installPalette();
  expect(document.querySelectorAll('#limner-palette').length).toBe(1);
});
