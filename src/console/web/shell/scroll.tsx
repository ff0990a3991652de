/** A table that may be wider than the screen: it scrolls by itself, also with the keyboard, and the page does not. */
import { Box, type BoxProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { shellWords } from '../words/shell.ts';
import { useWords } from '../words/words.ts';

export interface ScrollProps extends Pick<BoxProps, 'mt' | 'mb'> {
  /** Pixels under which the table does not shrink; absent: as it is. */
  minWidth?: number;
  children: ReactNode;
}

export function Scroll({ minWidth, children, ...space }: ScrollProps): ReactNode {
  const words = useWords(shellWords);
  return (
    <Box {...space} component="section" aria-label={words.table} tabIndex={0} style={{ overflowX: 'auto' }}>
      <div style={minWidth ? { minWidth } : {}}>{children}</div>
    </Box>
  );
}
