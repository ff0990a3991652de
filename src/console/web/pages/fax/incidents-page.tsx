import { Alert, Button, Group, Loader, Modal, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import '../../shell/rows.css';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { destinationRefusals, destinationWords } from './destination-words.ts';
import { FaxViews } from './fax-views.tsx';
import { FreezeDialog } from './freeze-dialog.tsx';

type Incidents = Answer<'fax_incidents'>;
type Frozen = Incidents['frozen'][number];
type Incident = Incidents['incidents'][number];

export default function IncidentsPage(): ReactNode {
  const words = useWords(destinationWords);
  const may = usePermissions();
  const asked = useCall('fax_incidents', {});
  const [isFreezing, setFreezing] = useState(false);
  const [lifting, setLifting] = useState<Frozen | null>(null);
  const lift = useDo('lift_fax_freeze', ['fax_incidents', 'fax_destinations']);
  return (
    <>
      <FaxViews />
      {may.has('fax.freeze') && (
        <Button color="red" mb="md" onClick={() => setFreezing(true)}>
          {words.complaint}
        </Button>
      )}
      <Problem error={asked.error} onRetry={() => void asked.refetch()} />
      {asked.isPending && <Loader />}
      {lift.data && <Alert role="status">{fill(words.lifted, { number: lift.data.number })}</Alert>}
      {asked.data && (
        <>
          <Title order={2}>{words.frozenNumbers}</Title>
          <FrozenNumbers frozen={asked.data.frozen} onLift={setLifting} />
          <Title order={2} mt="xl">
            {words.incidents}
          </Title>
          <IncidentList incidents={asked.data.incidents} />
        </>
      )}
      {isFreezing && <FreezeDialog target={null} number="" onClose={() => setFreezing(false)} />}
      {lifting && (
        <Modal
          opened
          onClose={() => setLifting(null)}
          title={fill(words.liftOf, { number: lifting.number })}
          closeButtonProps={{ 'aria-label': words.keep }}
        >
          <Text mb="md">{words.liftSure}</Text>
          <Problem error={lift.error} own={destinationRefusals} />
          <Group>
            <Button
              loading={lift.isPending}
              onClick={() => lift.mutate({ body: { number: lifting.number } }, { onSuccess: () => setLifting(null) })}
            >
              {words.liftYes}
            </Button>
            <Button variant="default" data-autofocus onClick={() => setLifting(null)}>
              {words.keep}
            </Button>
          </Group>
        </Modal>
      )}
    </>
  );
}

function FrozenNumbers({ frozen, onLift }: { frozen: readonly Frozen[]; onLift: (one: Frozen) => void }): ReactNode {
  const words = useWords(destinationWords);
  const time = useTime();
  const mayLift = usePermissions().has('fax.freeze');
  if (frozen.length === 0) return <Text>{words.noFrozen}</Text>;
  return (
    <table className="rows">
      <thead>
        <tr>
          <th>{words.number}</th>
          <th>{words.frozenAt}</th>
          <th>{words.owners}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {frozen.map((one) => (
          <tr key={one.number}>
            <th scope="row" className="tabular">
              {one.number}
            </th>
            <td data-label={words.frozenAt}>{time(one.frozenAt)}</td>
            <td data-label={words.owners}>{one.owners.join('、') || words.noOwners}</td>
            <td>
              {!one.isOurs && words.ofOthers}
              {one.isOurs && mayLift && (
                <Button
                  variant="default"
                  size="compact-md"
                  aria-label={fill(words.liftOf, { number: one.number })}
                  onClick={() => onLift(one)}
                >
                  {words.lift}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function IncidentList({ incidents }: { incidents: readonly Incident[] }): ReactNode {
  const words = useWords(destinationWords);
  const time = useTime();
  const mayStep = usePermissions().has('fax.freeze');
  const step = useDo('step_incident', ['fax_incidents']);
  if (incidents.length === 0) return <Text>{words.noIncidents}</Text>;
  return (
    <>
      <Problem error={step.error} own={destinationRefusals} />
      <table className="rows">
        <thead>
          <tr>
            <th>{words.openedAt}</th>
            <th>{words.reason}</th>
            <th>{words.preliminary}</th>
            <th>{words.final}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {incidents.map((one) => (
            <tr key={one.id}>
              <th scope="row">{time(one.openedAt)}</th>
              <td data-label={words.reason}>{words[`reason_${one.reason}`]}</td>
              <td data-label={words.preliminary}>
                <Due at={one.preliminaryDueAt} doneAt={one.preliminaryAt} done={words.reportedAt} />
              </td>
              <td data-label={words.final}>
                <Due at={one.finalDueAt} doneAt={one.closedAt} done={words.closedAt} />
              </td>
              <td>
                {mayStep && one.closedAt === null && (
                  <Button
                    variant="default"
                    size="compact-md"
                    loading={step.isPending}
                    onClick={() =>
                      step.mutate({
                        params: { incidentId: one.id },
                        body: { step: one.preliminaryAt === null ? 'preliminary_reported' : 'closed' },
                      })
                    }
                  >
                    {one.preliminaryAt === null ? words.preliminaryDone : words.finalDone}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** A report that is owed says how long there is; one that was sent says when. */
function Due({ at, doneAt, done }: { at: string; doneAt: string | null; done: string }): ReactNode {
  const words = useWords(destinationWords);
  const time = useTime();
  if (doneAt !== null) return fill(done, { at: time(doneAt) });
  const days = Math.ceil((Date.parse(at) - Date.now()) / 86_400_000);
  return (
    <>
      {time(at)}{' '}
      <b className={days <= 0 ? 'is-late' : ''}>{days <= 0 ? words.late : fill(words.daysLeft, { count: days })}</b>
    </>
  );
}
