/** One look: large enough for eyes over sixty, contrast of at least 4.5 : 1, the system's own Japanese fonts. */
import { createTheme } from '@mantine/core';

const fonts = [
  'system-ui',
  '"Hiragino Sans"',
  '"BIZ UDPGothic"',
  '"Yu Gothic UI"',
  '"Noto Sans JP"',
  '"Noto Sans CJK JP"',
  'sans-serif',
].join(', ');

export const theme = createTheme({
  fontFamily: fonts,
  headings: { fontFamily: fonts },
  primaryColor: 'blue',
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: 'sm',
  respectReducedMotion: true,
});
