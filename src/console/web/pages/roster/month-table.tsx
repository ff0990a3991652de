/** The table of a month: drag a name to a place, or press the place and choose. */
import {
  DndContext,
  type DragEndEvent,
  DragOverlay,
  PointerSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { useDay, useHours } from './frame.tsx';
import './month.css';
import { type Cell, changedViews, type Target } from './place.ts';
import { rosterRefusals } from './refusal-words.ts';
import { rosterWords } from './words.ts';

type Month = Answer<'roster_month'>;
type Day = Month['days'][number];

export function MonthTable({
  area,
  month,
  caption,
}: {
  area: { id: string; name: string };
  month: Month;
  caption: string;
}): ReactNode {
  const words = useWords(rosterWords);
  const mayWrite = usePermissions().has('roster.write');
  const [chosen, setChosen] = useState<Target | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const assign = useDo('assign_duty', changedViews);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 6 } }));
  const onDragEnd = ({ active, over }: DragEndEvent): void => {
    setDragged(null);
    const target = over?.data.current as Target | undefined;
    const doctorId = String(active.data.current?.doctorId ?? '');
    const before = target?.cells[0]?.doctorId ?? null;
    if (!target || !doctorId || before === doctorId) return;
    const { date, from, to, position } = target;
    assign.mutate({ params: { areaId: area.id }, body: { date, from, to, position, doctorId, before } });
  };
  return (
    <DndContext
      sensors={sensors}
      onDragStart={({ active }) => setDragged(String(active.data.current?.name ?? ''))}
      onDragCancel={() => setDragged(null)}
      onDragEnd={onDragEnd}
    >
      {mayWrite && <Doctors month={month} />}
      <Problem error={assign.error} own={rosterRefusals} />
      <table className="roster">
        <caption>
          <Text span size="sm">
            {caption}
          </Text>
        </caption>
        <Heads month={month} />
        <tbody>
          {month.days.map((day) => (
            <Row key={day.date} day={day} month={month} mayWrite={mayWrite} onChoose={setChosen} />
          ))}
        </tbody>
      </table>
      <DragOverlay>{dragged && <span className="dragged">{dragged}</span>}</DragOverlay>
      {chosen && (
        <AssignDialog areaId={area.id} target={chosen} doctors={month.doctors} onClose={() => setChosen(null)} />
      )}
      <Text size="sm" mt="xs" visibleFrom="sm">
        {mayWrite && words.dragHint}
      </Text>
    </DndContext>
  );
}

function Doctors({ month }: { month: Month }): ReactNode {
  const words = useWords(rosterWords);
  const of = (isOfArea: boolean): ReactNode => (
    <ul className="doctors">
      {month.doctors
        .filter((doctor) => doctor.isOfArea === isOfArea)
        .map(({ id, name }) => (
          <DraggableDoctor key={id} id={id} name={name} />
        ))}
    </ul>
  );
  return (
    <Text component="div" visibleFrom="sm" size="sm">
      <b>{words.doctors}</b>
      {of(true)}
      <details>
        <summary>{words.otherAreas}</summary>
        {of(false)}
      </details>
    </Text>
  );
}

function DraggableDoctor({ id, name }: { id: string; name: string }): ReactNode {
  const { setNodeRef, listeners } = useDraggable({ id: `doctor ${id}`, data: { doctorId: id, name } });
  return (
    <li ref={setNodeRef} {...listeners}>
      {name}
    </li>
  );
}

const places = ({ positions }: Month): number[] => Array.from({ length: positions }, (_, index) => index + 1);

function Heads({ month }: { month: Month }): ReactNode {
  const words = useWords(rosterWords);
  const hours = useHours();
  return (
    <thead>
      <tr>
        <th rowSpan={2} scope="col">
          {words.date}
        </th>
        {month.columns.map((band) => (
          <th key={`${band.from}-${band.to}`} colSpan={month.positions} scope="colgroup" className="begins">
            {hours(band)}
          </th>
        ))}
      </tr>
      <tr>
        {month.columns.flatMap((band) =>
          places(month).map((n) => (
            <th key={`${band.from}-${band.to} ${n}`} scope="col" className={n === 1 ? 'begins' : undefined}>
              {fill(words.place, { n })}
            </th>
          )),
        )}
      </tr>
    </thead>
  );
}

interface RowProps {
  day: Day;
  month: Month;
  mayWrite: boolean;
  onChoose(target: Target): void;
}

function Row({ day, month, mayWrite, onChoose }: RowProps): ReactNode {
  const words = useWords(rosterWords);
  const shown = useDay();
  const problems = [...new Set(day.faults.map(({ problem }) => problem))];
  return (
    <tr className={day.isDayOff ? 'dayoff' : undefined}>
      <th scope="row" className={problems.length > 0 ? 'fault' : undefined}>
        {shown(day.date)} {problems.map((problem) => words[problem]).join(' ')}
        {day.holiday && <div className="holiday">{day.holiday}</div>}
      </th>
      {month.columns.flatMap((band, column) =>
        places(month).map((position) => {
          const cells = day.cells.filter((cell) => cell.column === column && cell.position === position);
          const hours = cells.length === 1 && cells[0] ? { from: cells[0].from, to: cells[0].to } : band;
          const target = { date: day.date, ...hours, position, cells };
          const isOpen = position === 1 && cells.length === 0 && isUncovered(day, band);
          return (
            <Place key={`${band.from}-${band.to} ${position}`} {...{ target, band, isOpen, mayWrite, onChoose }} />
          );
        }),
      )}
    </tr>
  );
}

/** A gap of that date lies in these hours. */
function isUncovered(day: Day, band: { from: number; to: number }): boolean {
  const midnight = Date.parse(`${day.date}T00:00:00+09:00`);
  return day.faults.some(
    ({ problem, from, until }) =>
      problem === 'uncovered' &&
      Date.parse(from) < midnight + band.to * 60_000 &&
      Date.parse(until) > midnight + band.from * 60_000,
  );
}

interface PlaceProps {
  target: Target;
  band: { from: number; to: number };
  isOpen: boolean;
  mayWrite: boolean;
  onChoose(target: Target): void;
}

function Place({ target, band, isOpen, mayWrite, onChoose }: PlaceProps): ReactNode {
  const words = useWords(rosterWords);
  const hours = useHours();
  const day = useDay();
  const { date, position, cells } = target;
  const id = `${date} ${band.from} ${position}`;
  const drop = useDroppable({ id, data: target, disabled: !mayWrite });
  const first = cells[0];
  const drag = useDraggable({
    id: `place ${id}`,
    data: { doctorId: first?.doctorId, name: first?.name },
    disabled: !mayWrite || !first,
  });
  const isWrong = isOpen || cells.some((cell) => cell.isAway || cell.isDouble);
  const classes = [position === 1 && 'begins', isWrong && 'fault', drop.isOver && 'over'].filter(Boolean).join(' ');
  const name = cells.map((cell) => cell.name).join('、') || words.nobody;
  const label = fill(words.cellLabel, { date: day(date), hours: hours(target), n: position, name });
  return (
    <td ref={drop.setNodeRef} className={classes} data-place={`${hours(band)} ${fill(words.place, { n: position })}`}>
      <button
        ref={drag.setNodeRef}
        {...drag.listeners}
        type="button"
        className="place"
        disabled={!mayWrite}
        aria-label={[label, ...marksOf(cells).map((mark) => words[mark]), isOpen && words.uncovered]
          .filter(Boolean)
          .join(' ')}
        onClick={() => onChoose(target)}
      >
        {cells.map((cell) => (
          <div key={cell.from}>
            {cell.name}
            {(cell.from !== band.from || cell.to !== band.to) && <div className="hours">{hours(cell)}</div>}
            {marksOf([cell]).map((mark) => (
              <span key={mark} className="mark">
                {' '}
                {words[mark]}
              </span>
            ))}
          </div>
        ))}
        {cells.length === 0 && (isOpen ? words.uncovered : '')}
      </button>
    </td>
  );
}

const marksOf = (cells: readonly Cell[]): ('away' | 'double' | 'exception')[] => [
  ...(cells.some((cell) => cell.isAway) ? (['away'] as const) : []),
  ...(cells.some((cell) => cell.isDouble) ? (['double'] as const) : []),
  ...(cells.some((cell) => cell.isException) ? (['exception'] as const) : []),
];
