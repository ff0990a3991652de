import { Anchor, Loader, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { type Answer, useCall } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import '../../shell/rows.css';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import './beds.css';
import { Patterns } from './patterns.tsx';
import { bedWords } from './words.ts';

export default function HospitalPage(): ReactNode {
  const { hospitalId = '' } = useParams();
  const words = useWords(bedWords);
  const board = useCall('beds', {});
  const asked = useCall('hospital_beds', { params: { hospitalId } });
  const hospital = board.data?.hospitals.find(({ id }) => id === hospitalId);
  return (
    <Stack>
      <Anchor component={Link} href="/beds">
        {words.back}
      </Anchor>
      <Problem error={asked.error} onRetry={() => void asked.refetch()} />
      {asked.isPending && <Loader />}
      {hospital && asked.data && (
        <>
          <Title order={1}>{hospital.name}</Title>
          <Patterns
            hospitalId={hospitalId}
            bedTypes={hospital.beds.map(({ bedType }) => bedType)}
            patterns={asked.data.patterns}
          />
          <History history={asked.data.history} />
        </>
      )}
    </Stack>
  );
}

function History({ history }: { history: Answer<'hospital_beds'>['history'] }): ReactNode {
  const words = useWords(bedWords);
  const time = useTime();
  return (
    <section>
      <Title order={2}>{words.history}</Title>
      {history.length === 0 && <Text>{words.noHistory}</Text>}
      {history.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th>{words.historyAt}</th>
              <th>{words.bed}</th>
              <th>{words.historySaid}</th>
              <th>{words.historyBy}</th>
            </tr>
          </thead>
          <tbody>
            {history.map(({ bedType, freeCount, acceptance, knownFrom, source }) => (
              <tr key={`${bedType} ${knownFrom} ${source}`}>
                <th scope="row" className="tabular">
                  {time(knownFrom)}
                </th>
                <td data-label={words.bed}>{words[bedType]}</td>
                <td data-label={words.historySaid}>
                  {words[acceptance]} {words[`${acceptance}Words`]}{' '}
                  {freeCount === null ? words.noCount : fill(words.beds, { count: freeCount })}
                </td>
                <td data-label={words.historyBy}>{words[`source_${source}`]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
