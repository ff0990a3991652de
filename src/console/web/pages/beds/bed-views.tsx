import type { ReactNode } from 'react';
import { Views } from '../../shell/views.tsx';
import { useWords } from '../../words/words.ts';
import { bedWords } from './words.ts';

export function BedViews(): ReactNode {
  const words = useWords(bedWords);
  return (
    <Views
      label={words.views}
      views={[
        { href: '/beds', title: words.board },
        { href: '/beds/rotation', title: words.rotation },
      ]}
    />
  );
}
