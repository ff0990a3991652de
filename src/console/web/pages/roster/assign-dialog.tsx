/** Who stands at one place of one date: the way without a mouse. */
import { Button, Group, Modal, Select, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type Answer, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { useDay, useHours } from './frame.tsx';
import { changedViews, type Target } from './place.ts';
import { rosterRefusals } from './refusal-words.ts';
import { rosterWords } from './words.ts';

export interface AssignDialogProps {
  areaId: string;
  target: Target;
  doctors: Answer<'roster_month'>['doctors'];
  onClose(): void;
}

export function AssignDialog({ areaId, target, doctors, onClose }: AssignDialogProps): ReactNode {
  const words = useWords(rosterWords);
  const day = useDay();
  const hours = useHours();
  const { date, from, to, position, cells } = target;
  const before = cells[0]?.doctorId ?? null;
  const [doctorId, setDoctorId] = useState<string | null>(before);
  const assign = useDo('assign_duty', changedViews);
  const restore = useDo('restore_duty', changedViews);
  const put = (who: string | null): void =>
    assign.mutate(
      { params: { areaId }, body: { date, from, to, position, doctorId: who, before } },
      { onSuccess: onClose },
    );
  const ask = useDo('ask_swap', ['roster_swaps']);
  const swap = (): void => {
    if (before === null || doctorId === null) return;
    const terms = { date, from, to, position, giverId: before, takerId: doctorId };
    ask.mutate({ params: { areaId }, body: terms });
  };
  const groups = [
    { group: words.doctors, items: doctors.filter((doctor) => doctor.isOfArea) },
    { group: words.otherAreas, items: doctors.filter((doctor) => !doctor.isOfArea) },
  ].map(({ group, items }) => ({ group, items: items.map(({ id, name }) => ({ value: id, label: name })) }));
  return (
    <Modal
      opened
      onClose={onClose}
      title={fill(words.chooseTitle, { date: day(date), hours: hours(target), n: position })}
      closeButtonProps={{ 'aria-label': words.cancel }}
    >
      <Select
        label={words.doctor}
        description={words.onlyThisDate}
        data={groups}
        value={doctorId}
        onChange={setDoctorId}
        searchable
        data-autofocus
        comboboxProps={{ withinPortal: true }}
      />
      {before !== null && (
        <Text size="sm" mt="xs">
          {words.askSwapHint}
        </Text>
      )}
      <Problem error={assign.error ?? restore.error ?? ask.error} own={rosterRefusals} />
      {ask.isSuccess && (
        <Text role="status" c="teal.9">
          {words.swapAsked} <Link href="/roster/swaps">{words.swaps}</Link>
        </Text>
      )}
      <Group mt="md">
        <Button
          onClick={() => put(doctorId)}
          disabled={doctorId === null || doctorId === before}
          loading={assign.isPending}
        >
          {words.assign}
        </Button>
        {before !== null && (
          <Button
            variant="default"
            onClick={swap}
            disabled={doctorId === null || doctorId === before}
            loading={ask.isPending}
          >
            {words.askSwap}
          </Button>
        )}
        {before !== null && position > 1 && (
          <Button variant="default" onClick={() => put(null)}>
            {words.leaveEmpty}
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          {words.cancel}
        </Button>
      </Group>
      {cells.some((cell) => cell.isException) && (
        <>
          <Text size="sm" mt="lg">
            {words.restoreHint}
          </Text>
          <Button
            variant="default"
            mt={4}
            loading={restore.isPending}
            onClick={() => restore.mutate({ params: { areaId }, body: { date, from, to } }, { onSuccess: onClose })}
          >
            {words.restore}
          </Button>
        </>
      )}
    </Modal>
  );
}
