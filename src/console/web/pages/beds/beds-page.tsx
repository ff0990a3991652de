import { Anchor, Badge, Button, Group, Loader, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type Answer, useCall, useLive } from '../../api.ts';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { useAge, useNow } from '../../shell/now.ts';
import { usePermissions } from '../../shell/permissions.ts';
import '../../shell/rows.css';
import { Scroll } from '../../shell/scroll.tsx';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { BedViews } from './bed-views.tsx';
import './beds.css';
import { TellBeds } from './tell-beds.tsx';
import { useTimeOfDay } from './time.ts';
import { bedWords } from './words.ts';

export type Hospital = Answer<'beds'>['hospitals'][number];
export type Bed = Hospital['beds'][number];
type Truth = Answer<'bed_truth'>;

export default function BedsPage(): ReactNode {
  const words = useWords(bedWords);
  const { value, isLive, aheadMs } = useLive('beds', {});
  const now = useNow(aheadMs, 10_000);
  const truth = useCall('bed_truth', {});
  const [telling, setTelling] = useState<{ hospital: Hospital; bed: Bed } | null>(null);
  const kinds = [...new Set(value?.hospitals.flatMap(({ beds }) => beds.map(({ bedType }) => bedType)))];
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1}>{words.title}</Title>
        <LiveBadge isLive={isLive} />
      </Group>
      <BedViews />
      {!value && <Loader />}
      {value?.hospitals.length === 0 && <Text>{words.none}</Text>}
      {value && value.hospitals.length > 0 && (
        <Scroll>
          <table className="rows bed-board">
            <thead>
              <tr>
                <th>{words.hospital}</th>
                {kinds.map((kind) => (
                  <th key={kind}>{words[kind]}</th>
                ))}
                <th>{words.truth}</th>
              </tr>
            </thead>
            <tbody>
              {value.hospitals.map((hospital) => (
                <tr key={hospital.id}>
                  <th scope="row">
                    <HospitalHead hospital={hospital} />
                  </th>
                  {kinds.map((kind) => {
                    const bed = hospital.beds.find(({ bedType }) => bedType === kind);
                    if (!bed) return <td key={kind} className="is-absent" />;
                    return (
                      <td key={kind} data-label={words[kind]} className={`bed is-${bed.standing}`}>
                        <BedCell hospital={hospital} bed={bed} now={now} onTell={() => setTelling({ hospital, bed })} />
                      </td>
                    );
                  })}
                  <td data-label={words.truth}>
                    <TruthOf id={hospital.id} truth={truth.data} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {truth.data && (
        <Text size="sm" mt="sm">
          {words.truth}: {fill(words.truthTitle, { days: truth.data.days })}
        </Text>
      )}
      {telling && <TellBeds {...telling} onClose={() => setTelling(null)} />}
    </>
  );
}

function HospitalHead({ hospital }: { hospital: Hospital }): ReactNode {
  const words = useWords(bedWords);
  const timeOf = useTimeOfDay();
  const { id, name, turn, takesByDay, night } = hospital;
  return (
    <>
      <Anchor component={Link} href={`/beds/${id}`} fw={700}>
        {name}
      </Anchor>
      <Group gap={6} mt={4}>
        {turn !== null && <Badge color="blue">{fill(words.turn, { position: turn })}</Badge>}
        {takesByDay && (
          <Badge variant="outline" color="dark">
            {words.byDay}
          </Badge>
        )}
      </Group>
      <Text size="sm" fw={400} className="tabular">
        {fill(words.night, { from: timeOf(night.from), to: timeOf(night.to) })}
      </Text>
    </>
  );
}

interface BedCellProps {
  hospital: Hospital;
  bed: Bed;
  now: number;
  onTell: () => void;
}

function BedCell({ hospital, bed, now, onTell }: BedCellProps): ReactNode {
  const words = useWords(bedWords);
  const mayTell = usePermissions().has('beds.write');
  const label = fill(words.tell, { hospital: hospital.name, bed: words[bed.bedType] });
  return (
    <>
      <Standing bed={bed} now={now} />
      {mayTell && (
        <Button variant="default" size="compact-sm" mt={4} aria-label={label} onClick={onTell}>
          {words.type}
        </Button>
      )}
    </>
  );
}

/** Old news is never shown as free: the large word is 要電話確認, what it once said stands small beside its age. */
function Standing({ bed, now }: { bed: Bed; now: number }): ReactNode {
  const words = useWords(bedWords);
  const age = useAge();
  const time = useTime();
  const { told, held, usual, standing } = bed;
  const said = told && (
    <>
      <span role="img" aria-label={words[`${told.acceptance}Words`]}>
        {words[told.acceptance]}
      </span>
      {told.acceptance !== 'closed' &&
        (told.freeCount === null ? ` ${words.noCount}` : ` ${fill(words.beds, { count: told.freeCount })}`)}
    </>
  );
  return (
    <>
      <div className="bed-main">{standing === 'to_ask' ? words.toAsk : said}</div>
      <div className="bed-small">
        {standing === 'to_ask' && told && <span>{said} </span>}
        <span>{age(told?.asOf ?? null, now)}</span>
        {told?.holdsUntil && standing !== 'to_ask' && <span> {fill(words.until, { at: time(told.holdsUntil) })}</span>}
        {held > 0 && <span> {fill(words.held, { count: held })}</span>}
      </div>
      {standing === 'to_ask' && usual && (
        <div className="bed-small">{fill(words.usual, { usual: `${words[usual]} ${words[`${usual}Words`]}` })}</div>
      )}
    </>
  );
}

function TruthOf({ id, truth }: { id: string; truth: Truth | undefined }): ReactNode {
  const words = useWords(bedWords);
  const found = truth?.hospitals.find((hospital) => hospital.id === id);
  const all = found ? found.agreed + found.disagreed : 0;
  if (!found || all === 0) return words.truthNone;
  const share = Math.round((100 * found.agreed) / all);
  return (
    <span className="tabular">
      <b>{share}%</b> <small>{fill(words.truthOf, { agreed: found.agreed, all })}</small>
    </span>
  );
}
