/** The page that came in, beside what is typed from it: the field in hand is framed, and a My Number can be blacked out. */
import { Alert, Button, Group, NativeSelect, Text } from '@mantine/core';
import { type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { type Answer, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { useSaid } from '../record-form/form-context.ts';
import type { Picture } from '../record-form/record-form.tsx';
import { inboxRefusals, inboxWords } from './words.ts';

export type SentPicture = NonNullable<Answer<'open_item'>['picture']>;
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The picture as every part of the page shows it: one address, decoded once. */
export function usePicture(sent: SentPicture | null | undefined): Picture | null {
  const picture = useMemo(() => {
    if (!sent) return null;
    const bytes = Uint8Array.from(atob(sent.png), (char) => char.charCodeAt(0));
    return { ...sent, url: URL.createObjectURL(new Blob([bytes], { type: 'image/png' })) };
  }, [sent]);
  useEffect(() => () => URL.revokeObjectURL(picture?.url ?? ''), [picture]);
  return picture;
}

export interface PagePictureProps {
  picture: Picture;
  /** Fields of the sheet to be framed. */
  sheet: readonly string[];
  /** The page waits for somebody to look for a My Number; null: it does not, or this is not the place. */
  toMask: Pick<MyNumberProps, 'itemId' | 'labels' | 'onMasked'> | null;
}

export function PagePicture({ picture, sheet, toMask }: PagePictureProps): ReactNode {
  const words = useWords(inboxWords);
  const [isLarge, setLarge] = useState(false);
  const [drawn, setDrawn] = useState<Box | null>(null);
  const [isMasking, setMasking] = useState(false);
  const pane = useRef<HTMLElement>(null);
  const framed = sheet.flatMap((name) => picture.boxes[name] ?? []);
  const top = framed[0]?.y;
  useEffect(() => {
    const { current } = pane;
    if (!current || top === undefined) return;
    const scale = current.scrollWidth / picture.width;
    current.scrollTop = Math.max(0, top * scale - current.clientHeight / 3);
  }, [top, picture]);
  return (
    <div>
      {toMask && (
        <MyNumber
          {...toMask}
          {...{ picture, drawn, setDrawn, isMasking }}
          setMasking={(is) => {
            setMasking(is);
            setDrawn(null);
          }}
        />
      )}
      <Group justify="space-between" mb={4}>
        <Text fw={600}>{words.paperView}</Text>
        <Button variant="default" size="compact-sm" onClick={() => setLarge(!isLarge)}>
          {isLarge ? words.fit : words.zoom}
        </Button>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls must be reached by the keyboard */}
      <section ref={pane} className="page-pane" tabIndex={0} aria-label={words.paperView}>
        <Drawing
          picture={picture}
          isLarge={isLarge}
          framed={framed}
          drawn={drawn}
          onDraw={isMasking ? setDrawn : null}
        />
      </section>
    </div>
  );
}

interface DrawingProps {
  picture: Picture;
  isLarge: boolean;
  framed: readonly Box[];
  drawn: Box | null;
  onDraw: ((box: Box) => void) | null;
}

function Drawing({ picture, isLarge, framed, drawn, onDraw }: DrawingProps): ReactNode {
  const words = useWords(inboxWords);
  const start = useRef<{ x: number; y: number } | null>(null);
  const at = ({ currentTarget, clientX, clientY }: PointerEvent<SVGSVGElement>): { x: number; y: number } => {
    const { left, top, width } = currentTarget.getBoundingClientRect();
    const scale = picture.width / width;
    return { x: (clientX - left) * scale, y: (clientY - top) * scale };
  };
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    if (!onDraw || !start.current) return;
    const from = start.current;
    const to = at(event);
    onDraw({
      ...{ x: Math.min(from.x, to.x), y: Math.min(from.y, to.y) },
      ...{ width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) },
    });
  };
  return (
    <svg
      role="img"
      aria-label={words.paperView}
      viewBox={`0 0 ${picture.width} ${picture.height}`}
      style={{ width: isLarge ? '220%' : '100%', display: 'block', cursor: onDraw ? 'crosshair' : 'default' }}
      onPointerDown={(event) => {
        if (onDraw) start.current = at(event);
      }}
      onPointerMove={move}
      onPointerUp={() => {
        start.current = null;
      }}
    >
      <image href={picture.url} width={picture.width} height={picture.height} />
      {framed.map((box) => (
        <rect key={`${box.x} ${box.y}`} {...box} fill="#f0b40022" stroke="#b97f00" strokeWidth={8} />
      ))}
      {drawn && <rect {...drawn} fill="#000000cc" stroke="#b00020" strokeWidth={6} />}
    </svg>
  );
}

interface MyNumberProps {
  itemId: string;
  labels: Answer<'open_item'>['labels'];
  onMasked(): void;
  picture: Picture;
  drawn: Box | null;
  setDrawn(box: Box | null): void;
  isMasking: boolean;
  setMasking(is: boolean): void;
}

function MyNumber(props: MyNumberProps): ReactNode {
  const { itemId, labels, onMasked, picture, drawn, setDrawn, isMasking, setMasking } = props;
  const words = useWords(inboxWords);
  const said = useSaid();
  const mask = useDo('mask_item');
  const send = (boxes: Box[]): void =>
    mask.mutate(
      { params: { itemId }, body: { boxes } },
      {
        onSuccess: () => {
          setMasking(false);
          onMasked();
        },
      },
    );
  const fields = Object.keys(picture.boxes);
  return (
    <Alert color="yellow" variant="outline" mb="xs" p="xs">
      <Text>{isMasking ? words.maskHow : words.myNumberAsk}</Text>
      <Group gap="xs" mt={4}>
        {!isMasking && (
          <>
            <Button size="compact-md" onClick={() => send([])}>
              {words.myNumberNone}
            </Button>
            <Button size="compact-md" variant="default" onClick={() => setMasking(true)}>
              {words.myNumberMask}
            </Button>
          </>
        )}
        {isMasking && (
          <>
            {fields.length > 0 && (
              <NativeSelect
                aria-label={words.maskField}
                data={[
                  { value: '', label: words.maskField },
                  ...fields.map((name) => ({ value: name, label: said(labels[name] ?? [name, name]) })),
                ]}
                onChange={(event) => setDrawn(picture.boxes[event.currentTarget.value] ?? null)}
              />
            )}
            <Button size="compact-md" color="red.9" disabled={!drawn} onClick={() => drawn && send([drawn])}>
              {words.maskDo}
            </Button>
            <Button size="compact-md" variant="default" onClick={() => setMasking(false)}>
              {words.cancel}
            </Button>
          </>
        )}
      </Group>
      <Problem error={mask.error} own={inboxRefusals} />
    </Alert>
  );
}
