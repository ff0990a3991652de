import type { ReactNode } from 'react';
import { fill, useWords } from '../../words/words.ts';
import { type Picture, useForm, useSaid } from './form-context.ts';
import { formWords } from './words.ts';

/** The paper's picture of one field, cut out of the page: as wide as the field is on the screen. */
export function Paper({ sheet, label }: { sheet: string; label: string }): ReactNode {
  const { picture, notesOf } = useForm();
  const said = useSaid();
  if (!picture) return null;
  return (
    <div>
      <PaperCut picture={picture} sheet={sheet} label={label} />
      {notesOf(sheet).map((text) => (
        <div key={text[1]} className="ticked">
          {said(text)}
        </div>
      ))}
    </div>
  );
}

export function PaperCut({ picture, sheet, label }: { picture: Picture; sheet: string; label: string }): ReactNode {
  const words = useWords(formWords);
  const box = picture.boxes[sheet];
  if (!box) return null;
  const { x, y, width, height } = box;
  return (
    <svg
      className="paper"
      role="img"
      aria-label={fill(words.picture, { label })}
      viewBox={`${x} ${y} ${width} ${height}`}
      preserveAspectRatio="xMinYMid meet"
    >
      <image href={picture.url} width={picture.width} height={picture.height} />
    </svg>
  );
}
